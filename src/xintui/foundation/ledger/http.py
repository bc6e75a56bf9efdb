"""The books as operators and auditors read them; a promoter or a shop reads its own at `entrypoints.wallet`."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger import facade
from xintui.foundation.ledger.contracts import AccountView, Kind, Posting, StatementLine
from xintui.infra.http import In, Out, PageIn, PageOut, Query, Text, page_out

router = Router(tags=["账本"])
READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
Code = Annotated[Text, Field(min_length=3, max_length=200)]
Books = Annotated[Text, Field(min_length=1, max_length=64)]


class AccountOut(Out):
    account: str
    kind: str
    kind_name: str
    owner: str
    currency: str
    posted_fen: int
    held_fen: int
    available_fen: int


class LineOut(Out):
    reason: str
    seq: int
    on: date
    at: datetime
    counterpart: str
    counterpart_name: str
    in_fen: int
    out_fen: int
    balance_fen: int


class MoveOut(Out):
    seq: int
    debit: str
    credit: str
    amount_fen: int
    currency: str
    words: str


class PostingOut(Out):
    reason: str
    on: date
    moves: list[MoveOut]


class AccountsIn(PageIn):
    prefix: Annotated[Text, Field(max_length=200)] = ""
    kind: Literal[
        "", "gateway.clearing", "merchant.payable", "platform.fee", "platform.bonus", "promoter.pending",
        "promoter.due", "promoter.debt", "promoter.deposit", "merchant.deposit", "buyer.debt", "payout.clearing",
        "tax.payable",
    ] = ""  # fmt: skip
    books: Books = facade.SHOP


class StatementIn(PageIn):
    account: Code
    books: Books = facade.SHOP


class OneIn(In):
    account: Code
    books: Books = facade.SHOP


class ReasonIn(In):
    reason: Annotated[Text, Field(min_length=1, max_length=200)]
    books: Books = facade.SHOP


@router.get("/accounts", response=PageOut[AccountOut])
def list_accounts(request: HttpRequest, query: Query[AccountsIn]) -> dict[str, Any]:
    """Accounts in order of code, by kind or by how their code begins."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    found = facade.accounts(
        prefix=query.prefix,
        kind=Kind(query.kind) if query.kind else None,
        after=query.after,
        limit=query.limit,
        ledger=query.books,
    )
    return page_out(found, account_out)


@router.get("/statement", response=PageOut[LineOut])
def read_statement(request: HttpRequest, query: Query[StatementIn]) -> dict[str, Any]:
    """An account's moves, oldest first, with the balance after each."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    account = facade.account(query.account, ledger=query.books)
    return page_out(facade.statement_page(account, after=query.after, limit=query.limit, ledger=query.books), line_out)


@router.get("/statement.csv", response={200: None})
def export_statement(request: HttpRequest, query: Query[OneIn]) -> HttpResponse:
    """The whole statement for a spreadsheet."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    account = facade.account(query.account, ledger=query.books)
    return csv_response(facade.statement_csv(account, ledger=query.books), "statement.csv")


@router.get("/posting", response=PostingOut)
def explain_posting(request: HttpRequest, query: Query[ReasonIn]) -> PostingOut:
    """Everything posted for one reason, in words."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return posting_out(facade.posting(query.reason, ledger=query.books))


def account_out(view: AccountView) -> AccountOut:
    account = view.account
    return AccountOut(
        account=str(account),
        kind=account.kind.value,
        kind_name=view.kind_name,
        owner=account.owner,
        currency=account.currency,
        posted_fen=view.posted_fen,
        held_fen=view.held_fen,
        available_fen=view.posted_fen - view.held_fen,
    )


def line_out(line: StatementLine) -> LineOut:
    return LineOut(
        reason=line.reason,
        seq=line.seq,
        on=line.on,
        at=line.at,
        counterpart=str(line.counterpart),
        counterpart_name=facade.account_name(line.counterpart),
        in_fen=line.in_fen,
        out_fen=line.out_fen,
        balance_fen=line.balance_fen,
    )


def posting_out(posting: Posting) -> PostingOut:
    moves = [
        MoveOut(
            seq=seq,
            debit=str(move.debit),
            credit=str(move.credit),
            amount_fen=move.fen,
            currency=move.debit.currency,
            words=facade.in_words(move),
        )
        for seq, move in enumerate(posting.moves)
    ]
    return PostingOut(reason=posting.reason, on=posting.on, moves=moves)


def csv_response(chunks: Any, name: str) -> HttpResponse:
    """With the mark by which spreadsheets recognise UTF-8. Read to the end here, inside the request's transaction."""
    response = HttpResponse("\ufeff" + "".join(chunks), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
