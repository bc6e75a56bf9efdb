"""账本 ledger: the public face."""

from xintui.foundation.ledger.contracts import (
    KIND_NAMES,
    SHOP,
    Account,
    AccountNotFound,
    AccountView,
    AuditFinding,
    Balance,
    ClearingAge,
    DayClosed,
    HoldNotPending,
    Kind,
    Move,
    Placed,
    PostedDifferently,
    Posting,
    PostingNotFound,
    StatementLine,
    TrialLine,
    WouldOverdraw,
)
from xintui.foundation.ledger.queries import (
    account,
    account_day_moves,
    accounts,
    audit,
    balance,
    balances,
    books,
    clearing_ages,
    day_moves,
    first_day,
    latest,
    leaves,
    moves_csv,
    open_date,
    posting,
    postings,
    sealed_leaves,
    statement,
    statement_csv,
    statement_page,
    totals,
    trial,
)
from xintui.foundation.ledger.rules import account_name, amount_name, csv_leaves, in_words
from xintui.foundation.ledger.services import analyze, capture, close_day, fold, hold, post, translated, void

__all__ = [
    "KIND_NAMES", "SHOP", "Account", "AccountNotFound", "AccountView", "AuditFinding", "Balance", "ClearingAge",
    "DayClosed", "HoldNotPending", "Kind", "Move", "Placed", "PostedDifferently", "Posting", "PostingNotFound",
    "StatementLine", "TrialLine", "WouldOverdraw", "account", "account_day_moves", "account_name", "accounts",
    "amount_name", "analyze", "audit", "balance", "balances", "books", "capture", "clearing_ages", "close_day",
    "csv_leaves", "day_moves", "first_day", "fold", "hold", "in_words", "latest", "leaves", "moves_csv", "open_date",
    "post", "posting", "postings", "sealed_leaves", "statement", "statement_csv", "statement_page", "totals",
    "translated", "trial", "void",
]  # fmt: skip
