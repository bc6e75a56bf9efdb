"""Holds: what lines are still to bring waits while a case is looked into, and comes back unchanged, at its own instant.

Schedule entries have no line to exclude, and none is ever updated; so a held line leaves the schedule by a row of the
opposite sign and waits without an instant, like goods not received yet. The release knows nothing of holds and costs
what it did. Whoever holds has the books alone, as a sweep does: nothing is received, refunded or swept meanwhile.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from xintui.infra import live, locks, sql
from xintui.promotion.commission.contracts import SHOP, Held, HeldLine, LetGo
from xintui.promotion.commission.models import CommissionBooks, CommissionHold


@transaction.atomic
def hold_lines(
    case_id: str, lines: Iterable[tuple[str, str]], *, says: str, until: datetime, now: datetime
) -> tuple[Held, ...]:
    """Hold the commission of these (order, line) that is not released yet, at the latest until `until`.

    What is held anew, by promoter. Lines that were held for this case before, or that nobody earns on, are passed over.
    """
    told = sorted(set(lines))
    if not told or until <= now:
        return ()
    asked = {"case_id": case_id, "says": says, "until": until, "now": now}
    asked |= {"orders": [order for order, _ in told], "lines": [line for _, line in told]}
    found = sql.rows(__package__, "hold", _alone() | asked)
    live.tell(*(row["promoter_id"] for row in found))
    return tuple(Held(case_id, row["promoter_id"], row["lines"], row["fen"], now, until, says) for row in found)


@transaction.atomic
def let_go(case_id: str, *, promoter_id: str = "", ending: str, now: datetime) -> tuple[LetGo, ...]:
    """The case is over (for one promoter): its lines are released as if they had never been held. Twice is once."""
    return _let_go(case_id, promoter_id, ending, False, now)


@transaction.atomic
def extend_hold(case_id: str, *, until: datetime) -> int:
    """The case was confirmed: what is held for it waits at the latest until then."""
    return CommissionHold.objects.filter(case_id=case_id, ended_at=None, until__lt=until).update(until=until)


def let_go_due(*, now: datetime) -> int:
    """Holds whose time is over end by themselves, whatever became of the case: nobody's money waits for ever."""
    if not CommissionHold.objects.filter(ended_at=None, until__lte=now).exists():
        return 0
    with transaction.atomic():
        return sum(one.lines for one in _let_go("", "", "over", True, now))


def _let_go(case_id: str, promoter_id: str, ending: str, over: bool, now: datetime) -> tuple[LetGo, ...]:
    asked: dict[str, Any] = {"case_id": case_id, "promoter_id": promoter_id, "ending": ending, "over": over, "now": now}
    found = sql.rows(__package__, "let_go", _alone() | asked)
    live.tell(*(row["promoter_id"] for row in found))
    return tuple(LetGo(row["promoter_id"], row["lines"], row["fen"]) for row in found)


def _alone() -> dict[str, Any]:
    """The books to oneself, and how far they are swept."""
    locks.exclusive(f"commission:{SHOP}")
    state = CommissionBooks.objects.filter(books=SHOP).first()
    return {"books": SHOP, "epoch": state.epoch if state else 0, "watermark": state.watermark if state else None}


# -- reading -----------------------------------------------------------------------------------------------------------


def held_for(case_ids: Collection[str]) -> tuple[Held, ...]:
    """What stands held for these cases, by promoter; one query."""
    return _sums({"promoter_id": "", "cases": sorted(set(case_ids))})


def held_of(promoter_id: str) -> tuple[Held, ...]:
    """What stands held of a promoter, by case."""
    return _sums({"promoter_id": promoter_id, "cases": None})


def held_fen(promoter_id: str) -> int:
    """What waits of a promoter's in all: a line that two cases hold waits once."""
    row = sql.one(__package__, "held_total", {"promoter_id": promoter_id})
    return int(row["fen"]) if row else 0


def ever_held(case_id: str, promoter_id: str) -> bool:
    """Whether the case has ever held anything of this promoter's."""
    return CommissionHold.objects.filter(case_id=case_id, promoter_id=promoter_id).exists()


def holds_of_line(order_id: str, line_id: str) -> tuple[HeldLine, ...]:
    """Every time a line waited, the latest first."""
    rows = CommissionHold.objects.filter(order_id=order_id, line_id=line_id).order_by("-held_at", "case_id")
    return tuple(
        HeldLine(row.case_id, row.says, row.held_at, row.until, row.release_at, row.ended_at, row.ending)
        for row in rows
    )  # fmt: skip


def _sums(asked: dict[str, Any]) -> tuple[Held, ...]:
    rows: Sequence[dict[str, Any]] = sql.rows(__package__, "held_sums", asked)
    return tuple(
        Held(row["case_id"], row["promoter_id"], row["lines"], row["fen"], row["since"], row["until"], row["says"])
        for row in rows
    )  # fmt: skip
