"""/me/points/…: one's points, where they come from, what they buy, which benefits trust brings; /points/…: the desk.

Whose points they are is known above: a promoter by `promoters`, a shop by the principal. What a tool
does is done here, in one transaction with its voucher: an appeal is hurried, a part falls due later.
"""

from datetime import date, datetime
from typing import Annotated, Any, Final

from django.db import transaction
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.entrypoints.appeals import AppealOut, parties_of
from xintui.entrypoints.deposits import SHOP_ROLES, OwnDepositOut, deposit_holder, told_own
from xintui.entrypoints.perks import offset_share
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import Appeal, AppealNotFound
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale
from xintui.trust.deposits import facade as deposits
from xintui.trust.points import facade
from xintui.trust.points.contracts import (
    Benefit,
    Correction,
    CorrectionKind,
    CorrectionState,
    Effect,
    Perk,
    Standing,
    VoucherState,
)

router: Final = Router(tags=["信任银行"])
READERS: Final = (Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
CORRECTORS: Final = (Role.OPERATOR, Role.REVIEWER)
Points = Annotated[int, Field(ge=1, le=10_000_000)]


class PointsLineOut(Out):
    """`points` is negative for what went away; `balance` is what was left to spend."""

    verb: str
    title: str
    says: str
    on: date
    at: datetime
    points: int
    balance: int


class ToolOut(Out):
    code: str
    title: str
    says: str
    where: str
    points: int
    valid_days: int
    per_month: int
    left: int


class VoucherOut(Out):
    id: str
    tool: str
    title: str
    effect: Effect
    points: int
    state: VoucherState
    at: datetime
    valid_until: datetime
    ended_at: datetime | None


class EarnRuleOut(Out):
    """`points` 0: as the words say."""

    code: str
    title: str
    says: str
    points: int


class PointsOut(Out):
    """`expiring` of `free` are over after `expires_on` unless used; `pledged` stand for part of your deposit."""

    free: int
    pledged: int
    earned: int
    used: int
    expiring: int
    expires_on: date | None
    lines: list[PointsLineOut]
    tools: list[ToolOut]
    vouchers: list[VoucherOut]
    rules: list[EarnRuleOut]
    next_settling: date
    version: str
    source: str


class RungOut(Out):
    """`level` empty: any."""

    score: int
    level: str
    says: str


class BenefitOut(Out):
    """`at`: which of the rungs counts for you, null: none yet. Not `open`: nobody has it yet."""

    code: Perk
    title: str
    says: str
    now_says: str
    at: int | None
    rungs: list[RungOut]
    open: bool


class BenefitsOut(Out):
    """Derived from these two and nothing else; the highest rung that both reach counts."""

    score: int
    level: str
    items: list[BenefitOut]
    version: str
    source: str


class EarningOut(Out):
    id: str
    rule: str
    title: str
    points: int
    day: date
    expires_on: date
    says: str
    ref: str


class RedeemIn(In):
    """`points` is the price that was shown: another one is refused."""

    tool: Annotated[Text, Field(max_length=32)]
    points: Points


class VoucherIn(In):
    voucher_id: Id


class OffsetIn(In):
    points: Points


class CorrectIn(In):
    """`number` names the case this is about: the same number counts once."""

    points: Points
    number: Annotated[Text, Field(min_length=2, max_length=64, pattern=r"^[\w.-]+$")]
    reason: Annotated[Text, Field(min_length=4, max_length=200)]


class CorrectionsIn(PageIn):
    state: CorrectionState | None = None


class AnswerIn(In):
    answer: Annotated[Text, Field(min_length=4, max_length=200)]


class CorrectionOut(Out):
    """Nothing has moved until the `state` is done; who asked for it cannot decide it."""

    id: str
    member_id: str
    kind: CorrectionKind
    points: int
    number: str
    reason: str
    state: CorrectionState
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    answer: str


class MemberOut(Out):
    member_id: str
    free: int
    pledged: int
    earned: int
    used: int
    lines: list[PointsLineOut]


def _me(request: HttpRequest) -> tuple[Principal, str]:
    """A shop's own people, or a promoter in any state: who may not promote any more keeps what was earned.

    Raises `NotAPromoter`.
    """
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    if principal.merchant_id is not None:
        who, merchant_id = identity.require_merchant(principal, *SHOP_ROLES)
        return who, merchant_id
    found = promoters.by_user(principal.user_id)
    if found is None:
        raise NotAPromoter("none")
    return principal, found.id


def _settling(today: date, day: int) -> date:
    """When the next month's points are given."""
    month = today.replace(day=1) if today.day < day else date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return month.replace(day=day)


@router.get("/me/points", response=PointsOut)
def mine(request: HttpRequest) -> dict[str, Any]:
    """How many there are, the newest moves, what they buy, what you redeemed, and how they are earned."""
    principal, me = _me(request)
    kind = "promoter" if principal.merchant_id is None else "merchant"
    today = accounting_date(clock.now())
    there, table = facade.account(me, today=today), facade.earning(today)
    rules = [one for one in table.rules.values() if one.of in {"", kind}]
    figures = {name: getattr(there, name) for name in ("free", "pledged", "earned", "used", "expiring", "expires_on")}
    return figures | {
        "lines": facade.history(me), "tools": facade.tools(me, today=today, of=kind), "vouchers": facade.vouchers(me),
        "rules": rules, "next_settling": _settling(today, table.settle_day),
        "version": table.version, "source": table.source,
    }  # fmt: skip


@router.get("/me/points/earnings", response=PageOut[EarningOut])
def earnings(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """Everything that earned points, newest first, with the last day it can be used."""
    _, me = _me(request)
    return page_out(facade.earnings(me, after=query.after, limit=query.limit), EarningOut.from_orm)


@router.get("/me/benefits", response=BenefitsOut)
def benefits(request: HttpRequest) -> dict[str, Any]:
    """The benefits as your credit and level (a shop's: its score) bring them, and what the next step would ask."""
    _, me = _me(request)
    today = accounting_date(clock.now())
    standing, found = _standing(request, me, today)
    table = facade.benefit_table(today)
    return {
        "score": standing.score, "level": standing.level, "items": list(found), "version": table.version,
        "source": table.source,
    }  # fmt: skip


def _standing(request: HttpRequest, me: str, today: date) -> tuple[Standing, tuple[Benefit, ...]]:
    if request.principal.merchant_id is None:  # type: ignore[attr-defined]
        standing = promoters.standings([me])[me]
        return standing, facade.benefits(standing, today=today)
    score = credit.scores([me], Scale.SHOP).get(me)
    standing = Standing(score.score if score else 0)
    return standing, facade.shop_benefits(standing.score, today=today)


@router.post("/me/points/redeem", response=PointsOut)
def redeem(request: HttpRequest, body: RedeemIn) -> dict[str, Any]:
    """A tool for points; it can be given back while it is not used."""
    principal, me = _me(request)
    facade.redeem(me, body.tool, points=body.points, by=principal, now=clock.now())
    return mine(request)


@router.post("/me/points/vouchers/{voucher_id}/return", response=PointsOut)
def give_back(request: HttpRequest, voucher_id: Id) -> dict[str, Any]:
    """Undo it: the points come back, and it does not count for the month."""
    principal, me = _me(request)
    facade.give_back(voucher_id, me, by=principal, now=clock.now())
    return mine(request)


@router.post("/me/appeals/{appeal_id}/expedite", response=AppealOut)
def expedite(request: HttpRequest, appeal_id: Id, body: VoucherIn) -> Appeal:
    """Use a 申诉加急 on an appeal of your own that nobody has answered yet."""
    principal, me = _me(request)
    if appeals.one(appeal_id).appellant not in parties_of(principal):
        raise AppealNotFound(appeal_id)
    now = clock.now()
    with transaction.atomic():
        used = facade.use(body.voucher_id, me, Effect.APPEAL_FAST, appeal_id, by=principal, now=now)
        return appeals.expedite(appeal_id, used.amount, by=principal, now=now)


@router.post("/me/deposit/parts/{part_id}/postpone", response=OwnDepositOut)
def postpone(request: HttpRequest, part_id: Id, body: VoucherIn) -> dict[str, Any]:
    """Use a 分期延期 on a part that is not paid yet."""
    principal, me = _me(request)
    now = clock.now()
    with transaction.atomic():
        used = facade.use(body.voucher_id, me, Effect.PART_LATER, part_id, by=principal, now=now)
        return told_own(deposits.postpone(part_id, deposit_holder(principal), used.amount, by=principal, now=now), now)


@router.post("/me/links/{link_id}/print", response=PointsOut)
def print_posters(request: HttpRequest, link_id: Id, body: VoucherIn) -> dict[str, Any]:
    """Use a 海报印刷券: posters of this link of yours may be had for print."""
    principal, me = _me(request)
    with transaction.atomic():
        link = attribution.link(me, link_id)
        facade.use(body.voucher_id, me, Effect.POSTER_PRINT, link.id, by=principal, now=clock.now())
    return mine(request)


@router.post("/me/deposit/parts/{part_id}/offset", response=OwnDepositOut)
def offset(request: HttpRequest, part_id: Id, body: OffsetIn) -> dict[str, Any]:
    """Let points stand for part of what is owed: at most half of a deposit, never more than there is cash."""
    principal, _ = _me(request)
    now, holder = clock.now(), deposit_holder(principal)
    share = offset_share(holder, accounting_date(now))
    done = deposits.offset(part_id, holder, body.points, share_bp=share, by=principal, now=now)
    return told_own(done, now)


@router.post("/me/deposit/offset/return", response=OwnDepositOut)
def take_back(request: HttpRequest, body: OffsetIn) -> dict[str, Any]:
    """Have points back; the same amount of cash is owed in their place."""
    principal, _ = _me(request)
    now = clock.now()
    return told_own(deposits.take_back(deposit_holder(principal), body.points, by=principal, now=now), now)


@router.get("/points/corrections", response=PageOut[CorrectionOut])
def corrections(request: HttpRequest, query: Query[CorrectionsIn]) -> dict[str, Any]:
    """What people asked to be given or taken, newest first."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    found = facade.corrections(state=query.state or "", after=query.after, limit=query.limit)
    return page_out(found, CorrectionOut.from_orm)


@router.post("/points/corrections/{correction_id}/approve", response=CorrectionOut)
def approve(request: HttpRequest, correction_id: Id) -> Correction:
    """Carry out what somebody else asked for."""
    principal = identity.require(request.principal, *CORRECTORS)  # type: ignore[attr-defined]
    return facade.approve(correction_id, by=principal, now=clock.now())


@router.post("/points/corrections/{correction_id}/refuse", response=CorrectionOut)
def refuse(request: HttpRequest, correction_id: Id, body: AnswerIn) -> Correction:
    """Do not carry it out, and say why."""
    principal = identity.require(request.principal, *CORRECTORS)  # type: ignore[attr-defined]
    return facade.refuse(correction_id, body.answer, by=principal, now=clock.now())


@router.get("/points/{promoter_id}", response=MemberOut)
def read(request: HttpRequest, promoter_id: Id) -> dict[str, Any]:
    """Anybody's points, for the desk."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return _member(promoters.one(promoter_id).id)


@router.post("/points/{promoter_id}/grant", response=CorrectionOut)
def grant(request: HttpRequest, promoter_id: Id, body: CorrectIn) -> Correction:
    """Ask for points to be given, with a reason that the promoter will read; another person carries it out."""
    return _ask(request, promoter_id, CorrectionKind.GRANT, body)


@router.post("/points/{promoter_id}/take", response=CorrectionOut)
def take(request: HttpRequest, promoter_id: Id, body: CorrectIn) -> Correction:
    """Ask for points to be taken that were earned by what was not so; another person carries it out."""
    return _ask(request, promoter_id, CorrectionKind.TAKE, body)


def _ask(request: HttpRequest, promoter_id: str, kind: CorrectionKind, body: CorrectIn) -> Correction:
    principal = identity.require(request.principal, *CORRECTORS)  # type: ignore[attr-defined]
    member, now = promoters.one(promoter_id).id, clock.now()
    return facade.ask(member, kind, body.points, number=body.number, reason=body.reason, by=principal, now=now)


def _member(member_id: str) -> dict[str, Any]:
    there = facade.account(member_id, today=accounting_date(clock.now()))
    figures = {name: getattr(there, name) for name in ("member_id", "free", "pledged", "earned", "used")}
    return figures | {"lines": facade.history(member_id)}
