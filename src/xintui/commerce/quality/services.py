"""Verbs: note that a day has changed, count what changed, judge, and keep from promotion what buyers suffer from."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.orders.contracts import AfterSaleMoved, LineRefunded, OrderPaid, OrderReceived
from xintui.commerce.quality import models, queries, rules, tables
from xintui.commerce.quality.contracts import (
    BlockEnded,
    Cause,
    Ended,
    Ending,
    Figure,
    ProductBlocked,
    ProductRecovered,
    Verdict,
)
from xintui.commerce.reviews.contracts import ReviewShown, ReviewWritten
from xintui.foundation.identity.contracts import Principal
from xintui.infra import locks, sql
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal, AppealDecided, Party, PartyKind

BATCH: Final = 200
"""Shop days counted in one transaction."""
OVERLAP: Final = timedelta(hours=1)
JUDGING: Final = "quality.judge"


def on_paid(events: Sequence[OrderPaid]) -> None:
    """Subscribed to `OrderPaid`. Marking a day twice is marking it once."""
    _mark([(one.order_id, one.merchant_id, one.paid_at) for one in events])


def on_received(events: Sequence[OrderReceived]) -> None:
    """Subscribed to `OrderReceived`."""
    _mark([(one.order_id, one.merchant_id, one.received_at) for one in events])


def on_refunded(events: Sequence[LineRefunded]) -> None:
    """Subscribed to `LineRefunded`."""
    _mark([(one.order_id, one.merchant_id, one.refunded_at) for one in events])


def on_after_sale(events: Sequence[AfterSaleMoved]) -> None:
    """Subscribed to `AfterSaleMoved`."""
    _mark([(one.order_id, one.merchant_id, one.at) for one in events])


def on_reviewed(events: Sequence[ReviewWritten]) -> None:
    """Subscribed to `ReviewWritten`."""
    _mark([(one.order_id, one.merchant_id, one.at) for one in events])


def on_shown(events: Sequence[ReviewShown]) -> None:
    """Subscribed to `ReviewShown`: what nobody may read counts no longer."""
    _mark([("", one.merchant_id, one.written_at) for one in events])


@transaction.atomic
def _mark(happened: Sequence[tuple[str, str, datetime]]) -> None:
    sql.run(
        __package__,
        "mark",
        {
            "orders": [order for order, _, _ in happened],
            "merchants": [merchant for _, merchant, _ in happened],
            "days": [accounting_date(at) for _, _, at in happened],
        },
    )


def refresh(*, now: datetime) -> int:
    """Count the days on which something has happened and judge their shops' goods; once a day judge all.

    The first time everything is counted. Safe to be killed anywhere: a day is taken and counted in one transaction, and
    `through` moves last. How many shop days were counted.
    """
    done = models.Progress.objects.filter(id=1).values_list("through", flat=True).first()
    return _refresh(done, now)


def rebuild(*, now: datetime) -> int:
    """Count everything again from the facts, day by day in place, and judge all."""
    return _refresh(None, now)


def _refresh(done: datetime | None, now: datetime) -> int:
    late = {"late_days": tables.terms(accounting_date(now)).late_after_days}
    with transaction.atomic():
        if done is None:
            sql.run(__package__, "mark_all", late | {"now": now})
        else:
            sql.run(__package__, "mark_late", late | {"since": done - OVERLAP, "until": now})
    shops: set[str] = set()
    days = 0
    while batch := _batch(now):
        days += len(batch)
        shops |= {merchant for merchant, _ in batch}
    new_day = done is None or accounting_date(done) != accounting_date(now)
    if new_day or shops:
        judge(now=now, shops=None if new_day else shops)
    models.Progress.objects.update_or_create(id=1, defaults={"through": now})
    return days


@transaction.atomic
def _batch(now: datetime) -> list[tuple[str, object]]:
    taken = sql.rows(__package__, "take", {"most": BATCH})
    if taken:
        pairs = {"merchants": [row["merchant_id"] for row in taken], "days": [row["day"] for row in taken]}
        terms = tables.terms(accounting_date(now))
        by = {"now": now, "late_days": terms.late_after_days, "bad_stars": terms.bad_stars_max}
        sql.run(__package__, "forget", pairs)
        sql.run(__package__, "count", pairs | by)
    return [(row["merchant_id"], row["day"]) for row in taken]


@transaction.atomic
def judge(*, now: datetime, shops: Collection[str] | None = None) -> None:
    """Judge the goods of all shops, or of some, as of today; block and free accordingly. A fixed number of statements,
    but for an event for each product whose promotion stops or goes on."""
    locks.exclusive(JUDGING)  # two judges at once would each see the other's open blocks too late
    today = accounting_date(now)
    terms = tables.terms(today)
    sql.run(
        __package__,
        "judge",
        {
            "today": today,
            "shops": sorted(shops) if shops is not None else None,
            "short": terms.short.days,
            "long": terms.long.days,
            "short_reviews_min": terms.short.reviews_min,
            "short_received_min": terms.short.received_min,
            "long_reviews_min": terms.long.reviews_min,
            "long_received_min": terms.long.received_min,
            "bad_limit": terms.bad_limit_bp,
            "return_limit": terms.return_limit_bp,
            "z": terms.z_milli,
            "version": terms.version,
        },
    )
    _recover(now)
    _block(now)


def _recover(now: datetime) -> None:
    """Goods whose figures are good again."""
    good = models.Standing.objects.filter(clear=True, id=OuterRef("product_id"), merchant_id=OuterRef("merchant_id"))
    found = models.Block.objects.filter(until=None, cause=Cause.MEASURED).filter(Exists(good))
    end(list(found.select_for_update().order_by("id")), Ending.RECOVERED, now=now)


def _block(now: datetime) -> None:
    """Goods that are surely over a limit, unless an appeal has just been granted. A warning that came true is over."""
    own = models.Block.objects.filter(product_id=OuterRef("id"), merchant_id=OuterRef("merchant_id"))
    bad = models.Standing.objects.filter(verdict=Verdict.BAD)
    bad = bad.exclude(Exists(own.filter(until=None, cause=Cause.MEASURED)))
    rows = list(bad.exclude(Exists(own.filter(spared_until__gt=now))).order_by("id"))
    goods = [row.id for row in rows]
    warned = models.Block.objects.filter(product_id__in=goods, until=None).select_for_update().order_by("id")
    end(list(warned), Ending.MEASURED, now=now)
    open_alerts = models.Alert.objects.filter(product_id__in=goods, ended_at=None)
    open_alerts.update(ended=Ended.TURNED, ended_at=now)
    begin([(row, Cause.MEASURED, rules.says(queries.figures(row)), queries.figures(row)) for row in rows], now=now)


def begin(asked: Sequence[tuple[models.Standing, Cause, str, Sequence[Figure]]], *, now: datetime) -> None:
    """Stop promotion, with what is known now written down."""
    ids = sorted(new_id("qbk") for _ in asked)
    made = [
        models.Block(
            id=number, merchant_id=row.merchant_id, product_id=row.id, cause=cause, says=says,
            figures=[asdict(one) for one in figures], version=row.version, since=now, ending="",
        )
        for number, (row, cause, says, figures) in zip(ids, asked, strict=True)
    ]  # fmt: skip
    models.Block.objects.bulk_create(made)
    models.Standing.objects.filter(id__in=[one.product_id for one in made]).update(paused=True)
    outbox.publish(*(ProductBlocked(b.id, b.product_id, b.merchant_id, b.cause, b.says, now) for b in made))


def end(rows: Iterable[models.Block], ending: Ending, *, now: datetime, spared_until: datetime | None = None) -> None:
    """Promotion goes on, or stops for another reason. The rows are locked."""
    ended = list(rows)
    for row in ended:
        row.until, row.ending, row.spared_until = now, ending, spared_until
    models.Block.objects.bulk_update(ended, ["until", "ending", "spared_until"])
    models.Standing.objects.filter(id__in=[one.product_id for one in ended]).update(paused=False)
    if ending is not Ending.MEASURED:
        outbox.publish(*(ProductRecovered(b.id, b.product_id, b.merchant_id, ending.value, now) for b in ended))


@transaction.atomic
def appeal(block_id: str, words: str, *, merchant_id: str, by: Principal, now: datetime) -> Appeal:
    """The shop's word against a block, for a human. Raises `BlockNotFound`, `BlockEnded`, `AlreadyAppealed`."""
    found = queries.block(block_id, merchant_id=merchant_id)
    if found.until is not None:
        raise BlockEnded(block_id)
    title = f"「{catalog.titles([found.product_id]).get(found.product_id, '')}」暂停推广"
    party = Party(PartyKind.MERCHANT, merchant_id)
    return appeals.file(About.QUALITY, block_id, appellant=party, title=title, words=words, by=by, now=now)


@transaction.atomic
def appeal_decided(events: Sequence[AppealDecided]) -> None:
    """Subscribed to `AppealDecided`: a block that was appealed with success ends, and for a while no other begins."""
    won = {one.subject_id: one for one in events if one.about == About.QUALITY and one.granted}
    rows = models.Block.objects.select_for_update().filter(id__in=list(won), until=None).order_by("id")
    for row in rows:
        at = won[row.id].at
        end([row], Ending.APPEAL, now=at, spared_until=at + tables.version(row.version).appeal_grace)
