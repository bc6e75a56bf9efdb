"""Console page: what each month's review found, with the facts it went by."""

from typing import Any, Final

from django.contrib import admin

from xintui.foundation.identity.contracts import Role
from xintui.infra.console import ReadOnlyAdmin, ops_site
from xintui.infra.console.cells import money
from xintui.promotion.growth.contracts import Outcome
from xintui.promotion.growth.models import Review
from xintui.promotion.promoters import facade as promoters

READERS: Final = frozenset({Role.OPERATOR, Role.AUDITOR})


class ReviewAdmin(ReadOnlyAdmin):
    icon = "trending_up"
    ops_roles = READERS
    good = frozenset({Outcome.UP, Outcome.INVITED, Outcome.STAYS})
    spoken = {name: {one.code: one.title for one in promoters.levels()} for name in ("before", "after")}
    list_display = ("of_month", "promoter_id", "before", "after", "outcome", "credit", "net", "orders", "tenure_days")
    list_filter = ("outcome", "month", "after")
    search_fields = ("promoter_id__exact",)
    ordering = ("-id",)
    empty_says = "还没有复核：每月第一次运行时复核全部在册推客。"
    fields = (
        "of_month", "promoter_id", "before", "after", "outcome", "credit", "net", "orders", "tenure_days",
        "version", "at",
    )  # fmt: skip
    readonly_fields = ("of_month", "net")

    @admin.display(description="复核月份", ordering="month")
    def of_month(self, row: Review) -> str:
        return f"{row.month:%Y-%m}"

    @admin.display(description="成交净额", ordering="net_fen")
    def net(self, row: Review) -> Any:
        return money(row.net_fen)


ops_site.register(Review, ReviewAdmin)
