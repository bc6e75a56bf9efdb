"""Console page: plans, what they say, what came of them, and starting and stopping them."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm

from xintui.engagement.followups import console, facade
from xintui.engagement.followups.contracts import (
    TRIGGER_NAMES,
    Figures,
    PlanState,
    Trigger,
)
from xintui.engagement.followups.models import Plan
from xintui.engagement.followups.tables import policy
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ReadOnlyAdmin, ReasonForm, detail_action, names, ops_site, place, words
from xintui.kernel.times import accounting_date
from xintui.promotion.materials import facade as materials

OBSERVERS = frozenset({Role.OPERATOR, Role.AUDITOR})
DONE = {"create": "新建", "change": "修改", "copy": "复制", "start": "启动", "stop": "停止"}


@names("fup")
def plan_names(ids: set[str]) -> dict[str, str]:
    """Plans by name."""
    return dict(Plan.objects.filter(id__in=ids).values_list("id", "name"))


place("fup", "followups_plan", "跟进方案")
words("object", {"followup_plan": "跟进方案"})
words("action", {f"followups.{verb}": f"跟进方案：{says}" for verb, says in DONE.items()})
words("key", {"material": "素材", "copied_from": "复制自"})
words("value", {one.value: says for one, says in TRIGGER_NAMES.items()})


class Plainly(BaseDialogForm):  # type: ignore[misc]
    """Nothing to fill in."""


class PlanAdmin(ReadOnlyAdmin):
    icon = "task_alt"
    ops_roles = OBSERVERS
    good = frozenset({PlanState.RUNNING})
    audited_as = "followup_plan"
    list_display = (
        "name", "state", "moment", "priority", "made", "waiting", "done", "skipped", "expired", "again", "started_at",
    )  # fmt: skip
    list_filter = ("state", "trigger")
    search_fields = ("name__contains", "id__exact")
    ordering = ("-id",)
    empty_says = "还没有跟进方案；用左侧“新建跟进方案”写第一条。"
    fieldsets = (
        ("方案", {"fields": ("name", "state", "moment", "priority", "valid_days", "material", "id")}),
        ("文案", {"fields": ("said",)}),
        ("效果", {"fields": ("told",)}),
        ("经过", {"fields": ("author_id", "created_at", "started_at", "stopped_at")}),
    )
    readonly_fields = ("moment", "material", "said", "told")
    actions_detail = ("begin", "edit", "again_as_new", "end")

    def prepare(self, rows: list[Any]) -> None:
        """The figures of everything on the page, in one question."""
        found = facade.figures([row.id for row in rows], now=clock.now())
        for row in rows:
            row.figures = found[row.id]

    def _figures(self, row: Any) -> Figures:
        if not hasattr(row, "figures"):
            row.figures = facade.figures([row.id], now=clock.now())[row.id]
        found: Figures = row.figures
        return found

    @admin.display(description="时机")
    def moment(self, row: Plan) -> str:
        return f"{TRIGGER_NAMES[Trigger(row.trigger)]} {row.days} 天"

    @admin.display(description="产生")
    def made(self, row: Plan) -> str:
        return f"{self._figures(row).made:,}"

    @admin.display(description="待跟进")
    def waiting(self, row: Plan) -> str:
        return f"{self._figures(row).waiting:,}"

    @admin.display(description="已跟进")
    def done(self, row: Plan) -> str:
        return f"{self._figures(row).done:,}"

    @admin.display(description="已跳过")
    def skipped(self, row: Plan) -> str:
        return f"{self._figures(row).skipped:,}"

    @admin.display(description="过期")
    def expired(self, row: Plan) -> str:
        return f"{self._figures(row).expired:,}"

    @admin.display(description="跟进后又买")
    def again(self, row: Plan) -> str:
        found = self._figures(row)
        return f"{found.again:,} / {found.followed:,} 人" if found.followed else "—"

    @admin.display(description="素材")
    def material(self, row: Plan) -> str:
        return materials.titles({row.material_id}).get(row.material_id, "只用商品链接")

    @admin.display(description="客户会看到")
    def said(self, row: Plan) -> SafeString:
        return render_to_string("followups/said.html", {"words": row.words, "spoken": console.spoken(row.words)})

    @admin.display(description="数字与来历")
    def told(self, row: Plan) -> SafeString:
        now = clock.now()
        draft = row.state == PlanState.DRAFT
        facts: dict[str, Any] = {"draft": draft, "today": facade.preview(row.id, now=now) if draft else 0}
        facts |= {"one": self._figures(row), "policy": policy(accounting_date(now))}
        return render_to_string("followups/told.html", facts)

    @detail_action(
        "启动", roles=console.WRITERS, icon="play_arrow", when=lambda row: row.state == PlanState.DRAFT,
        warning="启动后内容不能再改；到期的任务每天产生，符合条件的推客当天就能看到。",
    )  # fmt: skip
    def begin(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.start(object_id, by=who, reason=reason, now=clock.now())
        self.message_user(request, "已启动，十分钟内产生今天的任务", messages.SUCCESS)

    @detail_action(
        "修改", roles=console.WRITERS, icon="edit", form=Plainly, when=lambda row: row.state == PlanState.DRAFT
    )
    def edit(self, request: HttpRequest, form: Plainly, object_id: str) -> HttpResponse:
        answer = HttpResponse()
        answer["HX-Redirect"] = reverse(f"{self.admin_site.name}:followups_edit", args=[object_id])
        return answer

    @detail_action(
        "复制", roles=console.WRITERS, icon="content_copy", form=Plainly, warning="得到一份内容相同的草稿，可以修改。"
    )
    def again_as_new(self, request: HttpRequest, form: Plainly, object_id: str) -> HttpResponse:
        made = facade.copy(object_id, by=request.principal, now=clock.now())  # type: ignore[attr-defined]
        answer = HttpResponse()
        answer["HX-Redirect"] = reverse(f"{self.admin_site.name}:followups_edit", args=[made.id])
        return answer

    @detail_action(
        "停止", roles=console.WRITERS, icon="stop", when=lambda row: row.state != PlanState.STOPPED,
        warning="不再产生新的任务；已经产生的任务到期前仍可跟进。停止后不能再启动，可以复制一份。",
    )  # fmt: skip
    def end(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.stop(object_id, by=who, reason=reason, now=clock.now())
        self.message_user(request, "已停止并记入审计", messages.SUCCESS)


ops_site.register(Plan, PlanAdmin)
console.furnish(ops_site)
