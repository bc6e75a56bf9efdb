"""请求幂等 idempotency."""

from xintui.infra.idempotency.services import Answer, Claim, InFlight, Mismatch, claim, keep, purge, release

__all__ = ["Answer", "Claim", "InFlight", "Mismatch", "claim", "keep", "purge", "release"]
