"""可验证账本 evidence: the public face."""

from xintui.foundation.evidence.contracts import (
    Block,
    BooksDoNotClose,
    ChainReport,
    ClosedDay,
    DayAlreadyClosed,
    DayNotClosed,
    DayNotOver,
    Fault,
    RecordsChanged,
)
from xintui.foundation.evidence.proof_file import verify
from xintui.foundation.evidence.queries import blocks, day_of, days, days_page, last_block, last_day
from xintui.foundation.evidence.rules.merkle import bulk_root
from xintui.foundation.evidence.rules.proofs import write_settlement_proof
from xintui.foundation.evidence.services import (
    close_day,
    close_due,
    proof_for_account,
    proof_for_day,
    seal,
    verify_chain,
)

__all__ = [
    "Block",
    "BooksDoNotClose",
    "ChainReport",
    "ClosedDay",
    "DayAlreadyClosed",
    "DayNotClosed",
    "DayNotOver",
    "Fault",
    "RecordsChanged",
    "blocks",
    "bulk_root",
    "close_day",
    "close_due",
    "day_of",
    "days",
    "days_page",
    "last_block",
    "last_day",
    "proof_for_account",
    "proof_for_day",
    "seal",
    "verify",
    "verify_chain",
    "write_settlement_proof",
]
