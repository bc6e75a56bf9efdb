"""提现与个税 payouts: from money due to money paid."""

from xintui.promotion.payouts.documents import statement_csv, statement_pdf
from xintui.promotion.payouts.jobs import notice_silence, submit_due
from xintui.promotion.payouts.queries import (
    confirm_package,
    get,
    history,
    policy,
    preview_tax,
    queue,
    search,
    statement,
    statements,
    tax_line,
    tax_years,
    wallet,
)
from xintui.promotion.payouts.services.requests import cancel, request
from xintui.promotion.payouts.services.reviews import approve, propose, reject
from xintui.promotion.payouts.services.sending import record_bank, settle, submit

__all__ = [
    "approve",
    "cancel",
    "confirm_package",
    "get",
    "history",
    "notice_silence",
    "policy",
    "preview_tax",
    "propose",
    "queue",
    "record_bank",
    "reject",
    "request",
    "search",
    "settle",
    "statement",
    "statement_csv",
    "statement_pdf",
    "statements",
    "submit",
    "submit_due",
    "tax_line",
    "tax_years",
    "wallet",
]
