"""Where somebody stands, and what it takes to go on."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.growth import rules, tables
from xintui.promotion.growth.contracts import Facts, Outcome, Path, Review, Stage
from xintui.promotion.growth.models import Review as Row
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale

SHOWN = 12
MEMBER = "member"


def facts_of(people: Collection[Promoter], *, now: datetime) -> dict[str, Facts]:
    """What the rules ask for, of many promoters in two queries."""
    ids, today = [one.id for one in people], accounting_date(now)
    days = tables.rules(today).window_days
    sold = attribution.records(ids, since=now - timedelta(days=days))
    scores = credit.scores(ids, Scale.CREDIT)
    found = {}
    for one in people:
        record, score = sold.get(one.id), scores.get(one.id)
        found[one.id] = Facts(
            credit=score.score if score else 0,
            net_fen=record.paid_fen - record.refunded_fen if record else 0,
            orders=record.orders if record else 0,
            tenure_days=(today - accounting_date(one.joined_at)).days if one.joined_at else 0,
        )
    return found


def path(promoter: Promoter | None, *, now: datetime) -> Path:
    """The path with everything that is reached and missing; for whoever is no promoter, as a member sees it."""
    today = accounting_date(now)
    given = tables.rules(today)
    active = promoter is not None and promoter.is_active
    facts = facts_of([promoter], now=now)[promoter.id] if promoter and active else Facts()
    here = given.at(promoter.level) if promoter and active else given.at(MEMBER)
    benefits = {one.code: one.benefits for one in promoters.levels()}
    stages = tuple(
        Stage(
            code=step.code, title=step.title, says=step.says, benefits=benefits.get(step.code, ()),
            reached=i <= here, current=i == here,
            conditions=rules.conditions(step.needs, facts), keeps=rules.conditions(step.keeps, facts),
        )
        for i, step in enumerate(given.steps)
    )  # fmt: skip
    reviews = Row.objects.filter(promoter_id=promoter.id).order_by("-month")[:SHOWN] if promoter else ()
    return Path(
        stages, given.window_days, given.version, given.source, next_month(today), tuple(map(contract, reviews))
    )


def next_month(day: date) -> date:
    """The first of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def contract(row: Row) -> Review:
    facts = Facts(row.credit, row.net_fen, row.orders, row.tenure_days)
    return Review(
        str(row.id), row.promoter_id, row.month, row.before, row.after, Outcome(row.outcome), facts, row.version, row.at
    )  # fmt: skip
