"""Tax as it was computed, limits, rules."""

from typing import Any

from django.contrib import admin

from xintui.infra.console import (
    ReadOnlyAdmin,
    ops_site,
)
from xintui.infra.console.cells import money
from xintui.promotion.payouts import models
from xintui.promotion.payouts.admin.words import DESK, METHODS, SCOPES


class TaxYearAdmin(ReadOnlyAdmin):
    icon = "calculate"
    ops_roles = DESK
    list_display = ("promoter_id", "year", "months", "last_month", "income", "withheld")
    list_filter = ("year",)
    search_fields = ("promoter_id__exact",)
    ordering = ("-id",)

    @admin.display(description="累计收入", ordering="income_fen")
    def income(self, row: models.TaxYear) -> Any:
        return money(row.income_fen)

    @admin.display(description="累计已预扣", ordering="withheld_fen")
    def withheld(self, row: models.TaxYear) -> Any:
        return money(row.withheld_fen)


class TaxLineAdmin(ReadOnlyAdmin):
    icon = "receipt_long"
    ops_roles = DESK
    list_display = (
        "withdrawal_id",
        "promoter_id",
        "month",
        "method",
        "version",
        "base",
        "rate_bp",
        "taken",
        "reversed_at",
    )
    spoken = {"method": METHODS, "agent": {"platform": "平台"}}
    list_filter = ("month", "method")
    search_fields = ("withdrawal_id__exact", "promoter_id__exact")
    ordering = ("-id",)

    @admin.display(description="应纳税所得额")
    def base(self, row: models.TaxLine) -> Any:
        return money(row.base_fen)

    @admin.display(description="本次预扣")
    def taken(self, row: models.TaxLine) -> Any:
        return money(row.tax_fen)


class VatLineAdmin(ReadOnlyAdmin):
    icon = "percent"
    ops_roles = DESK
    list_display = (
        "withdrawal_id", "promoter_id", "month", "period", "gross_fen", "sales_fen", "rate_bp", "vat_fen",
        "carried_fen", "reversed_at",
    )  # fmt: skip
    list_filter = ("month", "period")
    search_fields = ("withdrawal_id__exact", "promoter_id__exact")
    ordering = ("-id",)


class TaxProfileAdmin(ReadOnlyAdmin):
    icon = "badge"
    ops_roles = DESK
    list_display = (
        "promoter_id", "from_month", "resident", "registration", "country", "proof", "set_by", "set_at",
    )  # fmt: skip
    list_filter = ("resident", "registration")
    search_fields = ("promoter_id__exact",)
    ordering = ("-id",)


class CapAdmin(ReadOnlyAdmin):
    icon = "speed"
    ops_roles = DESK
    spoken = {"scope": SCOPES}
    list_display = ("scope", "owner", "period", "used_fen", "limit_fen")
    list_filter = ("scope",)
    search_fields = ("owner__exact", "period__exact")
    ordering = ("-id",)


class PolicyAdmin(ReadOnlyAdmin):
    spoken = {"tax_method": METHODS}
    icon = "gavel"
    ops_roles = DESK
    list_display = (
        "version", "effective_from", "tax_method", "vat_method", "review_above_fen", "payee_daily_fen",
        "platform_daily_fen", "cooling_hours", "verified_on",
    )  # fmt: skip
    ordering = ("-effective_from",)


ops_site.register(models.TaxLine, TaxLineAdmin)
ops_site.register(models.VatLine, VatLineAdmin)
ops_site.register(models.TaxProfile, TaxProfileAdmin)
ops_site.register(models.TaxYear, TaxYearAdmin)
ops_site.register(models.Cap, CapAdmin)
ops_site.register(models.Policy, PolicyAdmin)
