"""The judgement of payouts: what tax a payment carries. Pure; tables come from dated files."""

from xintui.promotion.payouts.rules.income_tax import (
    after_payment,
    cumulative_withholding,
    open_month,
    ordinary_withholding,
)
from xintui.promotion.payouts.rules.tables import load_table
from xintui.promotion.payouts.rules.vat import must_register, vat_in_gross, vat_on_sales

__all__ = [
    "after_payment",
    "cumulative_withholding",
    "load_table",
    "must_register",
    "open_month",
    "ordinary_withholding",
    "vat_in_gross",
    "vat_on_sales",
]
