"""The verbs of evidence: seal, verify, close, prove."""

from xintui.foundation.evidence.services.closing import close_day, close_due
from xintui.foundation.evidence.services.proving import proof_for_account, proof_for_day, proof_for_reasons
from xintui.foundation.evidence.services.sealing import seal
from xintui.foundation.evidence.services.verifying import verify_chain

__all__ = ["close_day", "close_due", "proof_for_account", "proof_for_day", "proof_for_reasons", "seal", "verify_chain"]
