"""What the house knew of a holder on a day, handed to `bands`: one page that says from which fact each number comes.

All of it are signals of credit with the time at which they happened, so a day of the past is seen as it was. One holder
and all of them are the same statements.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from xintui.kernel.times import accounting_date, day_start
from xintui.trust.bands import facade as bands
from xintui.trust.bands.contracts import Judgement, Moment, Past
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale, SubjectKind
from xintui.trust.credit.facade import Told
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Band, Facts, Holder, HolderKind

QUARTER, HALF, YEAR = 90, 180, 365
SCALES: Final = {HolderKind.PROMOTER: Scale.CREDIT, HolderKind.MERCHANT: Scale.SHOP}
POINTS: Final = ("violations", "disclosure", "spam", "devices")
"""Indicators in which a verified violation counts."""
LOOKED_AT: Final = ("complaints", "returns", "fulfilment", "content", "response", "genuine", *POINTS)
NONE: Final = Told()
WHOLE_BP: Final = 10_000
Heard = Mapping[str, Mapping[str, Told]]


def pasts(kind: HolderKind, day: date, *, ids: Collection[str] | None = None) -> dict[str, Past]:
    """Everybody's (or these holders') past as a day began."""
    subject, until = SubjectKind(kind.value), day_start(day)

    def heard(back: int) -> Heard:
        since = until - timedelta(days=back)
        return credit.heard_between(subject, since=since, until=until, subject_ids=ids, indicators=LOOKED_AT)

    spans = {back: heard(back) for back in (QUARTER, HALF, YEAR)}
    scores = credit.scores_before(SCALES[kind], day, subject_ids=ids)
    began = credit.since(subject, subject_ids=ids)
    return {
        key: _past((day - since).days, scores.get(key, 0), {back: told.get(key, {}) for back, told in spans.items()})
        for key, since in began.items()
        if since <= day
    }


def _past(tenure: int, score: int, told: Mapping[int, Mapping[str, Told]]) -> Past:
    quarter, half, year = (told[back] for back in (QUARTER, HALF, YEAR))

    def of(span: Mapping[str, Told], indicator: str) -> Told:
        return span.get(indicator, NONE)

    ended, stars, asked, genuine = (of(year, one) for one in ("fulfilment", "content", "response", "genuine"))
    return Past(
        tenure_days=tenure,
        orders_90=of(quarter, "complaints").total,
        orders_180=of(half, "complaints").total,
        sold_fen_90=of(quarter, "returns").good,
        sold_fen_180=of(half, "returns").good,
        sold_fen_365=of(year, "returns").good,
        refunded_fen_90=of(quarter, "returns").bad,
        refunded_fen_180=of(half, "returns").bad,
        refunded_fen_365=of(year, "returns").bad,
        ended_365=ended.total,
        unkept_365=ended.total - ended.good,
        complaints_90=of(quarter, "complaints").bad,
        complaints_365=of(year, "complaints").bad,
        stars_365=stars.total,
        bad_stars_365=stars.total - stars.good,
        asked_365=asked.total,
        slow_365=asked.total - asked.good,
        own_365=genuine.total - genuine.good,
        attributed_365=genuine.total,
        points_365=sum(of(year, one).total for one in POINTS),
        score=score,
    )


def judge(holder: Holder, now: datetime) -> Judgement | None:
    """How a machine or a person judges this holder today; None: by the rule table. Nothing is read without a model."""
    return bands.judge(holder, lambda: past(holder, now), now=now)


def past(holder: Holder, now: datetime) -> Past:
    """One holder's past as this day began; of whom nothing was heard, nothing is known."""
    return pasts(holder.kind, accounting_date(now), ids=[holder.id]).get(holder.id, Past())


def moments(kind: HolderKind, now: datetime) -> list[Moment]:
    """Every thirty days of the past whose ninety days after are over: who had sold something, and what came of it."""
    terms, today = bands.terms(accounting_date(now)), accounting_date(now)
    first = min(credit.since(SubjectKind(kind.value)).values(), default=today)
    found: list[Moment] = []
    day = today - timedelta(days=terms.ahead_days)
    while day >= max(first, today - timedelta(days=terms.back_days)):
        known = pasts(kind, day)
        hit = hurt(kind, day)
        found += (
            Moment(key, day, one, _by_rules(kind, one, day), key in hit)
            for key, one in sorted(known.items())
            if one.tenure_days >= terms.least_tenure_days and one.sold_fen_365 > 0
        )
        day -= timedelta(days=terms.every_days)
    return found


def hurt(kind: HolderKind, day: date) -> set[str]:
    """Who caused a loss in the days that follow a day."""
    terms = bands.terms(day)
    since, until = day_start(day), day_start(day + timedelta(days=terms.ahead_days))
    told = credit.heard_between(SubjectKind(kind.value), since=since, until=until, indicators=("complaints", "returns"))
    found = set(deposits.losses(kind, since=since, until=until))
    for key, one in told.items():
        complaints, returns = one.get("complaints", NONE), one.get("returns", NONE)
        given_back = returns.bad * WHOLE_BP > returns.good * terms.refund_bp and complaints.total >= terms.refund_orders
        if complaints.bad > 0 or given_back:
            found.add(key)
    return found


def _by_rules(kind: HolderKind, one: Past, day: date) -> Band:
    """What the rule table would have said."""
    share = min(one.refunded_fen_180 * WHOLE_BP // one.sold_fen_180, WHOLE_BP) if one.sold_fen_180 else 0
    return deposits.quotes(kind, Facts(one.tenure_days, one.orders_180, share), today=day)[0].band
