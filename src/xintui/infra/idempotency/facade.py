"""请求幂等 idempotency."""

from xintui.infra.idempotency.services import Answer, Claim, InFlight, Mismatch, claim, forget, keep, purge, release

__all__ = ["Answer", "Claim", "InFlight", "Mismatch", "claim", "forget", "keep", "purge", "release"]
