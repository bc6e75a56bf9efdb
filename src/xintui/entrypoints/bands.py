"""/me/deposit/band…: how one is judged and why, the appeal; /deposit-models/…: the desk's versions, their cards."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.entrypoints import risk
from xintui.entrypoints.appeals import AppealOut
from xintui.entrypoints.deposits import deposit_holder, facts_of
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.kernel.times import accounting_date
from xintui.trust.appeals.contracts import Appeal
from xintui.trust.bands import facade
from xintui.trust.bands.contracts import Model
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Band, HolderKind

router: Final = Router(tags=["保证金"])
READERS: Final = (Role.OPERATOR, Role.FINANCE, Role.REVIEWER, Role.AUDITOR)
ADOPTERS: Final = (Role.OPERATOR,)


class BandReasonOut(Out):
    """`push` in hundredths of all that moves the risk; negative: it speaks for you."""

    code: str
    says: str
    push: int


class OwnBandOut(Out):
    """`by`: the rule table, an adopted model, or a person on appeal. `risk_bp` null: no model judged."""

    band: Band
    says: str
    by: str
    model_id: str
    risk_bp: int | None
    reasons: list[BandReasonOut]


class BandAppealIn(In):
    """`asked`: the band that would be right."""

    asked: Band
    words: Annotated[Text, Field(min_length=4, max_length=500)]


class BandModelOut(Out):
    id: str
    kind: HolderKind
    trained_at: datetime
    in_force: bool
    label: str
    terms: str
    cuts_bp: Mapping[str, int]
    intercept: float
    weights: Mapping[str, float]
    data: Mapping[str, Any]
    quality: Mapping[str, Any]
    limits: list[str]


class BandModelsIn(PageIn):
    kind: HolderKind | None = None


class AdoptIn(In):
    words: Annotated[Text, Field(min_length=4, max_length=500)]


class BackIn(AdoptIn):
    """`to_rules`: to the rule table at once, else to what was in force before."""

    kind: HolderKind
    to_rules: bool = False


class InForceOut(Out):
    """`model_id` empty: the rule table."""

    kind: HolderKind
    model_id: str


def _out(one: Model) -> BandModelOut:
    plain = ("label", "terms", "intercept", "weights", "data", "quality")
    return BandModelOut(
        id=one.id, kind=one.kind, trained_at=one.trained_at, in_force=one.in_force, limits=list(one.card.limits),
        cuts_bp={band.value: bp for band, bp in one.card.cuts_bp.items()},
        **{name: getattr(one.card, name) for name in plain},
    )  # fmt: skip


@router.get("/me/deposit/band", response=OwnBandOut)
def mine(request: HttpRequest) -> OwnBandOut:
    """Which band you are in, who or what says so, and why."""
    holder = deposit_holder(identity.require(request.principal))  # type: ignore[attr-defined]
    now = clock.now()
    return _own(holder_band(holder, now), risk.judge(holder, now))


def holder_band(holder: Any, now: datetime) -> tuple[Band, str]:
    """The band that a quote of today goes by, in words."""
    today: date = accounting_date(now)
    one = deposits.quotes(holder.kind, facts_of(holder, now), today=today)[0]
    return one.band, one.band_says


def _own(stands: tuple[Band, str], judged: Any) -> OwnBandOut:
    band, says = stands
    if judged is None or judged.band is not band or judged.says != says:
        return OwnBandOut(band=band, says=says, by="rules", model_id="", risk_bp=None, reasons=[])
    by = "person" if judged.appeal_id else "model"
    reasons = [BandReasonOut.from_orm(one) for one in judged.reasons]
    return OwnBandOut(band=band, says=says, by=by, model_id=judged.model_id, risk_bp=judged.risk_bp, reasons=reasons)


@router.post("/me/deposit/band/appeal", response=AppealOut)
def appeal(request: HttpRequest, body: BandAppealIn) -> Appeal:
    """Say which band would be right and why; a human answers."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    holder, now = deposit_holder(principal), clock.now()
    band, _ = holder_band(holder, now)
    return facade.appeal(holder, band, body.asked, risk.past(holder, now), body.words, by=principal, now=now)


@router.get("/deposit-models", response=PageOut[BandModelOut])
def listing(request: HttpRequest, query: Query[BandModelsIn]) -> dict[str, Any]:
    """All versions with their cards, newest first."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return page_out(facade.models(kind=query.kind or "", after=query.after, limit=query.limit), _out)


@router.get("/deposit-models/{model_id}", response=BandModelOut)
def read(request: HttpRequest, model_id: Id) -> BandModelOut:
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return _out(facade.one(model_id))


@router.post("/deposit-models/{model_id}/adopt", response=BandModelOut)
def adopt(request: HttpRequest, model_id: Id, body: AdoptIn) -> BandModelOut:
    """New quotes are judged by it from now on; deposits that exist keep their band."""
    principal = identity.require(request.principal, *ADOPTERS)  # type: ignore[attr-defined]
    return _out(facade.adopt(model_id, body.words, by=principal, now=clock.now()))


@router.post("/deposit-models-back", response=InForceOut)
def back(request: HttpRequest, body: BackIn) -> InForceOut:
    """Back to what was in force before, or to the rule table."""
    principal = identity.require(request.principal, *ADOPTERS)  # type: ignore[attr-defined]
    model_id = facade.go_back(body.kind, body.words, to_rules=body.to_rules, by=principal, now=clock.now())
    return InForceOut(kind=body.kind, model_id=model_id)
