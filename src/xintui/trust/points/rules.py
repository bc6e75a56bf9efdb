"""The domain's judgement: when points expire, what a month earned, which benefits a standing brings."""

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Final

from xintui.kernel.states import Flow
from xintui.trust.points.contracts import (
    Benefit,
    CorrectionState,
    CorrectionVerb,
    Perk,
    Standing,
    VoucherState,
    VoucherVerb,
)
from xintui.trust.points.tables import Benefits, Ladder, Rule

FLOW: Final[Flow[VoucherState, VoucherVerb]] = Flow(
    {
        (VoucherState.HELD, VoucherVerb.USE): VoucherState.USED,
        (VoucherState.HELD, VoucherVerb.GIVE_BACK): VoucherState.RETURNED,
        (VoucherState.HELD, VoucherVerb.EXPIRE): VoucherState.EXPIRED,
    }
)

CORRECTING: Final[Flow[CorrectionState, CorrectionVerb]] = Flow(
    {
        (CorrectionState.ASKED, CorrectionVerb.APPROVE): CorrectionState.DONE,
        (CorrectionState.ASKED, CorrectionVerb.REFUSE): CorrectionState.REFUSED,
    }
)


def expires_on(day: date, valid_months: int) -> date:
    """The last day of the month that lies so many months after: a whole month's points go on one day."""
    months = day.year * 12 + day.month - 1 + valid_months
    year, month = divmod(months, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def expired(earned_until: int, used: int) -> int:
    """What is over of the points that could be used until a day, `used` being all that was ever used or expired.

    What expires first is used first, so whatever was used counts against the oldest points: no order of events and no
    lots are needed, and the answer is the same whoever asks when.
    """
    return max(0, earned_until - used)


def sales(net_fen: int, rule: Rule) -> int:
    """The points of a month's net sales, rounded down, at most the cap."""
    return min(max(net_fen, 0) // rule.per_fen, rule.cap)


def benefits(standing: Standing, table: Benefits, *, shop: bool = False) -> tuple[Benefit, ...]:
    """All benefits, in the order of the table, each with the highest rung that this standing reaches."""
    ladders = table.shop if shop else table.ladders
    return tuple(_benefit(one, standing, table) for one in ladders.values())


def _benefit(one: Ladder, standing: Standing, table: Benefits) -> Benefit:
    reached = [i for i, rung in enumerate(one.rungs) if _reaches(standing, rung.score, rung.level, table)]
    at = reached[-1] if reached else None
    counts = one.open and at is not None
    return Benefit(
        code=one.code, title=one.title, says=one.says, value=one.rungs[at].value if counts and at is not None else 0,
        now_says=one.rungs[at].says if counts and at is not None else one.none, rungs=one.rungs, at=at, open=one.open,
    )  # fmt: skip


def _reaches(standing: Standing, score: int, level: str, table: Benefits) -> bool:
    return standing.score >= score and table.levels.index(standing.level) >= table.levels.index(level)


def worth(found: tuple[Benefit, ...]) -> Mapping[Perk, int]:
    """What each benefit is worth, 0 where there is none."""
    return {one.code: one.value for one in found}
