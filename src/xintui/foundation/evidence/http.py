"""Published roots, sealed blocks and proof files."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from xintui.foundation.evidence import facade
from xintui.foundation.evidence.contracts import Block, ClosedDay
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger import facade as ledger
from xintui.infra import clock
from xintui.infra.http import In, Out, PageIn, PageOut, Query, Text, page_out

router = Router(tags=["可验证账本"])
READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
Books = Annotated[Text, Field(min_length=1, max_length=64)]
Month = Annotated[Text, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]


class DayOut(Out):
    books: str
    day: date
    moves: int
    moved_fen: int
    postings_root: str
    previous: str
    proof_root: str
    block: int
    block_hash: str
    closed_at: datetime


class PublishedOut(Out):
    day: date
    root: str


class BlockOut(Out):
    n: int
    previous: str
    root: str
    hash: str
    moves: int
    moved_fen: int
    sealed_at: datetime


class DaysIn(PageIn):
    books: Books = ledger.SHOP


class DayIn(In):
    day: date
    books: Books = ledger.SHOP


class AccountIn(In):
    account: Annotated[Text, Field(min_length=3, max_length=200)]
    month: Month
    books: Books = ledger.SHOP


@router.get("/published", auth=None, response=PageOut[PublishedOut])
def list_published(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """The roots of the shop's closed days, newest first: what anybody compares a proof with. No figures."""
    page = facade.days_page(after=query.after, limit=query.limit)
    return page_out(page, lambda day: PublishedOut(day=day.day, root=day.proof_root.hex()))


@router.get("/roots", response=PageOut[DayOut])
def list_roots(request: HttpRequest, query: Query[DaysIn]) -> dict[str, Any]:
    """Closed days, newest first."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return page_out(facade.days_page(after=query.after, limit=query.limit, ledger=query.books), day_out)


@router.get("/blocks", response=PageOut[BlockOut])
def list_blocks(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """Sealed blocks, newest first."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return page_out(facade.blocks(after=query.after, limit=query.limit), block_out)


@router.get("/day-proof", response={200: None})
def prove_day(request: HttpRequest, query: Query[DayIn]) -> HttpResponse:
    """Every move of a closed day with its path to the day's root, for `xintui verify`."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return proof_response(facade.proof_for_day(query.day, query.books, issued_at=clock.now()), f"{query.day}")


@router.get("/account-proof", response={200: None})
def prove_account(request: HttpRequest, query: Query[AccountIn]) -> HttpResponse:
    """One account's moves of a month's closed days, for `xintui verify`."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    account = ledger.account(query.account, ledger=query.books)
    lines = facade.proof_for_account(account, month=query.month, ledger=query.books, issued_at=clock.now())
    return proof_response(lines, query.month)


def day_out(day: ClosedDay) -> DayOut:
    return DayOut(
        books=day.ledger,
        day=day.day,
        moves=day.count,
        moved_fen=day.sum_fen,
        postings_root=day.postings_root.hex(),
        previous=day.previous.hex(),
        proof_root=day.proof_root.hex(),
        block=day.chain_n,
        block_hash=day.chain_head.hex(),
        closed_at=day.closed_at,
    )


def block_out(block: Block) -> BlockOut:
    return BlockOut(
        n=block.n,
        previous=block.previous.hex(),
        root=block.root.hex(),
        hash=block.hash.hex(),
        moves=block.count,
        moved_fen=block.sum_fen,
        sealed_at=block.sealed_at,
    )


def proof_response(lines: Any, name: str) -> HttpResponse:
    """A proof file, read to its end inside the request's transaction."""
    response = HttpResponse("".join(lines), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="xintui-proof-{name}.json"'
    return response
