"""/me/certificates/…: one's own papers, as a shop or a promoter; /certificates/…: the desk; the catalogue; the checker.

Who is which holder is known above, and so is what a shop says of itself and what it sells.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.merchants import facade as merchants
from xintui.entrypoints.appeals import AppealOut
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed, Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal
from xintui.trust.appeals.contracts import State as AppealState
from xintui.trust.privacy.contracts import PersonErased
from xintui.trust.qualification import facade
from xintui.trust.qualification.contracts import (
    Certificate,
    Draft,
    Facts,
    Holder,
    HolderKind,
    Kind,
    Need,
    State,
    Terms,
    UnfitFile,
)

router: Final = Router(tags=["资质"])
READERS: Final = (Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
DECIDERS: Final = (Role.OPERATOR, Role.REVIEWER)
OWNER: Final = Role.MERCHANT_OWNER
Number = Annotated[Text, Field(min_length=1, max_length=60)]


class KindOut(Out):
    kind: Kind
    title: str
    of: str
    by_rule: bool
    personal: bool
    years: int
    says: str
    source: str


class PromoterAsksOut(Out):
    any_of: list[Kind]
    channels: list[str]


class ClassOut(Out):
    """Each entry of `merchant` and `product` must be met, by any one of its kinds."""

    code: str
    title: str
    categories: list[str]
    low_risk: bool
    merchant: list[list[Kind]]
    product: list[list[Kind]]
    promoter: PromoterAsksOut | None
    says: str
    source: str


class RequirementsOut(Out):
    version: str
    source: str
    verified_on: date
    remind_days: list[int]
    check_months: int
    kinds: list[KindOut]
    classes: list[ClassOut]


class PartOut(Out):
    name: str
    text: str
    says: str


class ReadingOut(Out):
    """A number taken apart; `doubts` call a person and refuse nothing."""

    kind: Kind
    title: str
    number: str
    parts: list[PartOut]
    doubts: list[str]


class CheckIn(In):
    number: Number
    kind: Kind | None = None


class FindingOut(Out):
    code: str
    says: str
    fatal: bool


class CertificateOut(Out):
    """`number` is masked where it is a person's; `findings`: why a person looks, or why it was refused."""

    id: str
    kind: Kind
    title: str
    number: str
    name: str
    issued_on: date | None
    expires_on: date | None
    files: list[str]
    state: State
    by_rule: bool
    findings: list[FindingOut]
    submitted_at: datetime
    decided_at: datetime | None
    reason: str


class OwnCertificateOut(CertificateOut):
    appeal: AppealState | None


class CertificateFileOut(CertificateOut):
    """For the desk. `check_since`: a re-check waits since then."""

    holder_kind: HolderKind
    holder_id: str
    decided_by: str
    checked_at: datetime | None
    check_on: date | None
    check_since: datetime | None
    version: str


class NeedOut(Out):
    """`met_by`: the certificate that meets it, empty while it is missing."""

    code: str
    title: str
    any_of: list[Kind]
    says: str
    why: str
    source: str
    met_by: str


class CertificateIn(In):
    kind: Kind
    number: Number
    name: Annotated[Text, Field(min_length=2, max_length=100)]
    issued_on: date | None = None
    expires_on: date | None = None
    files: Annotated[list[Id], Field(max_length=4)] = []
    insists: bool = False


class CertificatesIn(PageIn):
    state: State | None = None
    kind: Kind | None = None
    checking: bool = False


class PapersWordsIn(In):
    words: Annotated[Text, Field(min_length=4, max_length=500)]


class VerdictIn(In):
    passed: bool
    reason: Annotated[Text, Field(min_length=2, max_length=500)]


class RecheckIn(In):
    holds: bool
    reason: Annotated[Text, Field(min_length=2, max_length=500)]


class BlockIn(In):
    value: Annotated[Text, Field(min_length=2, max_length=100)]
    reason: Annotated[Text, Field(min_length=2, max_length=200)]


class LiftIn(In):
    reason: Annotated[Text, Field(min_length=2, max_length=200)]


class KeptOut(Out):
    id: str


def holder_of(principal: Principal) -> Holder:
    """A shop's people the shop, else the promoter one is. Raises `NotAPromoter`."""
    if principal.merchant_id is not None:
        return Holder(HolderKind.MERCHANT, principal.merchant_id)
    found = promoters.by_user(principal.user_id)
    if found is None:
        raise NotAPromoter("none")
    return Holder(HolderKind.PROMOTER, found.id)


def facts_of(holder: Holder) -> Facts:
    """What a shop says of itself; of a promoter nothing is handed down, whose name stands sealed elsewhere."""
    shop = merchants.get_many([holder.id]).get(holder.id) if holder.kind is HolderKind.MERCHANT else None
    return Facts(shop.legal_name, shop.credit_code) if shop else Facts()


def categories_of(holder: Holder) -> set[str]:
    """What a shop said it would sell and what it has; a promoter may speak for anything."""
    if holder.kind is HolderKind.PROMOTER:
        return {one for found in facade.catalogue(accounting_date(clock.now())).classes for one in found.categories}
    shop = merchants.get_many([holder.id]).get(holder.id)
    return set(shop.wanted if shop else ()) | catalog.categories_of(holder.id)


def _me(request: HttpRequest) -> tuple[Principal, Holder]:
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    return principal, holder_of(principal)


def _actor(request: HttpRequest) -> tuple[Principal, Holder]:
    """Papers of a shop are its owner's to hand in. Raises `NotAllowed`."""
    principal, holder = _me(request)
    if holder.kind is HolderKind.MERCHANT and not principal.has(OWNER):
        raise NotAllowed
    return principal, holder


def _need(one: Need) -> NeedOut:
    return NeedOut(
        code=one.of.code, title=one.of.title, any_of=list(one.any_of), says=one.says, why=one.of.says,
        source=one.of.source, met_by=one.met_by,
    )  # fmt: skip


def _file(one: Certificate) -> CertificateFileOut:
    given = CertificateOut.from_orm(one).model_dump()
    more = {name: getattr(one, name) for name in ("decided_by", "checked_at", "check_on", "check_since", "version")}
    return CertificateFileOut(holder_kind=one.holder.kind, holder_id=one.holder.id, **more, **given)


@router.get("/qualification/requirements", auth=None, response=RequirementsOut)
def requirements(request: HttpRequest) -> dict[str, Any]:
    """Which class of goods asks what of shop, product and promoter, on which law, for everybody."""
    found: Terms = facade.catalogue(accounting_date(clock.now()))
    names = ("version", "source", "verified_on", "remind_days", "check_months", "classes")
    return {name: getattr(found, name) for name in names} | {"kinds": list(found.kinds.values())}


@router.post("/qualification/check", response=list[ReadingOut])
def check(request: HttpRequest, body: CheckIn) -> list[dict[str, Any]]:
    """What a number says of itself; refused with the character that is wrong and what belongs there."""
    identity.require(request.principal)  # type: ignore[attr-defined]
    found = [facade.check(body.kind, body.number)] if body.kind else facade.guess(body.number)
    if not found:
        raise facade.nearest(body.number)
    names = ("kind", "number", "parts", "doubts")
    return [{name: getattr(one, name) for name in names} | {"title": facade.TITLES[one.kind]} for one in found]


@router.post("/qualification/files", response={201: KeptOut})
def upload(request: HttpRequest) -> Status[dict[str, str]]:
    """A picture of a paper as the raw request body; kept sealed, shown to its owner and the desk."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    if not request.body:
        raise UnfitFile("内容为空")
    return Status(201, {"id": facade.upload(request.body, by=principal, now=clock.now())})


@router.get("/qualification/files/{scan_id}", response={200: None, 404: None})
def picture(request: HttpRequest, scan_id: Id) -> HttpResponse:
    """A picture of one's own paper; for the desk any."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    if principal.merchant_id is None and principal.has(*READERS):
        content = facade.file(scan_id)
    else:
        found = promoters.by_user(principal.user_id) if principal.merchant_id is None else None
        shop = Holder(HolderKind.MERCHANT, principal.merchant_id) if principal.merchant_id else None
        holder = Holder(HolderKind.PROMOTER, found.id) if found else shop
        content = facade.file(scan_id, owner=principal.user_id, holder=holder)
    return HttpResponse(content, content_type="image/webp", headers={"Cache-Control": "no-store"})


@router.get("/me/certificates", response=PageOut[OwnCertificateOut])
def mine(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """Your papers, newest first, with your appeals."""
    _, holder = _me(request)
    page = facade.of(holder, after=query.after, limit=query.limit)
    there = appeals.about(About.QUALIFICATION, [one.id for one in page.items])

    def out(one: Certificate) -> OwnCertificateOut:
        appeal = there.get(one.id)
        return OwnCertificateOut(appeal=appeal.state if appeal else None, **CertificateOut.from_orm(one).model_dump())

    return page_out(page, out)


@router.get("/me/certificates/needs", response=list[NeedOut])
def needs(request: HttpRequest) -> list[NeedOut]:
    """What the law asks of you for what you sell (or speak for), and what already meets it."""
    _, holder = _me(request)
    today = accounting_date(clock.now())
    return [_need(one) for one in facade.needs(holder, categories_of(holder), today=today)]


@router.post("/me/certificates", response={201: CertificateOut})
def submit(request: HttpRequest, body: CertificateIn) -> Status[Certificate]:
    """Hand a paper in. What the rule can decide is decided in the answer; else `findings` says why a person looks."""
    principal, holder = _actor(request)
    draft = Draft(**(body.dict() | {"files": tuple(body.files)}))
    return Status(201, facade.submit(holder, draft, facts_of(holder), by=principal, now=clock.now()))


@router.post("/me/certificates/{certificate_id}/withdraw", response=CertificateOut)
def withdraw(request: HttpRequest, certificate_id: Id) -> Certificate:
    """Take a paper back; what depends on it stops."""
    principal, holder = _actor(request)
    return facade.withdraw(certificate_id, holder, by=principal, now=clock.now())


@router.post("/me/certificates/{certificate_id}/appeal", response=AppealOut)
def appeal(request: HttpRequest, certificate_id: Id, body: PapersWordsIn) -> Appeal:
    """Say why a refusal was wrong; a human answers."""
    principal, holder = _actor(request)
    return facade.appeal(certificate_id, holder, body.words, by=principal, now=clock.now())


@router.get("/certificates", response=PageOut[CertificateFileOut])
def listing(request: HttpRequest, query: Query[CertificatesIn]) -> dict[str, Any]:
    """All papers, newest first; `checking`: those whose re-check waits."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    wanted = {"state": query.state or "", "kind": query.kind or "", "checking": query.checking}
    return page_out(facade.certificates(**wanted, after=query.after, limit=query.limit), _file)  # type: ignore[arg-type]


@router.get("/certificates/{certificate_id}", response=CertificateFileOut)
def read(request: HttpRequest, certificate_id: Id) -> CertificateFileOut:
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return _file(facade.one(certificate_id))


@router.post("/certificates/{certificate_id}/decision", response=CertificateFileOut)
def decide(request: HttpRequest, certificate_id: Id, body: VerdictIn) -> CertificateFileOut:
    """Compared with its picture: passed or refused, with the reason its holder reads."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    return _file(facade.decide(certificate_id, body.passed, body.reason, by=principal, now=clock.now()))


@router.post("/certificates/{certificate_id}/recheck", response=CertificateFileOut)
def recheck(request: HttpRequest, certificate_id: Id, body: RecheckIn) -> CertificateFileOut:
    """The half-yearly look: it holds, or no longer."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    return _file(facade.look_again(certificate_id, body.holds, body.reason, by=principal, now=clock.now()))


@router.post("/qualification/blocked", response={201: KeptOut})
def block(request: HttpRequest, body: BlockIn) -> Status[dict[str, str]]:
    """A number or a name that is not accepted from now on; what is in force stays until it is looked at."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    return Status(201, {"id": facade.block(body.value, body.reason, by=principal, now=clock.now())})


@router.post("/qualification/blocked/{blocked_id}/lift", response=KeptOut)
def lift(request: HttpRequest, blocked_id: Id, body: LiftIn) -> dict[str, str]:
    """It is accepted again."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    facade.lift_block(blocked_id, body.reason, by=principal, now=clock.now())
    return {"id": blocked_id}


def forget(events: Sequence[PersonErased]) -> None:
    """Handler: a promoter has left, and her papers with her."""
    for one in events:
        found = promoters.by_user(one.user_id)
        if found is not None:
            facade.forget(found.id, one.user_id)
