"""A case's life, what the n-th time leads to, and whether a case limits at a moment."""

from datetime import datetime
from typing import Final

from xintui.kernel.states import Flow
from xintui.trust.violations.contracts import Class, Penalty, State, Step, Verb

FLOW: Final[Flow[State, Verb]] = Flow(
    {
        (State.REPORTED, Verb.CONFIRM): State.CONFIRMED,
        (State.REPORTED, Verb.DISMISS): State.DISMISSED,
        (State.CONFIRMED, Verb.LIFT): State.LIFTED,
        (State.CONFIRMED, Verb.REVOKE): State.REVOKED,
        (State.LIFTED, Verb.REVOKE): State.REVOKED,
    }
)


def step(found: Class, times: int) -> Step:
    """What this class leads to, the first time and after so many; the last step stays."""
    return found.steps[min(times, len(found.steps) - 1)]


def limits(penalty: Penalty, until: datetime | None, rectified: bool, now: datetime) -> bool:
    """Whether a confirmed case keeps its subject from new links at this moment."""
    if penalty is Penalty.LINKS:
        return until is not None and now < until
    return penalty is Penalty.RECTIFY and not rectified and until is not None and now >= until


def over(penalty: Penalty, until: datetime | None, rectified: bool, now: datetime) -> bool:
    """Whether it lifts itself now: a limit with its time, a rectification when it was put right. 清退 never."""
    if penalty is Penalty.LINKS:
        return until is not None and now >= until
    return penalty is Penalty.RECTIFY and rectified
