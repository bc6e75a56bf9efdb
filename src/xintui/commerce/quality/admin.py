"""Console pages: how goods stand, with a chart; every time without promotion, and the shop's appeal; warnings."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.quality import charts, facade, queries, tables
from xintui.commerce.quality.contracts import ENDING_NAMES, MEASURE_NAMES, VERDICT_NAMES, Figure, Measure, Verdict
from xintui.commerce.quality.models import Alert, Block, Standing
from xintui.commerce.quality.rules import percent
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import (
    Queue,
    ReadOnlyAdmin,
    detail_action,
    merchant_site,
    ops_site,
    place,
    queue,
    waiting,
    words,
)
from xintui.infra.console.cells import pill
from xintui.kernel.times import accounting_date

APPELLANTS: Final = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_SERVICE})
BACK: Final = 90

place("qbk", "quality_block", "暂停推广")
place("qal", "quality_alert", "质量预警")
words("object", {"block": "暂停推广", "alert": "质量预警"})


def _told(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    return [
        {
            "name": MEASURE_NAMES[one.measure], "days": one.days, "count": one.count, "of": one.of,
            "rate": percent(one.rate_bp) if one.of else "—", "low": percent(one.low_bp) if one.of else "—",
            "limit": percent(one.limit_bp), "says": VERDICT_NAMES[one.verdict],
        }
        for one in figures
    ]  # fmt: skip


class StandingAdmin(ReadOnlyAdmin):
    icon = "verified"
    good = frozenset({Verdict.GOOD})
    list_display = ("product", "merchant_id", "verdict", "promoted", "bad", "returned", "risk", "judged_on")
    list_filter = ("paused", "verdict")
    search_fields = ("id__exact", "merchant_id__exact")
    ordering = ("-paused", "-return_bp", "-id")
    empty_says = "还没有质量记录；有评价或收货后每天统计。"
    fields = ("product", "merchant_id", "verdict", "promoted", "risk", "judged_on", "told")
    readonly_fields = ("product", "promoted", "risk", "told")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The names of all goods on the page in one question."""
        page = super().get_changelist_instance(request)
        titles = catalog.titles([row.id for row in page.result_list])
        for row in page.result_list:
            row.title = titles.get(row.id, row.id)
        return page

    @admin.display(description="商品", ordering="id")
    def product(self, row: Any) -> str:
        return str(row.title if hasattr(row, "title") else catalog.titles([row.id]).get(row.id, row.id))

    @admin.display(description="推广", ordering="paused")
    def promoted(self, row: Standing) -> SafeString:
        return pill("suspended", "暂停推广") if row.paused else pill("active", "可推广")

    @admin.display(description="近 90 天差评率", ordering="bad_bp")
    def bad(self, row: Standing) -> str:
        return f"{percent(row.bad_bp)}（{row.bad_long}/{row.reviews_long}）" if row.reviews_long else "—"

    @admin.display(description="近 90 天退货率", ordering="return_bp")
    def returned(self, row: Standing) -> str:
        return f"{percent(row.return_bp)}（{row.returned_long}/{row.received_long}）" if row.received_long else "—"

    @admin.display(description="72 小时风险", ordering="risk_bp")
    def risk(self, row: Standing) -> str:
        return "—" if row.risk_bp is None else percent(row.risk_bp)

    @admin.display(description="明细")
    def told(self, row: Standing) -> SafeString:
        one, today = facade.standing(row.id), accounting_date(clock.now())
        days, terms = facade.days(row.id, until=today, back=BACK), tables.version(row.version)
        drawings = [
            charts.drawing(MEASURE_NAMES[Measure.REVIEWS], days, lambda d: d.bad_bp, terms.bad_limit_bp),
            charts.drawing(MEASURE_NAMES[Measure.RETURNS], days, lambda d: d.return_bp, terms.return_limit_bp),
        ]
        history = [
            {"block": b, "ending": ENDING_NAMES[b.ending] if b.ending else "—"}
            for b in facade.blocks(product_id=row.id).items
        ]
        shown: dict[str, Any] = {
            "block": one.block,
            "figures": _told(one.figures),
            "version": row.version,
            "terms": terms,
        }
        shown |= {"drawings": drawings, "history": history, "root": f"/{self.admin_site.name}/"}
        return render_to_string("quality/file.html", shown)


class AppealForm(BaseDialogForm):  # type: ignore[misc]
    words = forms.CharField(
        label="申诉理由", min_length=4, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )


class BlockAdmin(ReadOnlyAdmin):
    icon = "block"
    list_display = ("id", "product_id", "merchant_id", "cause", "says", "since", "until", "ending")
    list_filter = ("cause", "ending", "since")
    search_fields = ("id__exact", "product_id__exact", "merchant_id__exact")
    ordering = ("-id",)
    empty_says = "没有商品因质量暂停过推广。"
    fields = ("id", "product_id", "merchant_id", "cause", "says", "since", "until", "ending", "told", "version")
    readonly_fields = ("told",)
    actions_detail = ("appeal",)

    @admin.display(description="当时的数据")
    def told(self, row: Block) -> SafeString:
        shown = {"figures": _told(queries.as_block(row).figures), "terms": tables.version(row.version)}
        return render_to_string("quality/figures.html", shown)

    @detail_action(
        "申诉", roles=APPELLANTS, form=AppealForm, icon="gavel", when=lambda row: row.until is None,
        warning="由平台人员答复。申诉成立后立即恢复推广，之后一段时间内不再自动暂停。",
    )  # fmt: skip
    def appeal(self, request: HttpRequest, form: AppealForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *APPELLANTS)  # type: ignore[attr-defined]
        facade.appeal(object_id, form.cleaned_data["words"], merchant_id=merchant_id, by=who, now=clock.now())
        self.message_user(request, "已提出申诉，答复会出现在店铺消息里", messages.SUCCESS)


class AlertAdmin(ReadOnlyAdmin):
    icon = "warning"
    codes = frozenset({"model"})
    list_display = ("product_id", "merchant_id", "risk", "why", "warned_at", "unlists_at", "ended")
    list_filter = ("ended", "warned_at")
    search_fields = ("id__exact", "product_id__exact", "merchant_id__exact")
    ordering = ("-id",)
    empty_says = "没有预警。"
    fields = ("id", "product_id", "merchant_id", "risk", "why", "model", "warned_at", "unlists_at", "ended", "ended_at")
    readonly_fields = ("risk", "why")

    @admin.display(description="72 小时风险", ordering="risk_bp")
    def risk(self, row: Alert) -> str:
        return percent(row.risk_bp)

    @admin.display(description="理由（按权重）")
    def why(self, row: Alert) -> str:
        return "；".join(one["says"] for one in row.reasons)


for site in (ops_site, merchant_site):
    site.register(Standing, StandingAdmin)
    site.register(Block, BlockAdmin)
    site.register(Alert, AlertAdmin)


@queue(merchant_site, roles=APPELLANTS, order=12)
def _own_paused(request: HttpRequest) -> Iterable[Queue]:
    """The shop's goods that are not promoted now."""
    merchant_id = request.principal.merchant_id  # type: ignore[attr-defined]
    rows = Block.objects.filter(merchant_id=merchant_id, until=None)
    yield Queue("暂停推广的商品", "/merchant/quality/standing/?paused__exact=1", *waiting(rows, since="since"), "")


@queue(ops_site, roles={Role.OPERATOR, Role.REVIEWER}, order=22)
def _warned(request: HttpRequest) -> Iterable[Queue]:
    """Warnings that run."""
    rows = Alert.objects.filter(ended_at=None)
    yield Queue("进行中的质量预警", "/ops/quality/alert/?ended__exact=", *waiting(rows, since="warned_at"), "")
