"""账本 ledger: the public face."""

from xintui.foundation.ledger.contracts import (
    KIND_NAMES,
    SHOP,
    Account,
    AuditFinding,
    Balance,
    DayClosed,
    HoldNotPending,
    Kind,
    Move,
    PostedDifferently,
    Posting,
    StatementLine,
    WouldOverdraw,
)
from xintui.foundation.ledger.queries import audit, balance, balances, open_date, postings, statement
from xintui.foundation.ledger.services import capture, close_day, fold, hold, post, translated, void

__all__ = [
    "KIND_NAMES",
    "SHOP",
    "Account",
    "AuditFinding",
    "Balance",
    "DayClosed",
    "HoldNotPending",
    "Kind",
    "Move",
    "PostedDifferently",
    "Posting",
    "StatementLine",
    "WouldOverdraw",
    "audit",
    "balance",
    "balances",
    "capture",
    "close_day",
    "fold",
    "hold",
    "open_date",
    "post",
    "postings",
    "statement",
    "translated",
    "void",
]
