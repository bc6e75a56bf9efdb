"""违规 violations: the public face."""

from xintui.trust.violations.queries import cases, expelled, of, one, require_clear
from xintui.trust.violations.services import appeal, appeal_decided, confirm, dismiss, lift_due, rectify, report
from xintui.trust.violations.tables import catalogue

__all__ = [
    "appeal", "appeal_decided", "cases", "catalogue", "confirm", "dismiss", "expelled", "lift_due", "of", "one",
    "rectify",
    "report", "require_clear",
]  # fmt: skip
