"""提现与个税 payouts: from money due to money paid."""

from xintui.promotion.payouts.documents import report_csv, report_xlsx, statement_csv, statement_pdf
from xintui.promotion.payouts.jobs import notice_silence, submit_due
from xintui.promotion.payouts.queries import (
    confirm_package,
    get,
    history,
    paid_out,
    policy,
    queue,
    search,
    statement,
    statements,
    tax_line,
    wallet,
)
from xintui.promotion.payouts.report import report_form, report_quarters, tax_report
from xintui.promotion.payouts.services.profiles import set_profile
from xintui.promotion.payouts.services.requests import cancel, request
from xintui.promotion.payouts.services.reviews import approve, propose, reject
from xintui.promotion.payouts.services.sending import record_bank, settle, submit
from xintui.promotion.payouts.taxation import preview_tax, profile, profile_history, tax_years, vat_line

__all__ = [
    "approve", "cancel", "confirm_package", "get", "history", "notice_silence", "paid_out", "policy", "preview_tax",
    "profile", "profile_history", "propose", "queue", "record_bank", "reject", "report_csv", "report_form",
    "report_quarters", "report_xlsx", "request", "search", "set_profile", "settle", "statement", "statement_csv",
    "statement_pdf", "statements", "submit", "submit_due", "tax_line", "tax_report", "tax_years", "vat_line",
    "wallet",
]  # fmt: skip
