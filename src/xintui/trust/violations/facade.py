"""违规 violations: the public face."""

from xintui.trust.violations.queries import cases, expelled, of, offenders, one, require_clear
from xintui.trust.violations.services import (
    appeal,
    appeal_decided,
    confirm,
    dismiss,
    lift_due,
    notice,
    rectify,
    report,
    revoke,
)
from xintui.trust.violations.tables import catalogue, detectors

__all__ = [
    "appeal", "appeal_decided", "cases", "catalogue", "confirm", "detectors", "dismiss", "expelled", "lift_due",
    "notice", "of", "offenders", "one", "rectify", "report", "require_clear", "revoke",
]  # fmt: skip
