"""Finding, comparing, explaining; lists and invitations as their two sides read them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.merchants import facade as merchants
from xintui.infra.paging import BadCursor, Page, decode, encode, page
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.screening import engine, models, tables
from xintui.promotion.screening.contracts import (
    DEPOSIT,
    SERVICE,
    Candidate,
    Cell,
    Field,
    Found,
    Invitation,
    InvitationNotFound,
    NotFound,
    Profile,
    Range,
    Search,
    Shown,
    Standing,
    State,
    TooMany,
    Visibility,
)
from xintui.promotion.screening.rules import language

UNKNOWN = ""
"""In a cursor: the last one's value is unknown."""
PROGRESS = 1


def fields(today: date) -> dict[str, Field]:
    """The 18, the categories with their names."""
    found = dict(tables.book(today).fields)
    one = found["category"]
    found["category"] = Field(
        one.key, one.title, one.unit, one.kind, one.module, one.source, one.window_days, one.fresh, one.hideable,
        one.hidden, catalog.category_names(),
    )  # fmt: skip
    return found


def find(search: Search, *, after: str = "", limit: int = 50, today: date) -> Found:
    """A page of those who pass every filter. Raises `BadCursor`."""
    start = _start(after)
    with engine.columns(today) as columns:
        cut = columns.cut(search.filters, search.sort, start, limit + 1)
    slots = cut.slots[:limit]
    found = {row.slot: row for row in models.Profile.objects.filter(slot__in=slots, listed=True)}
    rows = [found[slot] for slot in slots if slot in found]
    most = tables.terms(today).counted_up_to
    last = None
    if len(cut.slots) > limit:
        value = cut.values[limit - 1]
        last = encode([UNKNOWN if value is None else str(value), cut.places[limit - 1]])
    return Found(tuple(map(profile, rows)), min(cut.passed, most + 1), last)


def _start(after: str) -> tuple[int | None, int] | None:
    found = decode(after, [str, int])
    if found is None:
        return None
    value, place = found
    if value and (not value.removeprefix("-").isdecimal() or len(value) > len(str(language.MOST_FEN))):
        raise BadCursor
    return (int(value) if value else None), place


def cells(search: Search, *, today: date) -> tuple[Cell, ...]:
    """The result by deposit and service, from low to high: those without a known deposit first."""
    terms = tables.terms(today)
    across, up = terms.deposit_steps_fen, terms.service_steps
    with engine.columns(today) as columns:
        counts = columns.cells(search.filters, (DEPOSIT, across), (SERVICE, up))
    stretches = [None, *_stretches(DEPOSIT, across)]
    return tuple(
        Cell(deposit, service, min(int(counts[i, j]), terms.counted_up_to + 1))
        for i, deposit in enumerate(stretches)
        for j, service in enumerate(_stretches(SERVICE, up))
        if counts[i, j]
    )


def _stretches(key: str, steps: Sequence[int]) -> list[Range]:
    ends = [*(step - 1 for step in steps[1:]), None]
    return [Range(key, low, high) for low, high in zip(steps, ends, strict=True)]


def profiles(promoter_ids: Collection[str]) -> dict[str, Profile]:
    """Those of these that shops may see; one query."""
    rows = models.Profile.objects.filter(promoter_id__in=list(promoter_ids), listed=True)
    return {row.promoter_id: profile(row) for row in rows}


def compare(promoter_ids: Sequence[str], *, today: date) -> list[tuple[Profile, tuple[Shown, ...]]]:
    """Side by side, in the order asked for, every field explained. Raises `NotFound`, `TooMany`."""
    wanted = list(dict.fromkeys(promoter_ids))
    if len(wanted) > (limit := tables.terms(today).compared):
        raise TooMany(limit)
    found, known = profiles(wanted), fields(today)
    if missing := [one for one in wanted if one not in found]:
        raise NotFound(missing[0])
    return [(found[one], explained(found[one], known)) for one in wanted]


def explained(one: Profile, known: dict[str, Field], hidden: Collection[str] = ()) -> tuple[Shown, ...]:
    """Every field of a profile in words."""
    return tuple(
        Shown(field, one.values[key], language.shown(field, one.values[key]), one.as_of, key in hidden)
        for key, field in known.items()
    )


def seen(promoter_id: str, *, today: date) -> tuple[Profile | None, tuple[Shown, ...]]:
    """What shops see of somebody (None: nothing), field by field."""
    one = profiles([promoter_id]).get(promoter_id)
    return one, explained(one, fields(today), visibility(promoter_id, today=today).hidden) if one else ()


def visibility(promoter_id: str, *, today: date) -> Visibility:
    """What a promoter decided; who decided nothing has the defaults of the fields."""
    row = models.Visibility.objects.filter(promoter_id=promoter_id).first()
    if row is None:
        return Visibility(promoter_id, True, tables.book(today).hidden, True, None)
    return Visibility(promoter_id, row.listed, frozenset(row.hidden), row.invitable, row.changed_at)


def shortlist(merchant_id: str, *, after: str = "", limit: int = 20) -> Page[Candidate]:
    """A shop's list, newest first, each as she is seen now."""
    rows = models.Candidate.objects.filter(merchant_id=merchant_id)
    found = page(
        rows, lambda row: row, keys=["added_at", "promoter_id"], kinds=[datetime, str], after=after, limit=limit
    )
    there = profiles([row.promoter_id for row in found.items])
    return Page(
        tuple(Candidate(row.promoter_id, row.note, row.added_at, there.get(row.promoter_id)) for row in found.items),
        found.next,
    )


def listed_of(merchant_id: str, promoter_ids: Collection[str]) -> set[str]:
    """Who of these stands on the shop's list."""
    rows = models.Candidate.objects.filter(merchant_id=merchant_id, promoter_id__in=list(promoter_ids))
    return set(rows.values_list("promoter_id", flat=True))


def invitations(*, merchant_id: str = "", state: str = "", after: str = "", limit: int = 20) -> Page[Invitation]:
    """A shop's, or all; newest first."""
    rows = models.Invitation.objects.all()
    if merchant_id:
        rows = rows.filter(merchant_id=merchant_id)
    if state:
        rows = rows.filter(state=state)
    return _page(rows, after, limit)


def invitations_to(promoter_id: str, *, after: str = "", limit: int = 20) -> Page[Invitation]:
    """A promoter's own, newest first."""
    return _page(models.Invitation.objects.filter(promoter_id=promoter_id), after, limit)


def _page(rows: QuerySet[models.Invitation], after: str, limit: int) -> Page[Invitation]:
    found = page(rows, lambda row: row, keys=["id"], kinds=[str], after=after, limit=limit)
    return Page(tuple(contracts(found.items)), found.next)


def invitation(invitation_id: str, *, merchant_id: str = "", promoter_id: str = "") -> Invitation:
    """One of this side's. Raises `InvitationNotFound`."""
    rows = models.Invitation.objects.filter(id=invitation_id)
    rows = rows.filter(merchant_id=merchant_id) if merchant_id else rows.filter(promoter_id=promoter_id)
    row = rows.first()
    if row is None:
        raise InvitationNotFound(invitation_id)
    return contracts([row])[0]


def contracts(rows: Iterable[models.Invitation]) -> list[Invitation]:
    """With the names of shops, promoters and goods: three queries whatever the number."""
    found = list(rows)
    shops = merchants.get_many([row.merchant_id for row in found])
    people = promoters.get(row.promoter_id for row in found)
    goods = catalog.titles([row.product_id for row in found if row.product_id])
    return [
        Invitation(
            id=row.id, merchant_id=row.merchant_id, merchant_name=_name(shops, row.merchant_id),
            promoter_id=row.promoter_id,
            name=people[row.promoter_id].display_name if row.promoter_id in people else "",
            product_id=row.product_id, product_title=goods.get(row.product_id, ""), message=row.message,
            state=State(row.state), sent_at=row.sent_at, expires_at=row.expires_at, answered_at=row.answered_at,
        )
        for row in found
    ]  # fmt: skip


def _name(shops: dict[str, merchants.Merchant], merchant_id: str) -> str:
    return shops[merchant_id].name if merchant_id in shops else ""


def blocked(promoter_id: str) -> list[tuple[str, str]]:
    """(id, name) of the shops whose invitations somebody does not want, by name."""
    ids = models.Blocked.objects.filter(promoter_id=promoter_id).values_list("merchant_id", flat=True)
    shops = merchants.get_many(list(ids))
    return sorted(((one, _name(shops, one)) for one in ids), key=lambda pair: (pair[1], pair[0]))


def standing(*, now: datetime) -> Standing:
    """How current the search table is."""
    row = models.Progress.objects.get(id=PROGRESS)
    rows = models.Profile.objects
    done = row.counted_on if row.counted_to == "" else None
    return Standing(
        version=row.version, listed=rows.filter(listed=True).count(), rows=rows.count(),
        stale=models.Stale.objects.count(), counted_on=done, refreshed_at=row.refreshed_at,
    )  # fmt: skip


def sent_today(merchant_id: str, *, now: datetime) -> tuple[int, int]:
    """How many invitations a shop has sent today, and how many it may."""
    today = accounting_date(now)
    row = models.Day.objects.filter(merchant_id=merchant_id, day=today).first()
    return (row.sent, row.allowed) if row else (0, tables.terms(today).invitations_a_day)


def profile(row: models.Profile) -> Profile:
    assert row.as_of is not None, "a listed row has its day"
    known = tables.book(row.as_of).fields
    return Profile(row.promoter_id, row.name, {key: getattr(row, key) for key in known}, row.as_of, row.featured)
