"""Reading: a holder's deposit whole, and the desk's lists."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import TypeVar

from xintui.foundation.ledger import facade as ledger
from xintui.infra.paging import Page, page
from xintui.trust.deposits import holdings, models, rules, tables
from xintui.trust.deposits.contracts import (
    Band,
    Claim,
    ClaimState,
    Deposit,
    DepositNotFound,
    Facts,
    Holder,
    HolderKind,
    Part,
    PartKind,
    PartState,
    Quote,
    Return,
    ReturnState,
    RiskClass,
    State,
)
from xintui.trust.points import facade as points

M = TypeVar("M", models.Part, models.Claim, models.Return)


def quotes(kind: HolderKind, facts: Facts, *, today: date) -> tuple[Quote, ...]:
    """What each class of goods would ask of a holder with these facts, the free one first."""
    terms = tables.terms(today)
    return tuple(rules.quote(kind, one, facts, terms, today) for one in RiskClass)


def class_of(category: str, *, today: date) -> RiskClass:
    """How much this category's goods can hurt."""
    return tables.terms(today).class_of(category)


def current(holder: Holder, *, today: date) -> Deposit | None:
    """The deposit a holder has, else the last one that was given back, else None."""
    row = models.Deposit.objects.filter(holder_kind=holder.kind, holder_id=holder.id).order_by("-id").first()
    return _whole([row], today)[0] if row else None


def history(holder: Holder, *, today: date) -> list[Deposit]:
    """All that a holder ever had, the newest first."""
    found = models.Deposit.objects.filter(holder_kind=holder.kind, holder_id=holder.id).order_by("-id")
    return _whole(list(found), today)


def one(deposit_id: str, *, today: date) -> Deposit:
    """Raises `DepositNotFound`."""
    row = models.Deposit.objects.filter(id=deposit_id).first()
    if row is None:
        raise DepositNotFound(deposit_id)
    return _whole([row], today)[0]


def deposits(*, kind: str = "", state: str = "", after: str = "", limit: int = 20, today: date) -> Page[Deposit]:
    """Newest first; each whole, in a fixed number of statements."""
    found = models.Deposit.objects.all()
    if kind:
        found = found.filter(holder_kind=kind)
    if state:
        found = found.filter(state=state)
    got = page(found, lambda row: row, keys=["id"], kinds=[str], after=after, limit=limit)
    return Page(tuple(_whole(got.items, today)), got.next)


def goods(holder: Holder) -> list[str]:
    """Ids of the goods that the holder's deposit stands behind, the first first."""
    row = holdings.live(holder)
    found = models.Goods.objects.filter(deposit_id=row.id if row else "").order_by("id")
    return list(found.values_list("product_id", flat=True))


def secured(kind: HolderKind, ids: Collection[str]) -> set[str]:
    """Who of these has a deposit now."""
    found = models.Deposit.objects.filter(holder_kind=kind, holder_id__in=list(ids)).exclude(state=State.CLOSED)
    return set(found.values_list("holder_id", flat=True))


def open_claims(prefix: str) -> list[Claim]:
    """Claims under way whose key begins so, the oldest first: whoever makes claims finds its own by its prefix."""
    found = models.Claim.objects.filter(key__startswith=prefix, state=ClaimState.OPEN).order_by("opened_at", "id")
    return [as_claim(row) for row in found]


def claims(prefix: str) -> list[Claim]:
    """All claims whose key begins so, open or over, the oldest first."""
    found = models.Claim.objects.filter(key__startswith=prefix).order_by("opened_at", "id")
    return [as_claim(row) for row in found]


def _whole(found: Sequence[models.Deposit], today: date) -> list[Deposit]:
    ids = [row.id for row in found]
    balances = ledger.balances({holdings.account(row) for row in found})
    pledged = points.pledged({row.holder_id for row in found})
    parts = _grouped(models.Part.objects.filter(deposit_id__in=ids).order_by("seq", "id"))
    claims = _grouped(models.Claim.objects.filter(deposit_id__in=ids).order_by("id"))
    returns = _grouped(models.Return.objects.filter(deposit_id__in=ids).order_by("id"))
    made = []
    for row in found:
        live = row.state != State.CLOSED
        money = balances[holdings.account(row)]
        made.append(
            Deposit(
                id=row.id,
                holder=Holder(HolderKind(row.holder_kind), row.holder_id),
                risk_class=RiskClass(row.risk_class),
                band=Band(row.band),
                band_says=row.band_says,
                target_fen=row.target_fen,
                version=row.version,
                state=State(row.state),
                opened_at=row.opened_at,
                paid_fen=money.posted_fen if live else 0,
                held_fen=money.held_fen if live else 0,
                pledged=pledged[row.holder_id] if live else 0,
                goods=row.goods,
                quota=row.quota,
                parts=tuple(as_part(one, today) for one in parts.get(row.id, [])),
                claims=tuple(as_claim(one) for one in claims.get(row.id, [])),
                returns=tuple(as_return(one) for one in returns.get(row.id, [])),
            )
        )
    return made


def _grouped(found: Iterable[M]) -> dict[str, list[M]]:
    groups: dict[str, list[M]] = {}
    for row in found:
        groups.setdefault(row.deposit_id, []).append(row)
    return groups


def as_part(row: models.Part, today: date) -> Part:
    return Part(
        id=row.id,
        deposit_id=row.deposit_id,
        kind=PartKind(row.kind),
        seq=row.seq,
        amount_fen=row.amount_fen,
        returned_fen=row.returned_fen,
        due_on=row.due_on,
        state=PartState(row.state),
        payment_id=row.payment_id,
        paid_at=row.paid_at,
        overdue=row.state == PartState.DUE and row.due_on < today,
    )


def as_claim(row: models.Claim) -> Claim:
    return Claim(
        id=row.id,
        deposit_id=row.deposit_id,
        key=row.key,
        says=row.says,
        asked_fen=row.asked_fen,
        held_fen=row.held_fen,
        paid_fen=row.paid_fen,
        state=ClaimState(row.state),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


def as_return(row: models.Return) -> Return:
    return Return(
        id=row.id,
        deposit_id=row.deposit_id,
        part_id=row.part_id,
        amount_fen=row.amount_fen,
        state=ReturnState(row.state),
        asked_at=row.asked_at,
        done_at=row.done_at,
        note=row.note,
    )
