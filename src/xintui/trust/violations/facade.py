"""违规 violations: the public face."""

from xintui.trust.violations.queries import (
    cases,
    expelled,
    of,
    offenders,
    one,
    require_clear,
    said_by,
    said_of,
    share_reports,
)
from xintui.trust.violations.services.cases import (
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
from xintui.trust.violations.services.shares import end_old, forget, hear, mark, set_aside, take_up
from xintui.trust.violations.tables import catalogue, detectors, sharing

__all__ = [
    "appeal", "appeal_decided", "cases", "catalogue", "confirm", "detectors", "dismiss", "end_old", "expelled",
    "forget", "hear", "lift_due", "mark", "notice", "of", "offenders", "one", "rectify", "report", "require_clear",
    "revoke", "said_by", "said_of", "set_aside", "share_reports", "sharing", "take_up",
]  # fmt: skip
