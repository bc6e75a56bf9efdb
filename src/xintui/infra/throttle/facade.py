"""限流 throttle."""

from xintui.infra.throttle.services import forget, hit

__all__ = ["forget", "hit"]
