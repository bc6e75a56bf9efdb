"""Console page: which commission waits, for which case, since when and until when."""

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString

from xintui.infra.console import ops_site
from xintui.infra.console.cells import money, pill
from xintui.promotion.commission.admin.books import Named
from xintui.promotion.commission.models import CommissionHeld

FREE = {"over": "到期自动恢复", "cleared": "已排除", "calm": "已平息", "appeal": "申诉成立"}


class HeldAdmin(Named):
    icon = "hourglass_top"
    list_display = ("promoter", "shop", "stands", "fen_", "says", "held_at", "until", "order_id", "case_id")
    list_filter = ("waiting", "held_at")
    search_fields = ("case_id__exact", "promoter_id__exact", "order_id__exact")
    ordering = ("-held_at", "id")
    empty_says = "没有佣金在核查。"
    fields = (
        "promoter", "shop", "order_id", "case_id", "stands", "fen_", "says", "held_at", "until", "release_at",
        "ended_at",
    )  # fmt: skip
    readonly_fields = ("promoter", "shop", "stands", "fen_")

    @admin.display(description="状态", ordering="waiting")
    def stands(self, row: CommissionHeld) -> SafeString:
        return pill("pending", "核查中") if row.waiting else pill("active", FREE.get(row.ending, "已恢复"))

    @admin.display(description="佣金", ordering="fen")
    def fen_(self, row: Any) -> SafeString | str:
        return money(row.fen)


ops_site.register(CommissionHeld, HeldAdmin)
