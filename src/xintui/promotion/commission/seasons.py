"""限时规则: a plan with limited-time rules is published as a chain of ordinary versions, one for each span of time.

The version in force when a line was paid decides (as for every plan), so nothing that settles needs to know of seasons.
Later links carry the plan's name with `~n`. They are replaced, not changed, when another plan is published meanwhile:
a link begins within the last millisecond before its moment and a replacement some microseconds after the link it
replaces, so that at the moment itself, and whenever a gateway can say that something was paid, the newest decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from xintui.promotion.commission.contracts import Plan, PlanInvalid, Rule

MARK: Final = "~"
LINKS: Final = 60
"""More changes than this in one plan is a mistake."""
_LEAD: Final = timedelta(milliseconds=1)
_STEP: Final = timedelta(microseconds=1)


def whole(plan: Plan) -> Plan:
    """A published link as the plan it was written as: the rules in force and those to come, with their times."""
    return replace(plan, rules=(*plan.rules, *plan.later), later=())


def is_link(version: str) -> bool:
    """Whether a version was made by the calendar, not announced by anybody."""
    return MARK in version


def moment(begins: datetime) -> datetime:
    """The moment a link is meant for: its beginning, rounded up to the whole second."""
    return begins if not begins.microsecond else begins.replace(microsecond=0) + timedelta(seconds=1)


def chain(plan: Plan, since: datetime, replaced: Iterable[datetime] = ()) -> list[tuple[datetime, Plan]]:
    """(moment, version) from `since` on. `replaced`: moments of an earlier plan's links, which this plan overrules.

    Raises `PlanInvalid` for a plan that changes too often.
    """
    edges = {edge for rule in plan.rules for edge in (rule.valid_from, rule.valid_to) if edge is not None}
    cuts = [since, *sorted(edge for edge in edges | set(replaced) if edge > since)]
    if len(cuts) > LINKS:
        raise PlanInvalid("rules", f"限时规则的起止时间超过 {LINKS} 个")
    return [
        (
            cut,
            replace(
                plan,
                version=plan.version if not n else f"{plan.version}{MARK}{n}",
                rules=tuple(rule for rule in plan.rules if _live(rule, cut)),
                later=tuple(rule for rule in plan.rules if rule.valid_from is not None and rule.valid_from > cut),
            ),
        )
        for n, cut in enumerate(cuts)
    ]


def beginning(moment_: datetime, known: Sequence[datetime]) -> datetime:
    """When the next link for a moment begins, `known` being the beginnings of those it replaces."""
    latest = max((one for one in known if moment_ - _LEAD <= one <= moment_), default=moment_ - _LEAD)
    return latest + _STEP


def _live(rule: Rule, at: datetime) -> bool:
    begun = rule.valid_from is None or rule.valid_from <= at
    return begun and (rule.valid_to is None or at < rule.valid_to)
