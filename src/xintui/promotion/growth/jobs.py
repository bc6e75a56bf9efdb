"""The month's review of every active promoter: set-based, once a month each, resumed where it stopped."""

from datetime import date, datetime

from django.db import transaction

from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date
from xintui.promotion.growth import queries, rules, tables
from xintui.promotion.growth.contracts import Facts, LevelMoved, Outcome
from xintui.promotion.growth.models import Review
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter

AT_ONCE = 1000
MOVES = {Outcome.UP: "promotion_rule", Outcome.DOWN: "demotion_rule"}


def review_due(*, now: datetime) -> int:
    """Review whoever has not been reviewed this month; how many. A month's first run does the work."""
    done, after = 0, ""
    while people := promoters.active_after(after, limit=AT_ONCE):
        done += review(people, now=now)
        after = people[-1].id
    return done


@transaction.atomic
def review(people: list[Promoter], *, now: datetime) -> int:
    """Judge these by the rules of today; left out is who was judged this month, or joined in it."""
    month = accounting_date(now).replace(day=1)
    ids = [one.id for one in people]
    judged = set(Review.objects.filter(promoter_id__in=ids, month=month).values_list("promoter_id", flat=True))
    due = [one for one in people if one.id not in judged and _here_since(one) < month]
    if not due:
        return 0
    facts, warned, path = queries.facts_of(due, now=now), _warned(due), tables.rules(accounting_date(now))
    rows = []
    for one in due:
        after, outcome = rules.judge(one.level, facts[one.id], warned.get(one.id, 0), path)
        rows.append(_row(one, after, outcome, facts[one.id], path.version, month, now))
        if outcome in MOVES:
            promoters.set_level(one.id, after, actor="system", reason=MOVES[outcome], now=now)
            title = path.steps[path.at(after)].title
            outbox.publish(LevelMoved(one.id, one.level, after, title, outcome is Outcome.UP, month, now))
    Review.objects.bulk_create(rows)
    return len(rows)


def _here_since(one: Promoter) -> date:
    return accounting_date(one.joined_at or one.applied_at)


def _warned(people: list[Promoter]) -> dict[str, int]:
    """For how many reviews in a row, up to the last, each was below what keeps the stage."""
    found: dict[str, list[str]] = {}
    rows = Review.objects.filter(promoter_id__in=[one.id for one in people]).order_by("-month")
    for promoter_id, outcome in rows.values_list("promoter_id", "outcome"):
        found.setdefault(promoter_id, []).append(outcome)
    return {
        key: next((i for i, one in enumerate(outcomes) if one != Outcome.WARNED), len(outcomes))
        for key, outcomes in found.items()
    }


def _row(  # noqa: PLR0917 - a row
    one: Promoter, after: str, outcome: Outcome, facts: Facts, version: str, month: date, now: datetime
) -> Review:
    return Review(
        promoter_id=one.id, month=month, before=one.level, after=after, outcome=outcome, credit=facts.credit,
        net_fen=facts.net_fen, orders=facts.orders, tenure_days=facts.tenure_days, version=version, at=now,
    )  # fmt: skip
