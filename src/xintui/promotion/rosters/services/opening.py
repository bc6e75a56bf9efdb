"""A shop writes a roster down, announces it, calls it off; it opens and ends by its own times."""

import csv
import io
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductNotFound
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.infra.outbox import facade as outbox
from xintui.kernel.cells import harmless
from xintui.kernel.ids import new_id
from xintui.kernel.times import SHANGHAI, accounting_date
from xintui.promotion.rosters import models, queries, rules, tables
from xintui.promotion.rosters.contracts import (
    SEAT_NAMES,
    AlreadyOnRoster,
    Draft,
    NotOnSale,
    Roster,
    RosterCancelled,
    RosterNotFound,
    SeatState,
    SeatVerb,
    State,
    Verb,
)
from xintui.trust.compliance import facade as compliance

PREFIX: Final = "ros"
CHUNK: Final = 200


@transaction.atomic
def draft(merchant_id: str, given: Draft, *, by: Principal, now: datetime) -> Roster:
    """Write one down; nobody sees it yet. Raises `NotOnSale`, `BadRoster`, `CopyRefused`."""
    row = models.Roster(id=new_id(PREFIX), merchant_id=merchant_id, created_by=by.user_id, created_at=now)
    _fill(row, given, now)
    row.state = State.DRAFT
    row.save(force_insert=True)
    identity.audit(by, "rosters.draft", ("roster", row.id), None, _told(row))
    return queries.contracts([row])[0]


@transaction.atomic
def change(roster_id: str, merchant_id: str, given: Draft, *, by: Principal, now: datetime) -> Roster:
    """Write it anew, while it is a draft. Raises `RosterNotFound`, `NoSuchMove` and what `draft` raises."""
    row = locked(roster_id, merchant_id=merchant_id)
    rules.FLOW.after(State(row.state), Verb.ANNOUNCE)
    before = _told(row)
    _fill(row, given, now)
    row.save()
    identity.audit(by, "rosters.change", ("roster", row.id), before, _told(row))
    return queries.contracts([row])[0]


@transaction.atomic
def announce(roster_id: str, merchant_id: str, *, by: Principal, now: datetime) -> Roster:
    """From now on it stands: promoters see it, each from her day on, and new links to the product ask for a seat.

    Raises `RosterNotFound`, `NoSuchMove`, `AlreadyOnRoster`, `NotOnSale`, and `BadRoster` when its hour has come near.
    """
    row = locked(roster_id, merchant_id=merchant_id)
    row.state = rules.FLOW.after(State(row.state), Verb.ANNOUNCE)
    given = Draft(row.product_id, row.seats, row.opens_at, row.ends_at, row.note)
    _fill(row, given, now)
    row.announced_at = now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise AlreadyOnRoster(row.product_id) from error
    identity.audit(by, "rosters.announce", ("roster", row.id), {"state": State.DRAFT}, {"state": row.state})
    return queries.contracts([row])[0]


@transaction.atomic
def cancel(roster_id: str, merchant_id: str, reason: str, *, by: Principal, now: datetime) -> Roster:
    """Call it off; who has or waits for a seat is told why. Links that exist go on counting.

    Raises `RosterNotFound`, `NoSuchMove`.
    """
    row = locked(roster_id, merchant_id=merchant_id)
    before = row.state
    row.state, row.reason = rules.FLOW.after(State(row.state), Verb.CANCEL), reason
    people = _end(row, now)
    if people:
        title = catalog.titles([row.product_id]).get(row.product_id, "")
        outbox.publish(RosterCancelled(row.id, people, title, reason, now))
    states = ({"state": before}, {"state": row.state})
    identity.audit(by, "rosters.cancel", ("roster", row.id), *states, reason=reason)
    return queries.contracts([row])[0]


@transaction.atomic
def move_due(*, now: datetime) -> int:
    """The sweep: those whose hour has come are open, those whose end has come are closed; how many moves."""
    done = 0
    for verb, state, due in ((Verb.OPEN, State.ANNOUNCED, "opens_at"), (Verb.CLOSE, State.OPEN, "ends_at")):
        rows = models.Roster.objects.select_for_update().filter(state=state, **{f"{due}__lte": now})
        for row in rows.order_by("id")[:CHUNK]:
            row.state = rules.FLOW.after(state, verb)
            if verb is Verb.CLOSE:
                _end(row, now)
            else:
                row.save(update_fields=["state"])
            identity.audit(SYSTEM, f"rosters.{verb}", ("roster", row.id), {"state": state}, {"state": row.state})
            done += 1
    return done


@transaction.atomic
def export(roster_id: str, merchant_id: str, *, by: Principal) -> str:
    """Everybody who has, had or waits for a seat, as CSV; that it was taken goes on record. Raises `RosterNotFound`."""
    roster = queries.one(roster_id, merchant_id=merchant_id)
    found = queries.seated(models.Seat.objects.filter(roster_id=roster.id).order_by("id"))
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["推客号", "名称", "状态", "提前领取", "领取或候补时间", "首次生成链接", "终止时间"])
    for one in found:
        times = (one.since, one.used_at, one.ended_at)
        cells = [one.promoter_id, one.name, SEAT_NAMES[one.state], "是" if one.early else ""]
        stamps = [f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else "" for at in times]
        writer.writerow([harmless(cell) for cell in (*cells, *stamps)])
    identity.audit(by, "rosters.export", ("roster", roster.id), None, {"rows": len(found)})
    return out.getvalue()


def locked(roster_id: str, **whose: str) -> models.Roster:
    """The row that everybody of a roster waits at. Raises `RosterNotFound`."""
    row = models.Roster.objects.select_for_update().filter(id=roster_id, **whose).first()
    if row is None:
        raise RosterNotFound(roster_id)
    return row


def _fill(row: models.Roster, given: Draft, now: datetime) -> None:
    terms = tables.terms(accounting_date(now))
    try:
        ours = catalog.on_sale(given.product_id).merchant_id == row.merchant_id
    except ProductNotFound:
        ours = False
    if not ours:
        raise NotOnSale(given.product_id)
    rules.check(given, terms, now)
    if given.note:
        compliance.require_usable(given.note, accounting_date(now))
    row.product_id, row.note, row.seats = given.product_id, given.note, given.seats
    row.opens_at, row.ends_at = given.opens_at, given.ends_at
    row.early_seats, row.use_hours, row.version = rules.early_seats(row.seats, terms), terms.use_hours, terms.version
    row.public_at = rules.public_at(row.opens_at, terms)


def _end(row: models.Roster, now: datetime) -> tuple[str, ...]:
    """Everything that lives on it is over; who it was."""
    live = models.Seat.objects.filter(roster_id=row.id, state__in=rules.LIVE)
    people = tuple(live.order_by("id").values_list("promoter_id", flat=True))
    for state in (SeatState.WAITING, SeatState.HELD):
        over = rules.SEAT_FLOW.after(state, SeatVerb.END)
        live.filter(state=state).update(state=over, ended_at=now)
    row.waiting, row.ended_at = 0, now
    row.save()
    return people


def _told(row: models.Roster) -> dict[str, object]:
    return {
        "product": row.product_id, "seats": row.seats, "opens_at": rules.told(row.opens_at),
        "ends_at": rules.told(row.ends_at), "note": row.note,
    }  # fmt: skip
