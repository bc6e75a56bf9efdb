"""Writing a follow-up plan at the console: one form for a new plan and for a draft."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from xintui.engagement.followups import facade, rules
from xintui.engagement.followups.contracts import (
    PRIORITY_NAMES,
    TRIGGER_NAMES,
    Plan,
    PlanDraft,
    PlanState,
    Priority,
    Trigger,
)
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ConsoleSite
from xintui.infra.console.actions import may, sentence
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.promotion.materials import facade as materials
from xintui.promotion.materials.contracts import KIND_NAMES
from xintui.trust.compliance import facade as compliance

WRITERS: Final = frozenset({Role.OPERATOR})


class PlanForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(label="名称", max_length=30, widget=UnfoldAdminTextInputWidget())
    trigger = forms.ChoiceField(
        label="时机", choices=[(one.value, says) for one, says in TRIGGER_NAMES.items()],
        widget=UnfoldAdminSelectWidget(),
    )  # fmt: skip
    days = forms.IntegerField(
        label="天数", min_value=1, max_value=rules.MOST_DAYS, widget=UnfoldAdminIntegerFieldWidget(),
        help_text="例如“收货后”7 天：收货满 7 天的那天产生任务",
    )  # fmt: skip
    words = forms.CharField(
        label="文案", max_length=rules.TEXT_LIMIT, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=f"可以用 {rules.CALLED} 和 {rules.GOODS}；推广标识和推客的链接会自动加上。分享不能许诺好处。",
    )  # fmt: skip
    material_id = forms.ChoiceField(
        label="素材", required=False, widget=UnfoldAdminSelectWidget(), help_text="链接会记在这个素材名下"
    )
    priority = forms.ChoiceField(
        label="优先级", choices=[(one.value, says) for one, says in PRIORITY_NAMES.items()],
        widget=UnfoldAdminSelectWidget(),
    )  # fmt: skip
    valid_days = forms.IntegerField(
        label="有效期（天）", min_value=1, max_value=rules.MOST_VALID, widget=UnfoldAdminIntegerFieldWidget(),
        help_text="过期没有跟进的任务不再显示",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = materials.for_promoters(now=clock.now(), limit=100).items
        titles = [(one.id, f"{KIND_NAMES[one.kind]} · {one.title}") for one in usable]
        self.fields["material_id"].choices = [("", "只用商品链接"), *titles]  # type: ignore[attr-defined]

    def draft(self) -> PlanDraft:
        given = self.cleaned_data
        return PlanDraft(**given | {"trigger": Trigger(given["trigger"]), "priority": Priority(given["priority"])})


def spoken(words: str) -> str:
    """The words as a customer of the name 王 will read them."""
    return rules.labelled(rules.sample(words), compliance.label("disclosure", accounting_date(clock.now())).text)


def _initial(plan: Plan | None) -> dict[str, Any]:
    if plan is None:
        return {"trigger": Trigger.RECEIVED.value, "days": 7, "priority": Priority.NORMAL.value, "valid_days": 3}
    return {name: getattr(plan, name) for name in PlanForm.base_fields}


def _answer(request: HttpRequest, form: PlanForm, plan: Plan | None) -> str:
    """The id of what was kept; "" when it was only looked at or refused, with the refusal on the form."""
    who = request.principal  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            if request.POST.get("verb") != "keep":
                facade.judge(form.draft(), clock.now())
                return ""
            if plan is None:
                return facade.create(form.draft(), by=who, now=clock.now()).id
            return facade.change(plan.id, form.draft(), by=who, now=clock.now()).id
    except DomainError as refusal:
        form.add_error(None, sentence(refusal))
        return ""


def furnish(site: ConsoleSite) -> None:
    """新建跟进方案, and the same form for a draft."""

    def view(request: HttpRequest, plan_id: str = "") -> HttpResponse:
        if not may(request, WRITERS):
            raise PermissionDenied
        try:
            plan = facade.plan(plan_id) if plan_id else None
        except DomainError:
            raise PermissionDenied from None
        if plan is not None and plan.state is not PlanState.DRAFT:
            messages.error(request, "启动过的方案不能修改，请复制一份再改")
            return HttpResponseRedirect(reverse(f"{site.name}:followups_plan_change", args=[plan.id]))
        form = PlanForm(request.POST if request.method == "POST" else None, initial=_initial(plan))
        look = ""
        if request.method == "POST" and form.is_valid():
            if kept := _answer(request, form, plan):
                messages.success(request, "已保存为草稿；启动之前不会产生任务")
                return HttpResponseRedirect(reverse(f"{site.name}:followups_plan_change", args=[kept]))
            look = "" if form.errors else spoken(form.cleaned_data["words"])
        title = "修改跟进方案" if plan else "新建跟进方案"
        context = {**site.each_context(request), "title": title, "form": form, "look": look}
        context["back"] = reverse(f"{site.name}:followups_plan_changelist")
        request.current_app = site.name
        return TemplateResponse(request, "followups/form.html", context)

    site.page("followups/new/", "followups_new")(view)
    site.page("followups/edit/<str:plan_id>/", "followups_edit")(view)
    site.link("客户跟进", "新建跟进方案", "add_task", "followups_new", WRITERS)
