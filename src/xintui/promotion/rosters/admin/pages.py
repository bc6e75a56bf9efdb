"""商家后台 › 开放名额: which product, how many, from when until when, a word to whoever promotes it."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductFilter
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import clock
from xintui.infra.console import merchant_site
from xintui.infra.console.actions import sentence
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.promotion.rosters import facade
from xintui.promotion.rosters.admin.lists import SHOP
from xintui.promotion.rosters.contracts import Draft, Roster, State

GOODS: Final = 200
LOOK: Final = "%Y-%m-%dT%H:%M"


def _moment(label: str, says: str) -> forms.DateTimeField:
    """A time of Shanghai, picked in the browser's own calendar."""
    looks = {"type": "datetime-local", "class": " ".join(INPUT_CLASSES)}
    return forms.DateTimeField(label=label, help_text=says, widget=forms.DateTimeInput(attrs=looks, format=LOOK))


class RosterForm(forms.Form):
    use_required_attribute = False
    product_id = forms.ChoiceField(label="商品", widget=UnfoldAdminSelectWidget())
    seats = forms.IntegerField(
        label="名额", min_value=1, max_value=100_000, widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"})
    )
    opens_at = _moment("开放时间", "")
    ends_at = _moment("结束时间", "")
    note = forms.CharField(
        label="给推客的话", max_length=200, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="推客在预告里看到；按广告用语规则检查",
    )  # fmt: skip

    def __init__(self, *args: Any, goods: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = facade.terms(accounting_date(clock.now()))
        self.fields["product_id"].choices = [("", "请选择在售的商品"), *goods]  # type: ignore[attr-defined]
        half = f"其中至多 {terms.early_share_bp / 100:g}% 可被信用好的推客提前领取，其余到开放时刻人人可领"
        self.fields["seats"].help_text = f"{terms.least_seats} 到 {terms.most_seats:,} 个；{half}"
        told = f"至少 {terms.notice_hours} 小时之后；开放前 {terms.public_days} 天所有推客都能看到预告"
        self.fields["opens_at"].help_text = told
        self.fields["ends_at"].help_text = f"最多开放 {terms.longest_days} 天"


def _asks(request: HttpRequest) -> tuple[Principal, str]:
    who, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    if not who.has(*SHOP):
        raise PermissionDenied
    return who, merchant_id


def form_page(request: HttpRequest, roster_id: str = "") -> HttpResponse:
    """A new one, or a draft written anew."""
    who, merchant_id = _asks(request)
    try:
        there = facade.one(roster_id, merchant_id=merchant_id) if roster_id else None
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        return HttpResponseRedirect(reverse("merchant:rosters_roster_changelist"))
    if there is not None and there.state is not State.DRAFT:
        return HttpResponseRedirect(reverse("merchant:rosters_roster_change", args=[there.id]))
    cards, _ = catalog.goods_of(ProductFilter(merchant_id=merchant_id, state="on_shelf"), limit=GOODS)
    goods = [(card.id, card.title) for card in cards]
    form = RosterForm(request.POST or None, initial=_given(there), goods=goods)
    if request.method == "POST" and form.is_valid() and (made := _kept(form, there, who, merchant_id)):
        messages.success(request, "已保存为草稿，公布之后推客才会看到")
        return HttpResponseRedirect(reverse("merchant:rosters_roster_change", args=[made.id]))
    title = "修改名额" if there else "开放名额"
    context = {**merchant_site.each_context(request), "title": title, "form": form}
    context["back"] = reverse("merchant:rosters_roster_changelist")
    return TemplateResponse(request, "rosters/form.html", context)


def _given(there: Roster | None) -> dict[str, Any]:
    names = ("product_id", "seats", "opens_at", "ends_at", "note")
    return {name: getattr(there, name) for name in names} if there else {}


def _kept(form: RosterForm, there: Roster | None, who: Principal, merchant_id: str) -> Roster | None:
    """None: refused, with the refusal on the form."""
    given, now = Draft(**form.cleaned_data), clock.now()
    try:
        with transaction.atomic():
            if there is not None:
                return facade.change(there.id, merchant_id, given, by=who, now=now)
            return facade.draft(merchant_id, given, by=who, now=now)
    except DomainError as refusal:
        form.add_error(None, sentence(refusal))
        return None


merchant_site.page("rosters/open/", "rosters_open")(form_page)
merchant_site.page("rosters/<slug:roster_id>/write/", "rosters_change")(form_page)
merchant_site.link("推广名额", "开放名额", "add_circle", "rosters_open", SHOP)
