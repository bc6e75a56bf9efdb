"""Reads; they answer with contracts."""

from datetime import date

from xintui.foundation.evidence.contracts import Block, ClosedDay, DayNotClosed
from xintui.foundation.evidence.models import EvidenceBlock, EvidenceDay
from xintui.foundation.ledger.contracts import SHOP
from xintui.infra.paging import BadCursor, Page, decode, encode, page


def last_block() -> Block | None:
    """The head of the chain."""
    row = EvidenceBlock.objects.order_by("-n").first()
    return as_block(row) if row else None


def blocks(*, after: str = "", limit: int = 20) -> Page[Block]:
    """Sealed blocks, newest first."""
    return page(EvidenceBlock.objects.all(), as_block, keys=["n"], kinds=[int], after=after, limit=limit)


def last_day(*, ledger: str = SHOP) -> ClosedDay | None:
    """The day closed last."""
    row = EvidenceDay.objects.filter(ledger=ledger).order_by("-day").first()
    return as_day(row) if row else None


def day_of(day: date, *, ledger: str = SHOP) -> ClosedDay:
    """A closed day. Raises `DayNotClosed`."""
    row = EvidenceDay.objects.filter(ledger=ledger, day=day).first()
    if row is None:
        raise DayNotClosed(str(day))
    return as_day(row)


def days(*, ledger: str = SHOP, limit: int = 20) -> list[ClosedDay]:
    """Closed days, newest first."""
    return [as_day(row) for row in EvidenceDay.objects.filter(ledger=ledger).order_by("-day")[:limit]]


def days_page(*, after: str = "", limit: int = 20, ledger: str = SHOP) -> Page[ClosedDay]:
    """Closed days, newest first, a page at a time."""
    found = EvidenceDay.objects.filter(ledger=ledger).order_by("-day")
    if cursor := decode(after, [int]):
        found = found.filter(day__lt=_day_number(cursor[0]))
    rows = [as_day(row) for row in found[: limit + 1]]
    more = len(rows) > limit
    return Page(tuple(rows[:limit]), encode([rows[limit - 1].day.toordinal()]) if more else None)


def _day_number(ordinal: int) -> date:
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise BadCursor from None


def as_block(row: EvidenceBlock) -> Block:
    """The row as it crosses the border."""
    return Block(
        n=row.n,
        previous=bytes(row.previous),
        root=bytes(row.root),
        count=row.count,
        sum_fen=int(row.sum),
        tx_from=row.tx_from,
        tx_to=row.tx_to,
        hash=bytes(row.hash),
        sealed_at=row.sealed_at,
    )


def as_day(row: EvidenceDay) -> ClosedDay:
    """The row as it crosses the border."""
    return ClosedDay(
        ledger=row.ledger,
        day=row.day,
        postings_root=bytes(row.postings_root),
        count=row.count,
        sum_fen=int(row.sum),
        previous=bytes(row.previous),
        chain_n=row.chain_n,
        chain_head=bytes(row.chain_head),
        proof_root=bytes(row.proof_root),
        closed_at=row.closed_at,
    )
