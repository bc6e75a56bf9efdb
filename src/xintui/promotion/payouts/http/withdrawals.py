"""A promoter's wallet, withdrawals and statements."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import AmountFen, Id, In, Out, PageIn, PageOut, Query, Text
from xintui.promotion.payouts import facade
from xintui.promotion.payouts.contracts import (
    Period,
    QueueCount,
    Rail,
    State,
    Statement,
    StatementPage,
    TaxPreview,
    TaxYear,
    Wallet,
    Withdrawal,
    WithdrawalPage,
)
from xintui.promotion.payouts.papers import fresh, recorded
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter

router = Router(tags=["提现"])
READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
Month = Annotated[Text, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
Note = Annotated[Text, Field(max_length=200)]


class WalletOut(Out):
    promoter_id: str
    pending_fen: int
    due_fen: int
    held_fen: int
    available_fen: int
    debt_fen: int
    payable_from: datetime | None


class StepOut(Out):
    table: str
    version: str
    base_fen: int
    rate_bp: int
    quick_fen: int
    due_fen: int
    before_fen: int
    tax_fen: int
    lines: list[str]


class PreviewOut(Out):
    amount_fen: int
    tax_fen: int
    vat_fen: int
    net_fen: int
    step: StepOut | None
    vat: StepOut | None
    note: str


class TaxLineOut(Out):
    withdrawal_id: str
    month: str
    income_fen: int
    step: StepOut
    agent: str
    reversed_at: datetime | None


class VatLineOut(Out):
    withdrawal_id: str
    month: str
    period: Period
    gross_fen: int
    carried_fen: int
    step: StepOut
    reversed_at: datetime | None


class WithdrawalOut(Out):
    id: str
    promoter_id: str
    amount_fen: int
    tax_fen: int
    vat_fen: int
    net_fen: int
    state: State
    rail: Rail
    kind: str
    reason: str
    payee_masked: str
    invoice_ref: str
    needs_review: bool
    not_before: datetime
    requested_at: datetime
    settled_at: datetime | None


class EventOut(Out):
    at: datetime
    verb: str
    state: State
    note: str


class DetailOut(Out):
    withdrawal: WithdrawalOut
    tax: TaxLineOut | None
    vat: VatLineOut | None
    history: list[EventOut]
    confirm_package: str
    """For wx.requestMerchantTransfer while the payee has to confirm; else empty."""


class OpsWithdrawalOut(WithdrawalOut):
    transfer_id: str
    payee_digest: str
    maker: str
    checker: str


class OpsEventOut(EventOut):
    actor: str


class OpsDetailOut(Out):
    withdrawal: OpsWithdrawalOut
    tax: TaxLineOut | None
    vat: VatLineOut | None
    history: list[OpsEventOut]


class QueueOut(Out):
    state: State
    count: int
    amount_fen: int
    oldest_at: datetime | None
    oldest_age_s: int


class HeadOut(Out):
    promoter_id: str
    month: str
    payments: int
    gross_fen: int
    tax_fen: int
    vat_fen: int
    net_fen: int


class EntryOut(Out):
    withdrawal: WithdrawalOut
    tax: TaxLineOut | None
    vat: VatLineOut | None


class StatementOut(Out):
    head: HeadOut
    entries: list[EntryOut]
    year_income_fen: int
    year_withheld_fen: int


class TaxYearOut(Out):
    promoter_id: str
    year: int
    last_month: int
    months: int
    income_fen: int
    withheld_fen: int


class PreviewIn(In):
    amount_fen: AmountFen


class RequestIn(In):
    amount_fen: AmountFen
    invoice_ref: Annotated[Text, Field(max_length=40)] = ""


class ListIn(PageIn):
    state: State | None = None
    promoter_id: Id | None = None


class NoteIn(In):
    note: Note = ""


class RejectIn(In):
    reason: Annotated[Text, Field(min_length=2, max_length=120)]


class BankIn(In):
    paid: bool
    reference: Annotated[Text, Field(max_length=64)] = ""
    note: Note = ""


def _who(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def _mine(request: HttpRequest) -> str:
    """A suspended promoter still sees and asks for what he earned."""
    found = promoters.by_user(_who(request).user_id)
    if found is None or found.joined_at is None:
        raise NotAPromoter(found.state.value if found else "none")
    return found.id


@router.get("/promoter/wallet", response=WalletOut)
def read_wallet(request: HttpRequest) -> Wallet:
    """Still frozen, due, set aside, owed."""
    return facade.wallet(_mine(request))


@router.post("/promoter/withdrawals/preview", response=PreviewOut)
def preview(request: HttpRequest, body: PreviewIn) -> TaxPreview:
    """What would be withheld, and why; nothing is written."""
    return facade.preview_tax(_mine(request), body.amount_fen, now=clock.now())


@router.post("/promoter/withdrawals", response=WithdrawalOut)
@transaction.atomic
def request_withdrawal(request: HttpRequest, body: RequestIn) -> Withdrawal:
    """Ask for money that is due."""
    made = facade.request(_mine(request), body.amount_fen, invoice_ref=body.invoice_ref, now=clock.now())
    return recorded(_who(request), "request", None, made)


@router.get("/promoter/withdrawals", response=PageOut[WithdrawalOut])
def list_mine(request: HttpRequest, page: Query[PageIn]) -> WithdrawalPage:
    """My withdrawals, newest first."""
    return facade.search(promoter_id=_mine(request), after=page.after, limit=page.limit)


@router.get("/promoter/withdrawals/{withdrawal_id}", response=DetailOut)
def read_mine(request: HttpRequest, withdrawal_id: Id) -> dict[str, object]:
    """One of mine, with its tax explained and what happened."""
    found = facade.get(withdrawal_id, promoter_id=_mine(request))
    return {
        "withdrawal": found,
        "tax": facade.tax_line(withdrawal_id),
        "vat": facade.vat_line(withdrawal_id),
        "history": facade.history(withdrawal_id),
        "confirm_package": facade.confirm_package(found),
    }


@router.post("/promoter/withdrawals/{withdrawal_id}/cancel", response=WithdrawalOut)
@transaction.atomic
def cancel(request: HttpRequest, withdrawal_id: Id) -> Withdrawal:
    """Change my mind; once money is on its way the gateway's answer decides."""
    mine = _mine(request)
    before = facade.get(withdrawal_id, promoter_id=mine)
    return recorded(_who(request), "cancel", before, facade.cancel(mine, withdrawal_id, now=clock.now()))


@router.get("/promoter/statements", response=PageOut[HeadOut])
def list_statements(request: HttpRequest, page: Query[PageIn]) -> StatementPage:
    """My months with payments, newest first."""
    return facade.statements(_mine(request), after=page.after, limit=page.limit)


@router.get("/promoter/statements/{month}", response=StatementOut)
def read_statement(request: HttpRequest, month: Month) -> Statement:
    """One month, every payment with its tax."""
    return facade.statement(_mine(request), month)


@router.get("/promoter/statements/{month}/csv", response={200: None})
def statement_csv(request: HttpRequest, month: Month) -> HttpResponse:
    """The month as a file for spreadsheets."""
    body = facade.statement_csv(facade.statement(_mine(request), month))
    return _file(body.encode(), f"statement-{month}.csv", "text/csv; charset=utf-8")


@router.get("/promoter/statements/{month}/pdf", response={200: None})
def statement_pdf(request: HttpRequest, month: Month) -> HttpResponse:
    """The month on paper."""
    mine = _mine(request)
    body = facade.statement_pdf(facade.statement(mine, month), promoters.one(mine).display_name)
    return _file(body, f"statement-{month}.pdf", "application/pdf")


def _file(body: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@router.get("/ops/withdrawals/queue", response=list[QueueOut])
def read_queue(request: HttpRequest) -> tuple[QueueCount, ...]:
    """What waits in each open state, how much, and since when."""
    identity.require(_who(request), *READERS)
    return facade.queue(clock.now())


@router.get("/ops/withdrawals", response=PageOut[OpsWithdrawalOut])
def list_withdrawals(request: HttpRequest, page: Query[ListIn]) -> WithdrawalPage:
    """All withdrawals; `state=review` is the queue for four eyes."""
    identity.require(_who(request), *READERS)
    return facade.search(promoter_id=page.promoter_id or "", state=page.state, after=page.after, limit=page.limit)


@router.get("/ops/withdrawals/{withdrawal_id}", response=OpsDetailOut)
def read_withdrawal(request: HttpRequest, withdrawal_id: Id) -> dict[str, object]:
    """One withdrawal with its tax and history."""
    identity.require(_who(request), *READERS)
    return {
        "withdrawal": facade.get(withdrawal_id),
        "tax": facade.tax_line(withdrawal_id),
        "vat": facade.vat_line(withdrawal_id),
        "history": facade.history(withdrawal_id),
    }


@router.post("/ops/withdrawals/{withdrawal_id}/propose", response=OpsWithdrawalOut)
@transaction.atomic
def propose(request: HttpRequest, withdrawal_id: Id, body: NoteIn) -> Withdrawal:
    """The first pair of eyes."""
    who = identity.require(_who(request), Role.FINANCE, Role.OPERATOR)
    fresh(request)
    before = facade.get(withdrawal_id)
    made = facade.propose(withdrawal_id, actor=who.user_id, note=body.note, now=clock.now())
    return recorded(who, "propose", before, made, body.note)


@router.post("/ops/withdrawals/{withdrawal_id}/approve", response=OpsWithdrawalOut)
@transaction.atomic
def approve(request: HttpRequest, withdrawal_id: Id, body: NoteIn) -> Withdrawal:
    """The second pair of eyes."""
    who = identity.require(_who(request), Role.FINANCE)
    fresh(request)
    before = facade.get(withdrawal_id)
    made = facade.approve(withdrawal_id, actor=who.user_id, note=body.note, now=clock.now())
    return recorded(who, "approve", before, made, body.note)


@router.post("/ops/withdrawals/{withdrawal_id}/reject", response=OpsWithdrawalOut)
@transaction.atomic
def reject(request: HttpRequest, withdrawal_id: Id, body: RejectIn) -> Withdrawal:
    """No payment; the money is due again."""
    who = identity.require(_who(request), Role.FINANCE, Role.OPERATOR)
    before = facade.get(withdrawal_id)
    made = facade.reject(withdrawal_id, actor=who.user_id, reason=body.reason, now=clock.now())
    return recorded(who, "reject", before, made, body.reason)


@router.post("/ops/withdrawals/{withdrawal_id}/bank", response=OpsWithdrawalOut)
@transaction.atomic
def record_bank(request: HttpRequest, withdrawal_id: Id, body: BankIn) -> Withdrawal:
    """What the bank did with a company's payment."""
    who = identity.require(_who(request), Role.FINANCE)
    fresh(request)
    before = facade.get(withdrawal_id)
    made = facade.record_bank(
        withdrawal_id, paid=body.paid, reference=body.reference, actor=who.user_id, note=body.note, now=clock.now()
    )
    return recorded(who, "record_bank", before, made, body.note)


@router.get("/ops/tax-years/{promoter_id}", response=list[TaxYearOut])
def read_tax_years(request: HttpRequest, promoter_id: Id) -> tuple[TaxYear, ...]:
    """The rows withholding works on."""
    identity.require(_who(request), *READERS)
    return facade.tax_years(promoter_id)


@router.get("/ops/statements/{promoter_id}", response=PageOut[HeadOut])
def list_statements_of(request: HttpRequest, promoter_id: Id, page: Query[PageIn]) -> StatementPage:
    """A promoter's months."""
    identity.require(_who(request), *READERS)
    return facade.statements(promoter_id, after=page.after, limit=page.limit)
