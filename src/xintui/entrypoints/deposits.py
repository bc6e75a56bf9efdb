"""/me/deposit/…: one's own deposit, what it asks and allows shown before anything is agreed; /deposits/…: the desk.

Who holds which deposit is known above: a promoter by `promoters`, a shop by the principal. The facts that a band is
judged by are handed down from here.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.http.buyer import PayIn
from xintui.commerce.orders.http.shapes import PayParamsOut
from xintui.entrypoints import risk
from xintui.entrypoints.perks import offset_share, shop_worth
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Channel, PayParams
from xintui.infra import clock
from xintui.infra.http import AmountFen, Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter, Promoter
from xintui.trust.deposits import facade
from xintui.trust.deposits.contracts import (
    Band,
    ClaimState,
    Deposit,
    DepositNotFound,
    Facts,
    Holder,
    HolderKind,
    PartKind,
    PartState,
    Quote,
    ReturnState,
    RiskClass,
    State,
)
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Perk

router: Final = Router(tags=["保证金"])
LOOKS_BACK: Final = timedelta(days=180)
SHOP_ROLES: Final = (Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE)
READERS: Final = (Role.OPERATOR, Role.FINANCE, Role.REVIEWER, Role.AUDITOR)


class ScheduledOut(Out):
    amount_fen: int
    due_on: date


class StepOut(Out):
    """`goods` null: without limit."""

    paid_fen: int
    goods: int | None


class FactsOut(Out):
    tenure_days: int
    orders: int
    refunded_bp: int
    debt_fen: int
    relief_bp: int


class DepositQuoteOut(Out):
    """What a class of goods asks of you today, and why. 0 for low risk, always."""

    risk_class: RiskClass
    title: str
    says: str
    categories: list[str]
    band: Band
    band_says: str
    tier_fen: int
    amount_fen: int
    instalments: list[ScheduledOut]
    steps: list[StepOut]


class DepositQuotesOut(Out):
    version: str
    source: str
    facts: FactsOut
    items: list[DepositQuoteOut]


class DepositPartOut(Out):
    id: str
    kind: PartKind
    seq: int
    amount_fen: int
    returned_fen: int
    due_on: date
    state: PartState
    paid_at: datetime | None
    overdue: bool


class DepositClaimOut(Out):
    id: str
    key: str
    says: str
    asked_fen: int
    held_fen: int
    paid_fen: int
    state: ClaimState
    opened_at: datetime
    closed_at: datetime | None


class DepositReturnOut(Out):
    id: str
    amount_fen: int
    state: ReturnState
    asked_at: datetime
    done_at: datetime | None
    note: str


class DepositOut(Out):
    """`paid_fen` is there, `held_fen` of it is claimed or on its way back. `quota` null: goods without limit."""

    id: str
    risk_class: RiskClass
    band: Band
    band_says: str
    target_fen: int
    version: str
    state: State
    opened_at: datetime
    paid_fen: int
    held_fen: int
    available_fen: int
    pledged: int
    goods: int
    quota: int | None
    parts: list[DepositPartOut]
    claims: list[DepositClaimOut]
    returns: list[DepositReturnOut]


class OffsetOut(Out):
    """Points that may stand for cash: at most `share_bp` of the whole, each beside a fen of cash. `free` can be used;
    `most` of them for each part that is owed, by its id.
    """

    share_bp: int
    free: int
    most: dict[str, int]


class OwnDepositOut(Out):
    """`offset` is null where nobody's points may stand for anything."""

    deposit: DepositOut | None
    offset: OffsetOut | None


class HeldOut(DepositOut):
    holder_kind: HolderKind
    holder_id: str


class AgreeIn(In):
    """`amount_fen` is the amount that was shown: another one is refused."""

    risk_class: RiskClass
    amount_fen: AmountFen
    in_parts: bool = True


class PromotedOut(Out):
    id: str
    title: str


class PromotedListOut(Out):
    items: list[PromotedOut]


class HeldIn(PageIn):
    kind: HolderKind | None = None
    state: State | None = None


class ByDeskIn(In):
    """The number under which the bank knows the transfer."""

    reference: Annotated[Text, Field(min_length=4, max_length=64)]


def deposit_holder(principal: Principal) -> Holder:
    """Whose deposit who asks may see and pay; for others of a shop there is none.

    Raises `DepositNotFound`, `NotAPromoter`.
    """
    if principal.merchant_id is None:
        return Holder(HolderKind.PROMOTER, _promoter(principal).id)
    if not principal.has(*SHOP_ROLES):
        raise DepositNotFound(principal.merchant_id)
    return Holder(HolderKind.MERCHANT, principal.merchant_id)


def _promoter(principal: Principal) -> Promoter:
    """In any state: whoever may not promote any more still sees the deposit and takes it back."""
    found = promoters.by_user(principal.user_id)
    if found is None:
        raise NotAPromoter("none")
    return found


def facts_of(holder: Holder, now: datetime) -> Facts:
    """What the house knows of a holder: how long here, what was sold in 180 days, what came back, what is owed;
    and the band, where a model or a person gave one.
    """
    known, judged = _known(holder, now), risk.judge(holder, now)
    return replace(known, band=judged.band, band_says=judged.says) if judged else known


def _known(holder: Holder, now: datetime) -> Facts:
    since, today = now - LOOKS_BACK, accounting_date(now)
    if holder.kind is HolderKind.MERCHANT:
        sold = orders.record(holder.id, since=since)
        shop = merchants.get_many([holder.id]).get(holder.id)
        began = shop.activated_at if shop else None
        found = _facts(began, sold.orders, sold.paid_fen, sold.refunded_fen, 0, now)
        return _with(found, shop_worth(holder.id, today))
    brought = attribution.record(holder.id, since=since)
    debt = ledger.balance(Account(Kind.PROMOTER_DEBT, holder.id)).posted_fen
    began = promoters.one(holder.id).joined_at
    found = _facts(began, brought.orders, brought.paid_fen, brought.refunded_fen, debt, now)
    return _with(found, promoters.perks([holder.id], today=today)[holder.id])


def _with(facts: Facts, worth: Mapping[Perk, int]) -> Facts:
    """What credit brings: less to pay, and more time between the parts."""
    return replace(facts, relief_bp=worth[Perk.DEPOSIT_RELIEF], gap_days=worth[Perk.INSTALMENT_PLAN])


def _facts(  # noqa: PLR0917 - a row
    began: datetime | None, orders: int, paid_fen: int, refunded_fen: int, debt_fen: int, now: datetime
) -> Facts:
    days = (now - began).days if began else 0
    return Facts(days, orders, min(refunded_fen * 10_000 // paid_fen, 10_000) if paid_fen else 0, debt_fen)


def _me(request: HttpRequest) -> tuple[Principal, Holder]:
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    return principal, deposit_holder(principal)


def told_own(deposit: Deposit | None, now: datetime) -> dict[str, Any]:
    """The deposit, and what points may still stand for of it."""
    return {"deposit": deposit, "offset": _offset(deposit, now) if deposit else None}


def _offset(deposit: Deposit, now: datetime) -> OffsetOut | None:
    if deposit.state is not State.OPEN:
        return None
    who, today = deposit.holder.id, accounting_date(now)
    share = offset_share(deposit.holder, today)
    owed = [part for part in deposit.parts if part.state is PartState.DUE]
    most = {part.id: facade.offset_most(part.id, deposit.holder, share_bp=share, now=now) for part in owed}
    return OffsetOut(share_bp=share, free=points.account(who, today=today).free, most=most)


def _told(one: Quote, terms: Any, names: dict[str, str]) -> DepositQuoteOut:
    there = [names[code] for code, found in terms.categories.items() if found is one.risk_class and code in names]
    plain = DepositQuoteOut.model_fields.keys() - {"title", "says", "categories"}
    given = {name: getattr(one, name) for name in plain}
    return DepositQuoteOut(
        title=terms.titles[one.risk_class], says=terms.says[one.risk_class], categories=there,
        **given | {"instalments": list(one.instalments), "steps": list(one.steps)},
    )  # fmt: skip


@router.get("/me/deposit/quotes", response=DepositQuotesOut)
def quotes(request: HttpRequest) -> dict[str, Any]:
    """What each class of goods asks of you, in which parts, what each part allows, and the facts it is judged by."""
    _, holder = _me(request)
    now = clock.now()
    today, facts = accounting_date(now), facts_of(holder, now)
    terms, names = facade.terms(today), catalog.category_names()
    items = [_told(one, terms, names) for one in facade.quotes(holder.kind, facts, today=today)]
    return {"version": terms.version, "source": terms.source, "facts": facts, "items": items}


@router.get("/me/deposit", response=OwnDepositOut)
def mine(request: HttpRequest) -> dict[str, Any]:
    """The deposit you have, else the last one you had."""
    _, holder = _me(request)
    now = clock.now()
    return told_own(facade.current(holder, today=accounting_date(now)), now)


@router.post("/me/deposit", response=OwnDepositOut)
def agree(request: HttpRequest, body: AgreeIn) -> dict[str, Any]:
    """Agree to what was shown: a first deposit, or a higher class for the one there is. Nothing is paid by this."""
    principal, holder = _me(request)
    if principal.merchant_id is None:
        promoters.active_by_user(principal.user_id)  # who may not promote has nothing to stand good for
    now = clock.now()
    made = facade.agree(
        holder, body.risk_class, facts_of(holder, now),
        amount_fen=body.amount_fen, in_parts=body.in_parts, by=principal, now=now,
    )  # fmt: skip
    return told_own(made, now)


@router.post("/me/deposit/parts/{part_id}/pay", response=PayParamsOut)
def pay(request: HttpRequest, part_id: Id, body: PayIn) -> PayParams:
    """What the device needs to pay a part, early or late. The payment's row is committed before anybody is asked."""
    principal, holder = _me(request)
    now = clock.now()
    openid = identity.openid_of(principal.user_id)
    payment = facade.pay(part_id, holder, openid=openid, channel=Channel(body.channel), psp=body.method, now=now)
    there = settings.PUBLIC_URL.rstrip("/") + (body.back or "/m/promoter/deposit")
    return payments.pay_params(payment.id, now=now, client_ip=identity.caller_ip(), return_url=there)


@router.post("/me/deposit/return", response=OwnDepositOut)
def give_back(request: HttpRequest) -> dict[str, Any]:
    """随时可退: everything that no open claim holds goes back at once, the rest by itself when its claim ends."""
    principal, holder = _me(request)
    now = clock.now()
    return told_own(facade.give_all_back(holder, by=principal, now=now), now)


@router.post("/me/deposit/stay", response=OwnDepositOut)
def stay(request: HttpRequest) -> dict[str, Any]:
    """Think again while a claim still holds the rest: what is missing is owed again."""
    principal, holder = _me(request)
    now = clock.now()
    return told_own(facade.stay(holder, by=principal, now=now), now)


@router.get("/me/deposit/goods", response=PromotedListOut)
def goods(request: HttpRequest) -> dict[str, Any]:
    """The goods that your deposit stands behind, the first first."""
    _, holder = _me(request)
    ids = facade.goods(holder)
    titles = catalog.titles(ids)
    return {"items": [{"id": one, "title": titles.get(one, "已下架商品")} for one in ids]}


@router.delete("/me/deposit/goods/{product_id}", response=PromotedListOut)
def let_go(request: HttpRequest, product_id: Id) -> dict[str, Any]:
    """Stop promoting one, which makes room for another. Raises `DepositNotFound` for what is not among them."""
    _, holder = _me(request)
    if not facade.let_go(holder, product_id):
        raise DepositNotFound(product_id)
    return goods(request)


@router.get("/deposits", response=PageOut[HeldOut])
def listing(request: HttpRequest, query: Query[HeldIn]) -> dict[str, Any]:
    """All deposits, newest first."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    page = facade.deposits(
        kind=query.kind or "", state=query.state or "", after=query.after, limit=query.limit,
        today=accounting_date(clock.now()),
    )  # fmt: skip
    return page_out(page, _held)


@router.get("/deposits/{deposit_id}", response=HeldOut)
def read(request: HttpRequest, deposit_id: Id) -> HeldOut:
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return _held(facade.one(deposit_id, today=accounting_date(clock.now())))


@router.post("/deposits/returns/{return_id}/done", response=HeldOut)
def give_back_by_desk(request: HttpRequest, return_id: Id, body: ByDeskIn) -> HeldOut:
    """The desk gave it back by bank transfer, where the gateway no longer could."""
    principal = identity.require(request.principal, Role.FINANCE)  # type: ignore[attr-defined]
    done = facade.returned_by_desk(return_id, body.reference, by=principal, now=clock.now())
    return _held(done)


def _held(one: Deposit) -> HeldOut:
    given = DepositOut.from_orm(one).model_dump()
    return HeldOut(holder_kind=one.holder.kind, holder_id=one.holder.id, **given)
