"""Console pages: where after-sales gather and why that is said, the days, the orders; people decide, shops appeal."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from xintui.commerce.concentration import charts, facade, rules, tables
from xintui.commerce.concentration.contracts import LIVE, About, Figure, State
from xintui.commerce.concentration.models import Case
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import (
    Queue,
    ReadOnlyAdmin,
    ReasonForm,
    called,
    detail_action,
    merchant_site,
    ops_site,
    place,
    queue,
    waiting,
    words,
)
from xintui.infra.console.cells import money, named
from xintui.kernel.times import accounting_date
from xintui.trust.appeals.contracts import Party, PartyKind

DECIDERS: Final = frozenset({Role.OPERATOR, Role.REVIEWER})
APPELLANTS: Final = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE})
SHOWN: Final = 50
ADVICE: Final = {
    About.PRODUCT: (
        "查看下方原因，核对这批货与商品页的描述",
        "暂停发货并联系供货方；已收到的买家主动联系退换",
        "确属偶然的，写明情况申诉，由人答复",
    ),
    About.REASON: ("同一个原因反复出现，先核对商品页与实物是否一致", "改好描述或换批次，并在申诉中说明"),
    About.SHOP: ("查看是否同一批次、同一仓库或同一物流", "处理积压的售后；情况说明可以申诉"),
    About.REGION: ("集中在一个地区，多半是物流或仓储：联系承运商查运单", "必要时暂停发往该地区"),
}

place("csc", "concentration_case", "售后核查")
words("object", {"concentration": "售后核查"})
words("action", {"concentration.confirm": "核实售后集中", "concentration.clear": "排除售后集中"})


class WordsForm(BaseDialogForm):  # type: ignore[misc]
    words = forms.CharField(
        label="申诉理由", min_length=4, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )


class CaseAdmin(ReadOnlyAdmin):
    icon = "troubleshoot"
    ops_roles = DECIDERS | {Role.FINANCE, Role.AUDITOR}
    good = frozenset({State.CLEARED, State.CALM})
    audited_as = "concentration"
    named_by = "subject_id"
    list_display = ("title_", "about", "state", "rate", "asked_", "held", "found_at", "until")
    list_filter = ("state", "about", "found_at")
    search_fields = ("id__exact", "subject_id__exact", "merchant_id__exact")
    ordering = ("-id",)
    empty_says = "没有售后集中。每天按商品、店铺、推客、原因和地区各自比较；明显超出偶然时列在这里，由人核查。"
    fields = (
        "title_", "about", "state", "subject_id", "merchant_id", "told", "found_at", "until", "decided_by",
        "decided_at", "reason", "ended_at", "id",
    )  # fmt: skip
    readonly_fields = ("title_", "told")
    actions_detail = ("confirm", "clear", "file_appeal")

    @admin.display(description="名称", ordering="title")
    def title_(self, row: Any) -> str:
        if row.about != About.PROMOTER:
            return str(row.title)
        return f"{self.name_of(row)} {row.title}".strip()

    @admin.display(description="售后率")
    def rate(self, row: Case) -> str:
        one = Figure(**row.figures[0])
        return f"{rules.percent(one.rate_bp)}（对照 {rules.percent(one.usual_bp)}）"

    @admin.display(description="售后 / 样本")
    def asked_(self, row: Case) -> str:
        one = Figure(**row.figures[0])
        return f"{one.count} / {one.of}，近 {one.days} 天"

    @admin.display(description="暂缓的佣金", ordering="held_fen")
    def held(self, row: Case) -> SafeString | str:
        return money(row.held_fen)

    @admin.display(description="经过")
    def told(self, row: Case) -> SafeString:
        case, terms = facade.one(row.id), tables.version(row.version)
        return render_to_string("concentration/file.html", {
            "case": case, "terms": terms, "figures": [_told(one) for one in case.figures],
            "drawing": charts.drawing(facade.days(row.id)), "reasons": facade.reasons(row.id)[:8],
            "q": rules.percent(terms.bar.q_ppm // 100), "ratio": f"{terms.bar.ratio_milli / 1000:g}",
            "extra": f" {terms.bar.extra_bp / 100:g} 个百分点", "holds": self._holds(row.id),
            "advice": ADVICE.get(case.about, ()) if self.admin_site.scoped and case.live else (),
        } | self._lines(row.id))  # fmt: skip

    def _lines(self, case_id: str) -> dict[str, Any]:
        """The latest orders that came to after-sales, everybody in them by name: one question of each kind."""
        found = facade.lines(case_id, asked=True, limit=SHOWN)
        rows = found.items
        names = called(key for one in rows for key in (one.order_id, one.product_id, one.promoter_id))

        def to(key: str) -> SafeString | str:
            return named(key, names, whole=False, site=self.admin_site.name) if key else "—"

        lines = [
            {"order": to(one.order_id), "product": to(one.product_id), "promoter": to(one.promoter_id),
             "paid_at": one.paid_at, "reason": one.reason}
            for one in rows
        ]  # fmt: skip
        return {"lines": lines, "more": found.next is not None}

    def _holds(self, case_id: str) -> str:
        """Where the commission that waits is listed, on a site that lists it."""
        try:
            return reverse(f"{self.admin_site.name}:commission_commissionheld_changelist") + f"?q={case_id}"
        except NoReverseMatch:
            return ""

    @detail_action(
        "核实属实", roles=DECIDERS, form=ReasonForm, icon="check", when=lambda row: row.state == State.OPEN,
        warning="相关佣金继续暂缓，最长 90 天；不扣减，也不处罚任何人。需要处理的另行登记违规或纠纷。",
    )  # fmt: skip
    def confirm(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.confirm(object_id, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已记录核查结论并记入审计", messages.SUCCESS)

    @detail_action(
        "排除或结束", roles=DECIDERS, form=ReasonForm, icon="close", when=lambda row: row.state in LIVE,
        warning="相关佣金按原定时间恢复释放；30 天内同一对象不再自动核查。",
    )  # fmt: skip
    def clear(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.clear(object_id, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已结束核查，佣金恢复释放", messages.SUCCESS)

    @detail_action(
        "申诉", roles=APPELLANTS, form=WordsForm, icon="gavel", when=lambda row: row.state in LIVE,
        warning="由平台人员在 72 小时内答复。申诉成立，核查随即结束。",
    )  # fmt: skip
    def file_appeal(self, request: HttpRequest, form: WordsForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *APPELLANTS)  # type: ignore[attr-defined]
        facade.one(object_id, merchant_id=merchant_id)
        party = Party(PartyKind.MERCHANT, merchant_id)
        facade.appeal(object_id, party, form.cleaned_data["words"], by=who, now=clock.now())
        self.message_user(request, "已提出申诉，答复会出现在店铺消息里", messages.SUCCESS)


def _told(one: Figure) -> dict[str, Any]:
    return {
        "days": one.days, "count": one.count, "of": one.of, "rate": rules.percent(one.rate_bp), "against": one.against,
        "rest_count": one.rest_count, "rest_of": one.rest_of, "expected": f"{one.expected_milli / 1000:.1f}",
        "usual": rules.percent(one.usual_bp), "chance": rules.chance_words(one.chance), "tested": one.tested,
    }  # fmt: skip


for site in (ops_site, merchant_site):
    site.register(Case, CaseAdmin)


@queue(ops_site, roles=DECIDERS, order=16)
def _to_look_into(request: HttpRequest) -> Iterable[Queue]:
    """What stands out and nobody has looked at."""
    hours = tables.terms(accounting_date(clock.now())).look_hours
    rows = Case.objects.filter(state=State.OPEN)
    found = waiting(rows, since="found_at", hours=hours)
    yield Queue("待核查的售后集中", "/ops/concentration/case/?state__exact=open", *found, f"发现后超过 {hours} 小时")


@queue(merchant_site, roles=APPELLANTS, order=13)
def _own(request: HttpRequest) -> Iterable[Queue]:
    """The shop's own."""
    merchant_id = request.principal.merchant_id  # type: ignore[attr-defined]
    rows = Case.objects.filter(merchant_id=merchant_id, state__in=LIVE)
    yield Queue("售后集中待说明", "/merchant/concentration/case/", *waiting(rows, since="found_at"), "")
