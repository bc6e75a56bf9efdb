"""The judgement of payouts: what tax a payment carries. Pure; tables come from dated files."""

from xintui.promotion.payouts.rules.income_tax import (
    after_payment,
    cumulative_withholding,
    open_month,
    ordinary_withholding,
)
from xintui.promotion.payouts.rules.report import due_on, last_twelve, months_of, quarter_of
from xintui.promotion.payouts.rules.tables import load_table
from xintui.promotion.payouts.rules.treatment import PERSON, TRADER, treatment
from xintui.promotion.payouts.rules.vat import must_register, vat_in_gross, vat_on_sales, vat_to_take

__all__ = [
    "PERSON",
    "TRADER",
    "after_payment",
    "cumulative_withholding",
    "due_on",
    "last_twelve",
    "load_table",
    "months_of",
    "must_register",
    "open_month",
    "ordinary_withholding",
    "quarter_of",
    "treatment",
    "vat_in_gross",
    "vat_on_sales",
    "vat_to_take",
]
