"""/me/…: what a promoter or a shop holds in the books, each move of it, and the proof that it was published.

Who owns which account is known above the ledger: a promoter by `promoters`, a shop by the principal. The account is
derived from who asks and never taken from the request.
"""

from datetime import date
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from xintui.foundation.evidence import facade as evidence
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, AccountNotFound, Kind
from xintui.infra import clock
from xintui.infra.http import In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.promotion.promoters import facade as promoters

router: Final = Router(tags=["账本"])
KindIn = Literal[
    "promoter.pending", "promoter.due", "promoter.debt", "promoter.deposit", "merchant.payable", "merchant.deposit"
]  # fmt: skip
SHOP_ROLES: Final = (Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE)
PROMOTER_KINDS: Final = (Kind.PROMOTER_PENDING, Kind.PROMOTER_DUE, Kind.PROMOTER_DEBT, Kind.PROMOTER_DEPOSIT)
MERCHANT_KINDS: Final = (Kind.MERCHANT_PAYABLE, Kind.MERCHANT_DEPOSIT)
Month = Annotated[Text, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]


class OwnOut(Out):
    kind: str
    name: str
    currency: str
    posted_fen: int
    held_fen: int
    available_fen: int


class OwnAccountsOut(Out):
    items: list[OwnOut]


class OwnLineOut(Out):
    reason: str
    on: date
    counterpart_name: str
    in_fen: int
    out_fen: int
    balance_fen: int


class OwnStatementIn(PageIn):
    kind: KindIn


class OwnProofIn(In):
    kind: KindIn
    month: Month


def own_accounts(principal: Principal) -> dict[str, Account]:
    """The accounts of who asks, by kind."""
    found: dict[str, Account] = {}
    if principal.merchant_id is None:
        promoter = promoters.by_user(principal.user_id)
        if promoter is not None:
            found |= {kind.value: Account(kind, promoter.id) for kind in PROMOTER_KINDS}
    elif principal.has(*SHOP_ROLES):
        found |= {kind.value: Account(kind, principal.merchant_id) for kind in MERCHANT_KINDS}
    return found


def _own(request: HttpRequest, kind: str) -> Account:
    account = own_accounts(identity.require(request.principal)).get(kind)  # type: ignore[attr-defined]
    if account is None:
        raise AccountNotFound(kind)
    return account


@router.get("/accounts", response=OwnAccountsOut)
def list_own(request: HttpRequest) -> dict[str, Any]:
    """Balances of one's own accounts."""
    accounts = own_accounts(identity.require(request.principal))  # type: ignore[attr-defined]
    balances = ledger.balances(accounts.values())
    return {
        "items": [
            OwnOut(
                kind=kind,
                name=ledger.KIND_NAMES[account.kind],
                currency=account.currency,
                posted_fen=balances[account].posted_fen,
                held_fen=balances[account].held_fen,
                available_fen=balances[account].available_fen,
            )
            for kind, account in accounts.items()
        ]
    }


@router.get("/statement", response=PageOut[OwnLineOut])
def read_own(request: HttpRequest, query: Query[OwnStatementIn]) -> dict[str, Any]:
    """Each move of one's own account, oldest first, with the balance after it."""
    account = _own(request, query.kind)
    page = ledger.statement_page(account, after=query.after, limit=query.limit)
    return page_out(
        page,
        lambda line: OwnLineOut(
            reason=line.reason,
            on=line.on,
            counterpart_name=ledger.account_name(line.counterpart),
            in_fen=line.in_fen,
            out_fen=line.out_fen,
            balance_fen=line.balance_fen,
        ),
    )


@router.get("/proof", response={200: None})
def prove_own(request: HttpRequest, query: Query[OwnProofIn]) -> HttpResponse:
    """A file anybody can check offline (`xintui verify FILE --root …`) against the published root of the last day."""
    account = _own(request, query.kind)
    lines = evidence.proof_for_account(account, month=query.month, issued_at=clock.now())
    response = HttpResponse("".join(lines), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="xintui-proof-{query.month}.json"'
    return response
