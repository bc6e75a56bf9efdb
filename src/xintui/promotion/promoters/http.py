"""Joining in three steps, one's own profile and team; operators: the list, the queue and the decisions."""

from datetime import datetime
from typing import Annotated, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade
from xintui.promotion.promoters.contracts import (
    IdentityInfo,
    NotAPromoter,
    Page,
    PayeeChannel,
    Promoter,
    PromoterKind,
    State,
    Step,
    TeamPage,
    Ties,
)
from xintui.trust.privacy import facade as privacy

router = Router(tags=["推客"])
READERS = (Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR)
DECIDERS = (Role.OPERATOR, Role.REVIEWER)
Reason = Annotated[Text, Field(pattern=r"^[a-z_]{2,40}$")]


class QuestionOut(Out):
    id: str
    text: str
    options: list[str]


class AgreementOut(Out):
    version: str
    title: str
    clauses: list[str]
    questions: list[QuestionOut]


class IdentityIn(In):
    kind: PromoterKind
    name: Annotated[Text, Field(min_length=2, max_length=60)]
    number: Annotated[Text, Field(min_length=15, max_length=18)]
    sponsor_id: Id | None = None
    sponsor_source: Annotated[Text, Field(max_length=32)] = ""
    consent: bool = False
    """单独同意 (个人信息保护法第二十九条): that name and number are handled to check who applies."""


class AgreementIn(In):
    version: Annotated[Text, Field(max_length=24)]
    answers: Annotated[
        dict[Annotated[Text, Field(max_length=24)], Annotated[int, Field(ge=0, le=9)]], Field(max_length=20)
    ]


class PayeeIn(In):
    """A person is paid to the WeChat wallet he logged in with; the account number is a company's."""

    holder: Annotated[Text, Field(min_length=2, max_length=60)]
    bank_account: Annotated[Text, Field(max_length=30)] = ""
    consent: bool = False
    """单独同意: that the account is handled to pay commission. Needed the first time."""


class PromoterOut(Out):
    id: str
    kind: PromoterKind
    state: State
    step: Step
    level: str
    display_name: str
    reason: str
    sponsor_id: str
    sponsor_source: str
    depth: int
    applied_at: datetime
    joined_at: datetime | None


class LogLineOut(Out):
    at: datetime
    verb: str
    state: State
    actor: str
    reason: str
    note: str


class LevelChangeOut(Out):
    at: datetime
    before: str
    after: str
    actor: str
    reason: str


class LevelOut(Out):
    code: str
    title: str
    rank: int
    benefits: list[str]


class ProfileOut(Out):
    promoter: PromoterOut
    reason_text: str
    payee_masked: str
    payee_holder: str
    payee_changed_at: datetime | None
    levels: list[LevelOut]
    level_history: list[LevelChangeOut]


class OpsProfileOut(ProfileOut):
    history: list[LogLineOut]


class MemberOut(Out):
    promoter_id: str
    display_name: str
    level: str
    state: State
    distance: int
    sponsor_id: str
    source: str
    bound_at: datetime
    phone: str
    code: str


class TeamIn(PageIn):
    q: Annotated[Text, Field(max_length=20)] = ""
    state: State | None = None


class BondOut(Out):
    above: bool
    distance: int
    code: str
    display_name: str
    phone: str
    state: State
    since: datetime
    source: str


class TiesOut(Out):
    code: str
    sponsor: BondOut | None
    direct: int
    further: int
    active: int
    max_depth: int


class AskIn(In):
    q: Annotated[Text, Field(min_length=4, max_length=32)]


class BondsOut(Out):
    items: list[BondOut]


class ListIn(PageIn):
    state: State | None = None
    q: Annotated[Text, Field(max_length=60)] = ""
    level: Annotated[Text, Field(max_length=24)] = ""


class DecisionIn(In):
    decision: Literal["approve", "refuse", "suspend", "restore"]
    reason: Reason
    note: Annotated[Text, Field(max_length=200)] = ""


class LevelIn(In):
    level: Annotated[Text, Field(max_length=24)]
    reason: Reason


def _who(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def _mine(request: HttpRequest) -> Promoter:
    found = facade.by_user(_who(request).user_id)
    if found is None:
        raise NotAPromoter("none")
    return found


def _where(kind: PromoterKind, user_id: str, given: PayeeIn) -> tuple[PayeeChannel, str]:
    """The openid is ours to know; a client never names it."""
    if kind is PromoterKind.INDIVIDUAL:
        return PayeeChannel.WECHAT, identity.payee_openid(user_id)
    return PayeeChannel.BANK, given.bank_account


def _agreed(request: HttpRequest, purpose: str, given: bool) -> None:
    """The person's own word, given now or before; nothing is kept without it."""
    user_id, now = _who(request).user_id, clock.now()
    if given:
        privacy.decide(user_id, purpose, given=True, device_id=request.device_id, now=now)  # type: ignore[attr-defined]
    privacy.require(user_id, purpose, now=now)


def _state(one: Promoter | None) -> dict[str, object]:
    """A promoter for the audit trail: where he stands, and which version of his payee is on record."""
    if one is None:
        return {}
    payee = facade.payee(one.id)
    return {
        "state": one.state.value,
        "step": one.step.value,
        "level": one.level,
        "payee_version": payee.version if payee else 0,
    }


def _recorded(request: HttpRequest, verb: str, before: dict[str, object], made: Promoter, reason: str = "") -> Promoter:
    identity.audit(_who(request), f"promoters.{verb}", ("promoter", made.id), before, _state(made), reason=reason)
    return made


def _before(request: HttpRequest) -> dict[str, object]:
    return _state(facade.by_user(_who(request).user_id))


@router.get("/promoter/agreement", response=AgreementOut)
def read_agreement(request: HttpRequest) -> object:
    """What is agreed to, and the questions on the duty to disclose."""
    return facade.agreement(accounting_date(clock.now()))


@router.post("/promoter/apply/identity", response=PromoterOut)
@transaction.atomic
def apply_identity(request: HttpRequest, body: IdentityIn) -> Promoter:
    """Step 1 of 3."""
    before = _before(request)
    _agreed(request, "promoter_identity", body.consent)
    made = facade.apply_identity(
        _who(request).user_id,
        IdentityInfo(body.kind, body.name, body.number),
        sponsor_id=body.sponsor_id or "",
        sponsor_source=body.sponsor_source,
        now=clock.now(),
    )
    return _recorded(request, "apply_identity", before, made)


@router.post("/promoter/apply/agreement", response=PromoterOut)
@transaction.atomic
def apply_agreement(request: HttpRequest, body: AgreementIn) -> Promoter:
    """Step 2 of 3."""
    before = _before(request)
    made = facade.apply_agreement(_who(request).user_id, version=body.version, answers=body.answers, now=clock.now())
    return _recorded(request, "apply_agreement", before, made)


@router.post("/promoter/apply/payee", response=PromoterOut)
@transaction.atomic
def apply_payee(request: HttpRequest, body: PayeeIn) -> Promoter:
    """Step 3 of 3; the answer says whether the automatic rules let the person in at once."""
    user_id = _who(request).user_id
    before = _before(request)
    _agreed(request, "payee", body.consent)
    channel, account = _where(_mine(request).kind, user_id, body)
    made = facade.apply_payee(user_id, channel=channel, account=account, holder=body.holder, now=clock.now())
    return _recorded(request, "apply_payee", before, made)


@router.get("/promoter/me", response=ProfileOut)
def read_me(request: HttpRequest) -> dict[str, object]:
    """One's own state, level, and where one's money goes."""
    return _profile(_mine(request))


@router.get("/promoter/application", response=ProfileOut | None)
def read_application(request: HttpRequest) -> dict[str, object] | None:
    """The same for anybody who may ask: null for somebody who has never applied, which is no error."""
    found = facade.by_user(identity.require(_who(request)).user_id)
    return _profile(found) if found else None


@router.post("/promoter/me/payee", response=ProfileOut)
@transaction.atomic
def change_payee(request: HttpRequest, body: PayeeIn) -> dict[str, object]:
    """Another account; payouts cool off afterwards."""
    mine = _mine(request)
    identity.require_fresh(_who(request), request.device_id, now=clock.now())  # type: ignore[attr-defined]
    before = _state(mine)
    channel, account = _where(mine.kind, mine.user_id, body)
    facade.change_payee(mine.id, channel=channel, account=account, holder=body.holder, now=clock.now())
    _recorded(request, "change_payee", before, mine)
    return _profile(mine)


@router.get("/promoter/me/team", response=PageOut[MemberOut])
def read_team(request: HttpRequest, page: Query[TeamIn]) -> TeamPage:
    """Who joined through me, narrowed by code, last four digits or how the name begins. Nobody is paid by it."""
    return facade.team(_mine(request).id, text=page.q, state=page.state, after=page.after, limit=page.limit)


@router.get("/promoter/me/ties", response=TiesOut, summary="我的邀请关系")
def read_ties(request: HttpRequest) -> Ties:
    """My sponsor, how many joined through me, and how far the relation may go."""
    return facade.ties(_mine(request).id, now=clock.now())


@router.get("/promoter/me/bonds", response=BondsOut, summary="关系查询")
def ask_bonds(request: HttpRequest, query: Query[AskIn]) -> dict[str, object]:
    """Whether a code or four last digits belong to somebody I am related to. Of others it says nothing, not even that
    they exist."""
    return {"items": facade.bonds(_mine(request).id, query.q)}


@router.get("/promoter/me/team.csv", response={200: None})
def export_team(request: HttpRequest) -> HttpResponse:
    """The same, as a file (at most 10,000 rows)."""
    response = HttpResponse(facade.team_csv(_mine(request).id), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="team.csv"'
    return response


@router.get("/ops/promoters", response=PageOut[PromoterOut])
def list_promoters(request: HttpRequest, page: Query[ListIn]) -> Page:
    """The list; `state=review` is the queue."""
    identity.require(_who(request), *READERS)
    states = [page.state] if page.state else []
    return facade.search(states=states, text=page.q, level=page.level, after=page.after, limit=page.limit)


@router.get("/ops/promoters/{promoter_id}", response=OpsProfileOut)
def read_promoter(request: HttpRequest, promoter_id: Id) -> dict[str, object]:
    """One promoter with everything that happened to him."""
    identity.require(_who(request), *READERS)
    return _profile(facade.one(promoter_id)) | {"history": facade.history(promoter_id)}


@router.post("/ops/promoters/{promoter_id}/decision", response=PromoterOut)
@transaction.atomic
def decide(request: HttpRequest, promoter_id: Id, body: DecisionIn) -> Promoter:
    """A decision with a reason from the catalogue."""
    identity.require(_who(request), *DECIDERS)
    actor, now = _who(request).user_id, clock.now()
    before = _state(facade.one(promoter_id))
    if body.decision in ("approve", "refuse"):
        made = facade.review(
            promoter_id, approve=body.decision == "approve", reason=body.reason, actor=actor, note=body.note, now=now
        )
    else:
        verb = facade.suspend if body.decision == "suspend" else facade.restore
        made = verb(promoter_id, reason=body.reason, actor=actor, note=body.note, now=now)
    return _recorded(request, body.decision, before, made, body.reason)


@router.put("/ops/promoters/{promoter_id}/level", response=PromoterOut)
@transaction.atomic
def set_level(request: HttpRequest, promoter_id: Id, body: LevelIn) -> Promoter:
    """Another level, with its reason in the history."""
    identity.require(_who(request), Role.OPERATOR)
    before = _state(facade.one(promoter_id))
    made = facade.set_level(promoter_id, body.level, actor=_who(request).user_id, reason=body.reason, now=clock.now())
    return _recorded(request, "set_level", before, made, body.reason)


def _profile(promoter: Promoter) -> dict[str, object]:
    payee = facade.payee(promoter.id)
    return {
        "promoter": promoter,
        "reason_text": facade.reasons().get(promoter.reason, ""),
        "payee_masked": payee.masked_account if payee else "",
        "payee_holder": promoter.display_name if payee else "",
        "payee_changed_at": payee.changed_at if payee else None,
        "levels": facade.levels(),
        "level_history": facade.level_history(promoter.id),
    }
