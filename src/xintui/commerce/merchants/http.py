"""Applying for a shop, its settings, and the operators' desk."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.merchants import facade
from xintui.commerce.merchants.contracts import (
    Application,
    Invitation,
    Merchant,
    MerchantEvent,
    Profile,
    Settings,
    Step,
)
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed, Principal, Role, StaffMember, UserView
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text

router = Router(tags=["商家"])
READERS = (Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR)


Login = Annotated[Text, Field(max_length=32)]
Phone = Annotated[str, Field(pattern=r"^(1[3-9]\d{9})?$")]
Reason = Annotated[Text, Field(min_length=2, max_length=500)]


class SettingsOut(Out):
    auto_receipt_days: int
    freeze_config: str
    freight_fen: int
    free_freight_from_fen: int
    return_address: str
    shares_profit: bool


class MerchantOut(Out):
    id: str
    name: str
    intro: str
    contact_name: str
    contact_phone_masked: str
    legal_name: str
    credit_code: str
    state: str
    settings: SettingsOut
    applied_at: datetime
    activated_at: datetime | None
    wanted: list[str]
    findings: list[str]


class EventOut(Out):
    verb: str
    state: str
    actor: str
    note: str
    at: datetime


class ApplyIn(In):
    name: Annotated[Text, Field(min_length=2, max_length=40)]
    contact_name: Annotated[Text, Field(min_length=1, max_length=40)]
    contact_phone: Annotated[str, Field(pattern=r"^1[3-9]\d{9}$")]
    intro: Annotated[Text, Field(max_length=500)] = ""
    legal_name: Annotated[Text, Field(max_length=100)] = ""
    credit_code: Annotated[Text, Field(max_length=24)] = ""
    files: Annotated[list[Id], Field(max_length=4)] = []
    wanted: Annotated[list[Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,32}$")]], Field(max_length=20)] = []
    insists: bool = False


class SettingsIn(In):
    auto_receipt_days: int = 10
    freeze_config: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,32}$")] = "default"
    freight_fen: int = 0
    free_freight_from_fen: int = 0
    return_address: Annotated[Text, Field(max_length=200)] = ""
    shares_profit: bool = False


class ProfileIn(In):
    intro: Annotated[Text, Field(max_length=500)]
    legal_name: Annotated[Text, Field(min_length=2, max_length=100)]
    credit_code: Annotated[Text, Field(min_length=18, max_length=24)]
    contact_name: Annotated[Text, Field(max_length=40)] = ""


class StepOut(Out):
    key: str
    title: str
    hint: str
    page: str
    optional: bool
    done: bool


class StaffOut(Out):
    user_id: str
    display_name: str
    login: str
    phone_masked: str
    roles: list[Role]
    since: datetime
    last_seen_at: datetime | None
    is_active: bool


class RolesIn(In):
    roles: Annotated[list[Role], Field(min_length=1, max_length=4)]
    reason: Reason


class RemoveIn(In):
    reason: Reason


class InviteIn(In):
    """A login name or a phone number, one of them."""

    login: Login = ""
    phone: Phone = ""
    roles: Annotated[list[Role], Field(min_length=1, max_length=4)]


class InvitationOut(Out):
    id: str
    to: str
    by_phone: bool
    roles: list[Role]
    invited_by: str
    created_at: datetime
    expires_at: datetime
    state: str


class WrittenOut(Out):
    """The secret is told once."""

    invitation: InvitationOut
    secret: str


class AcceptIn(In):
    secret: Annotated[Text, Field(min_length=20, max_length=64)]
    password: Annotated[Text, Field(min_length=1, max_length=128)]
    otp: Annotated[Text, Field(max_length=8)] = ""
    sms: Annotated[Text, Field(max_length=8)] = ""
    name: Annotated[Text, Field(max_length=30)] = ""


class JoinedOut(Out):
    user_id: str
    display_name: str


class DecisionIn(In):
    verb: Literal["activate", "reject", "suspend", "resume"]
    note: Annotated[Text, Field(max_length=500)] = ""


class MerchantsIn(PageIn):
    state: Literal["", "applied", "active", "suspended", "rejected", "closed"] = ""
    text: Annotated[Text, Field(max_length=40)] = ""


@router.post("", response={201: MerchantOut})
def apply(request: HttpRequest, body: ApplyIn) -> Status[Merchant]:
    """申请入驻. With licence, name and categories of low risk the rule opens the shop at once; else a person decides.

    `files`: pictures of the licence (`qualification_upload`). `insists`: the code is right although its check fails.
    """
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if who.merchant_id is not None:
        raise NotAllowed  # somebody who acts for one shop cannot write another's row; apply as a person
    given = body.dict() | {"files": tuple(body.files), "wanted": tuple(body.wanted)}
    return Status(201, facade.apply(Application(**given), by=who, now=clock.now()))


@router.get("/mine", response=MerchantOut)
def mine(request: HttpRequest) -> Merchant:
    """The shop that the asker works for."""
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    return facade.get(merchant_id)


@router.put("/mine/settings", response=MerchantOut)
def settings(request: HttpRequest, body: SettingsIn) -> Merchant:
    """The shop's own settings; they hold from now on."""
    who, merchant_id = identity.require_merchant(request.principal, Role.MERCHANT_OWNER)  # type: ignore[attr-defined]
    return facade.change_settings(merchant_id, Settings(**body.dict()), actor=who, now=clock.now())


@router.put("/mine/profile", response=MerchantOut)
def profile(request: HttpRequest, body: ProfileIn) -> Merchant:
    """店铺资料: who runs the shop."""
    who, merchant_id = identity.require_merchant(request.principal, Role.MERCHANT_OWNER)  # type: ignore[attr-defined]
    return facade.change_profile(merchant_id, Profile(**body.dict()), by=who, now=clock.now())


@router.get("/mine/checklist", response=list[StepOut])
def checklist(request: HttpRequest) -> list[Step]:
    """开店清单, judged from facts."""
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    return list(facade.checklist(merchant_id))


@router.get("/mine/staff", response=list[StaffOut])
def staff(request: HttpRequest) -> list[StaffMember]:
    """员工: who works for the shop."""
    _, merchant_id = identity.require_merchant(request.principal, Role.MERCHANT_OWNER)  # type: ignore[attr-defined]
    return list(identity.members_of(merchant_id))


def _proved(request: HttpRequest) -> tuple[Principal, str]:
    """The owner, who has just shown that it is them."""
    who, merchant_id = identity.require_merchant(request.principal, Role.MERCHANT_OWNER)  # type: ignore[attr-defined]
    identity.require_fresh(who, request.device_id, now=clock.now())  # type: ignore[attr-defined]
    return who, merchant_id


@router.put("/mine/staff/{user_id}", response=list[StaffOut])
def set_roles(request: HttpRequest, user_id: Id, body: RolesIn) -> list[StaffMember]:
    """更改员工角色: the roles as a whole; that person logs in anew."""
    who, merchant_id = _proved(request)
    return list(facade.set_roles(merchant_id, user_id, body.roles, by=who, reason=body.reason, now=clock.now()))


@router.post("/mine/staff/{user_id}/remove", response=list[StaffOut])
def remove(request: HttpRequest, user_id: Id, body: RemoveIn) -> list[StaffMember]:
    """移出员工: the next request of that person is refused."""
    who, merchant_id = _proved(request)
    return list(facade.set_roles(merchant_id, user_id, [], by=who, reason=body.reason, now=clock.now()))


@router.get("/mine/invitations", response=list[InvitationOut])
def invitations(request: HttpRequest) -> list[Invitation]:
    """员工邀请, newest first."""
    _, merchant_id = identity.require_merchant(request.principal, Role.MERCHANT_OWNER)  # type: ignore[attr-defined]
    return facade.invitations(merchant_id, now=clock.now())


@router.post("/mine/invitations", response={201: WrittenOut})
def invite(request: HttpRequest, body: InviteIn) -> Status[facade.Written]:
    """邀请员工: the secret goes to the person, who shows that login name or phone are theirs."""
    who, merchant_id = _proved(request)
    made = facade.invite(merchant_id, body.roles, login=body.login, phone=body.phone, by=who, now=clock.now())
    return Status(201, made)


@router.post("/mine/invitations/{invitation_id}/withdraw", response=InvitationOut)
def withdraw(request: HttpRequest, invitation_id: Id) -> Invitation:
    """撤回邀请."""
    who, merchant_id = identity.require_merchant(request.principal, Role.MERCHANT_OWNER)  # type: ignore[attr-defined]
    return facade.withdraw_invitation(merchant_id, invitation_id, by=who, now=clock.now())


@router.post("/invitations/accept", response=JoinedOut, auth=None)
def accept(request: HttpRequest, body: AcceptIn) -> UserView:
    """接受邀请: with the secret, and the account's password or (a phone without one) a code sent to the phone."""
    return facade.accept_invitation(**body.dict(), now=clock.now())


@router.get("", response=PageOut[MerchantOut])
def listing(request: HttpRequest, query: Query[MerchantsIn]) -> dict[str, Any]:
    """All merchants, for the platform's people."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    found = facade.listing(state=query.state, text=query.text, after=query.after, limit=query.limit + 1)
    page = found[: query.limit]
    return {"items": page, "next": page[-1].id if len(found) > query.limit else None}


@router.get("/{merchant_id}", response=MerchantOut)
def read(request: HttpRequest, merchant_id: Id) -> Merchant:
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return facade.get(merchant_id)


@router.get("/{merchant_id}/checklist", response=list[StepOut])
def checklist_of(request: HttpRequest, merchant_id: Id) -> list[Step]:
    """How far a shop has come, for the platform's people."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return list(facade.checklist(facade.get(merchant_id).id))


@router.get("/{merchant_id}/history", response=list[EventOut])
def history(request: HttpRequest, merchant_id: Id) -> list[MerchantEvent]:
    """What was decided about a merchant, by whom and why."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return facade.history(merchant_id)


@router.post("/{merchant_id}/decision", response=MerchantOut)
def decide(request: HttpRequest, merchant_id: Id, body: DecisionIn) -> Merchant:
    """开通、驳回、暂停、恢复."""
    who = identity.require(request.principal, Role.OPERATOR)  # type: ignore[attr-defined]
    return facade.decide(merchant_id, body.verb, by=who, now=clock.now(), note=body.note)
