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
from xintui.foundation.evidence.rules.packs import PROOFS as PACK_PROOFS
from xintui.foundation.evidence.rules.packs import Packed
from xintui.foundation.evidence.rules.packs import build as build_pack
from xintui.foundation.evidence.rules.proofs import write_settlement_proof
from xintui.foundation.evidence.services import (
    close_day,
    close_due,
    proof_for_account,
    proof_for_day,
    proof_for_reasons,
    seal,
    verify_chain,
)

__all__ = [
    "PACK_PROOFS", "Block", "BooksDoNotClose", "ChainReport", "ClosedDay", "DayAlreadyClosed", "DayNotClosed",
    "DayNotOver", "Fault", "Packed", "RecordsChanged", "blocks", "build_pack", "bulk_root", "close_day", "close_due",
    "day_of", "days", "days_page", "last_block", "last_day", "proof_for_account", "proof_for_day",
    "proof_for_reasons", "seal", "verify", "verify_chain", "write_settlement_proof",
]  # fmt: skip
