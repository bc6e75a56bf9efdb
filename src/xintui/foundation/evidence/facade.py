"""证据 evidence: the public face."""

from xintui.foundation.evidence.proof_file import verify
from xintui.foundation.evidence.rules.merkle import bulk_root
from xintui.foundation.evidence.rules.proofs import write_settlement_proof

__all__ = ["bulk_root", "verify", "write_settlement_proof"]
