"""The verbs: look at everything, decide a case, end it, appeal; who frees what waits hears of it by event."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.concentration import queries, rules, tables
from xintui.commerce.concentration.contracts import (
    LIVE,
    About,
    Case,
    CaseNotFound,
    CaseOver,
    Cell,
    ConcentrationCleared,
    ConcentrationConfirmed,
    ConcentrationFound,
    Figure,
    Finding,
    State,
    Verb,
    Window,
)
from xintui.commerce.concentration.models import Case as Row
from xintui.commerce.merchants import facade as merchants
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import locks, sql
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date, day_start
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About as Decision
from xintui.trust.appeals.contracts import Appeal, AppealDecided, Party, PartyKind

PREFIX: Final = "csc"
LOOKING: Final = "concentration.look"
CALM_SAYS: Final = "连续多日不再集中，自动结束"
OVER_SAYS: Final = "核查到期，自动结束"
APPEAL_SAYS: Final = "申诉成立"


@transaction.atomic
def look(*, now: datetime) -> int:
    """Compare everything of the last days; open what stands out, end what is calm or has run out. How many opened.

    A fixed number of statements, but for a row and an event for each case that opens, widens or ends.
    """
    locks.exclusive(LOOKING)
    today = accounting_date(now)
    terms = tables.terms(today)
    found = {_key(one): (one, figures) for one, figures in rules.best(_findings(terms, today, now))}
    live = {(row.about, row.merchant_id, row.subject_id, row.detail): row for row in _live()}
    for key in found.keys() & live.keys():
        row, (_, figures) = live[key], found[key]
        row.figures, row.seen_on = queries.kept(figures), today
    Row.objects.bulk_update(live.values(), ["figures", "seen_on"])
    _end_quiet(live.values(), terms, today, now)
    opened = _open([one for key, one in found.items() if key not in live], terms, today, now)
    _touch(opened, now)
    return len(opened)


def _key(one: Finding) -> tuple[str, str, str, str]:
    return one.about.value, one.merchant_id, one.subject_id, one.detail


def _live() -> Sequence[Row]:
    return list(Row.objects.select_for_update().filter(state__in=LIVE).order_by("id"))


def _findings(terms: tables.Terms, today: date, now: datetime) -> Iterable[Finding]:
    cells: dict[Window, list[Cell]] = {}
    for window in terms.bar.windows:
        since = day_start(queries.first_day(today, window.days))
        rows = sql.tuples(__package__, "cells", {"since": since, "until": now})
        cells[window] = [Cell(*row) for row in rows]
    known = {one for window, seen in cells.items() for one in rules.bad_products(seen, window, terms.bar)}
    for window, seen in cells.items():
        yield from rules.judge(seen, window, terms.bar, known)


def _open(
    found: Sequence[tuple[Finding, tuple[Figure, ...]]], terms: tables.Terms, today: date, now: datetime
) -> list[Row]:
    """A case for each, unless somebody has looked at this very thing lately."""
    spared = set(
        Row.objects.filter(spared_until__gt=now, subject_id__in=[one.subject_id for one, _ in found]).values_list(
            "about", "merchant_id", "subject_id", "detail"
        )
    )
    wanted = [(one, figures) for one, figures in found if _key(one) not in spared]
    titles = _titles([one for one, _ in wanted])
    ids = sorted(new_id(PREFIX) for _ in wanted)
    made = [
        Row(
            id=number, about=one.about, merchant_id=one.merchant_id, subject_id=one.subject_id, detail=one.detail,
            title=titles[_key(one)], says=rules.says(one.about, one.detail, one.figure), state=State.OPEN,
            figures=queries.kept(figures), since=queries.first_day(today, max(f.days for f in figures)), found_at=now,
            seen_on=today, until=now + terms.hold, version=terms.version, lines=0, asked=0, held_lines=0, held_fen=0,
            decided_by="", reason="",
        )
        for number, (one, figures) in zip(ids, wanted, strict=True)
    ]  # fmt: skip
    return Row.objects.bulk_create(made)


def _titles(found: Sequence[Finding]) -> dict[tuple[str, str, str, str], str]:
    """What people call it; one question per kind of thing."""
    goods = catalog.titles({one.subject_id for one in found if one.about in {About.PRODUCT, About.REASON}})
    shops = merchants.get_many({one.merchant_id for one in found if one.merchant_id})

    def name(one: Finding) -> str:
        shop = shops[one.merchant_id].name if one.merchant_id in shops else ""
        return {
            About.PRODUCT: goods.get(one.subject_id, ""),
            About.REASON: f"{goods.get(one.subject_id, '')}：{one.detail}",
            About.SHOP: shop,
            About.REGION: f"{shop}，发往{one.detail}",
            About.PROMOTER: "推客推广的订单",
        }[one.about]

    return {_key(one): name(one) for one in found}


def _touch(opened: Sequence[Row], now: datetime) -> None:
    """Write down what the live cases are about by now, and tell of those that are new or touch more than before."""
    grown = {row["case_id"] for row in sql.rows(__package__, "touch", {"until": now}) if row["added"]}
    sql.run(__package__, "sums")
    fresh = {row.id for row in opened}
    outbox.publish(
        *(
            ConcentrationFound(
                row.id, row.about, row.merchant_id, row.subject_id, row.title, row.says, row.id in fresh, row.until, now
            )
            for row in Row.objects.filter(id__in=grown, state__in=LIVE).order_by("id")
        )
    )


def _end_quiet(rows: Iterable[Row], terms: tables.Terms, today: date, now: datetime) -> None:
    """What has run out ends, and what nobody has confirmed and has not stood out for days."""
    for row in rows:
        if row.until <= now:
            _end(row, Verb.RUN_OUT, OVER_SAYS, terms, now)
        elif row.state == State.OPEN and (today - row.seen_on).days >= terms.calm_days:
            _end(row, Verb.CALM, CALM_SAYS, None, now)


def _end(row: Row, verb: Verb, reason: str, spare: tables.Terms | None, now: datetime) -> None:
    row.state = rules.FLOW.after(State(row.state), verb)
    row.reason, row.ended_at = reason, now
    row.spared_until = now + spare.grace if spare else None
    row.save()
    _publish_cleared(row, "", reason, now)


def _publish_cleared(row: Row, promoter_id: str, reason: str, now: datetime) -> None:
    outbox.publish(
        ConcentrationCleared(
            row.id, row.about, row.merchant_id, row.subject_id, row.title, row.state, promoter_id, reason, now
        )
    )  # fmt: skip


@transaction.atomic
def confirm(case_id: str, reason: str, *, by: Principal, now: datetime) -> Case:
    """A person has looked and it is as it seems: what waits may wait longer. Raises `CaseNotFound`, `NoSuchMove`."""
    row = _locked(case_id)
    row.state = rules.FLOW.after(State(row.state), Verb.CONFIRM)
    row.until = now + tables.version(row.version).confirmed
    row.reason, row.decided_by, row.decided_at = reason, by.user_id, now
    row.save()
    outbox.publish(
        ConcentrationConfirmed(row.id, row.about, row.merchant_id, row.subject_id, row.title, reason, row.until, now)
    )
    told = {"state": row.state, "until": row.until.isoformat()}
    identity.audit(by, "concentration.confirm", ("concentration", row.id), {"state": State.OPEN}, told, reason=reason)
    return queries.contract(row)


@transaction.atomic
def clear(case_id: str, reason: str, *, by: Principal, now: datetime) -> Case:
    """It is not so, or dealt with: what waits is given free, and for a while nothing opens again by itself.

    Raises `CaseNotFound`, `NoSuchMove`.
    """
    row = _locked(case_id)
    before = row.state
    row.decided_by, row.decided_at = by.user_id, now
    _end(row, Verb.CLEAR, reason, tables.version(row.version), now)
    states = ({"state": before}, {"state": row.state})
    identity.audit(by, "concentration.clear", ("concentration", row.id), *states, reason=reason)
    return queries.contract(row)


@transaction.atomic
def note_held(case_id: str, lines: int, fen: int) -> None:
    """Whoever holds says how much waits for a case by now."""
    Row.objects.filter(id=case_id).update(held_lines=lines, held_fen=fen)


@transaction.atomic
def appeal(case_id: str, party: Party, words: str, *, by: Principal, now: datetime) -> Appeal:
    """The word of the shop, or of a promoter whose commission waits, for a human. Whose it is, the caller knows.

    Raises `CaseNotFound`, `CaseOver`, `AlreadyAppealed`.
    """
    found = queries.one(case_id)
    if not found.live:
        raise CaseOver(case_id)
    whole = party.kind is PartyKind.MERCHANT or party.id == found.subject_id
    decision = case_id if whole else f"{case_id}.{party.id}"
    title = f"「{found.title}」售后核查"
    return appeals.file(Decision.CONCENTRATION, decision, appellant=party, title=title, words=words, by=by, now=now)


@transaction.atomic
def appeal_decided(events: Sequence[AppealDecided]) -> None:
    """Subscribed to `AppealDecided`: won by the subject or the shop, the case is over; by another promoter, for her."""
    for one in sorted(events, key=lambda one: one.subject_id):
        if one.about != Decision.CONCENTRATION or not one.granted:
            continue
        case_id, _, promoter_id = one.subject_id.partition(".")
        row = Row.objects.select_for_update().filter(id=case_id, state__in=LIVE).first()
        if row is None:
            continue
        if not promoter_id:
            _end(row, Verb.CLEAR, APPEAL_SAYS, tables.version(row.version), one.at)
        elif promoter_id not in row.spared:
            row.spared = [*row.spared, promoter_id]
            row.save(update_fields=["spared"])
            _publish_cleared(row, promoter_id, APPEAL_SAYS, one.at)


def _locked(case_id: str) -> Row:
    row = Row.objects.select_for_update().filter(id=case_id).first()
    if row is None:
        raise CaseNotFound(case_id)
    return row
