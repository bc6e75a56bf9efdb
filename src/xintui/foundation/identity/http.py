"""Logging in and out, one's own devices; operators: people, roles and the trail."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from xintui.foundation.identity import facade
from xintui.foundation.identity.contracts import IssuedTokens, Principal, Role, StepUp
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Text, page_out

router = Router(tags=["账号"])
Secret = Annotated[Text, Field(min_length=1, max_length=512)]
Reason = Annotated[Text, Field(min_length=2, max_length=500)]
Installation = Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$", max_length=32)]
"""安装标识: a random number that the client has made and keeps; it is no fingerprint, and clearing the data ends it."""


class LoginIn(In):
    login: Annotated[Text, Field(min_length=1, max_length=64)]
    password: Annotated[Text, Field(min_length=1, max_length=128)]
    otp: Annotated[Text, Field(max_length=8)] = ""
    merchant_id: Id | None = None
    device_name: Annotated[Text, Field(max_length=80)] = ""
    installation: Installation = ""


class WechatLoginIn(In):
    code: Annotated[Text, Field(min_length=1, max_length=128)]
    device_name: Annotated[Text, Field(max_length=80)] = ""
    installation: Installation = ""


Page = Annotated[Text, Field(max_length=200)]


class WechatDoorIn(In):
    back_to: Page = ""


class WechatDoorOut(Out):
    url: str
    ticket: str


class WechatBackIn(In):
    code: Annotated[Text, Field(min_length=1, max_length=128)]
    state: Annotated[Text, Field(min_length=1, max_length=128)]
    ticket: Annotated[Text, Field(min_length=1, max_length=128)]


class WechatEnterIn(WechatBackIn):
    device_name: Annotated[Text, Field(max_length=80)] = ""
    installation: Installation = ""


class PhoneNumberIn(In):
    phone: Annotated[Text, Field(min_length=11, max_length=20)]


class PhoneLoginIn(PhoneNumberIn):
    code: Annotated[Text, Field(min_length=4, max_length=8)]
    device_name: Annotated[Text, Field(max_length=80)] = ""
    installation: Installation = ""


class StepUpIn(In):
    """One of the ways that `GET /me/step-up` names."""

    otp: Annotated[Text, Field(max_length=8)] = ""
    password: Annotated[Text, Field(max_length=128)] = ""
    sms: Annotated[Text, Field(max_length=8)] = ""


class StepUpOut(Out):
    ways: list[str]
    fresh_until: datetime | None


class RefreshIn(In):
    refresh_token: Secret


class TokensOut(Out):
    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime
    device_id: str
    user_id: str


class WelcomedOut(Out):
    """`back_to` is the page of ours they came from; `tokens` are null where nobody new was logged in."""

    tokens: TokensOut | None
    back_to: str


class DoneOut(Out):
    done: bool = True


class MeOut(Out):
    user_id: str
    display_name: str
    roles: list[Role]
    merchant_id: str | None
    wechat_bound: bool
    wechat_open: bool


class DeviceOut(Out):
    device_id: str
    name: str
    ip: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


class DevicesOut(Out):
    items: list[DeviceOut]


class PhoneIn(In):
    code: Annotated[Text, Field(min_length=1, max_length=128)]


class PasswordIn(In):
    old_password: Annotated[Text, Field(min_length=1, max_length=128)]
    new_password: Annotated[Text, Field(min_length=1, max_length=128)]


class GrantOut(Out):
    role: Role
    merchant_id: str
    granted_at: datetime


class UserOut(Out):
    user_id: str
    login: str
    display_name: str
    phone_masked: str
    is_active: bool
    totp_enrolled: bool
    created_at: datetime


class UserDetailOut(UserOut):
    grants: list[GrantOut]


class UsersIn(PageIn):
    search: Annotated[Text, Field(max_length=64)] = ""


class RoleIn(In):
    role: Role
    merchant_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")] = ""
    reason: Reason


class ActiveIn(In):
    active: bool
    reason: Reason


class AuditIn(PageIn):
    actor_id: Annotated[Text, Field(max_length=32)] = ""
    action: Annotated[Text, Field(max_length=60)] = ""
    object_type: Annotated[Text, Field(max_length=40)] = ""
    object_id: Annotated[Text, Field(max_length=80)] = ""
    since: datetime | None = None
    until: datetime | None = None


class AuditOut(Out):
    id: int
    at: datetime
    actor_id: str
    actor_name: str
    action: str
    object_type: str
    object_id: str
    merchant_id: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    ip: str


def _me(request: HttpRequest) -> Principal:
    return facade.require(request.principal)  # type: ignore[attr-defined]


@router.post("/auth/login", response=TokensOut, auth=None, summary="密码登录")
def login(request: HttpRequest, data: LoginIn) -> IssuedTokens:
    """Password and, once enrolled, the six digits of the authenticator."""
    return facade.password_login(
        data.login,
        data.password,
        data.otp,
        merchant_id=data.merchant_id,
        device_name=data.device_name,
        installation=data.installation,
        now=clock.now(),
    )


@router.post("/auth/wechat", response=TokensOut, auth=None, summary="微信一键登录")
def wechat_login(request: HttpRequest, data: WechatLoginIn) -> IssuedTokens:
    """A code of `wx.login()`; who it is, WeChat tells our server."""
    return facade.wechat_login(data.code, device_name=data.device_name, installation=data.installation, now=clock.now())


@router.post("/auth/wechat/door", response=WechatDoorOut, auth=None, summary="微信网页登录：出发")
def wechat_door(request: HttpRequest, data: WechatDoorIn) -> Any:
    """Where the browser goes to log in by WeChat, and the ticket it keeps until it is back."""
    return facade.wechat_door(data.back_to, now=clock.now())


@router.post("/auth/wechat/enter", response=WelcomedOut, auth=None, summary="微信网页登录：返回")
def wechat_enter(request: HttpRequest, data: WechatEnterIn) -> Any:
    """With the code and state that WeChat sent the browser back with, and the browser's own ticket."""
    return facade.wechat_enter(**data.model_dump(), now=clock.now())


@router.post("/me/wechat/door", response=WechatDoorOut, summary="绑定微信：出发")
def wechat_bind_door(request: HttpRequest, data: WechatDoorIn) -> Any:
    """The same for somebody who is logged in and wants to be paid by WeChat."""
    return facade.wechat_door(data.back_to, user_id=_me(request).user_id, now=clock.now())


@router.post("/me/wechat", response=WelcomedOut, summary="绑定微信：返回")
def bind_wechat(request: HttpRequest, data: WechatBackIn) -> Any:
    """Once for good; only by whoever set out."""
    return facade.bind_wechat(_me(request), **data.model_dump(), now=clock.now())


@router.post("/auth/sms", response=DoneOut, auth=None, summary="发送登录验证码")
def send_login_code(request: HttpRequest, data: PhoneNumberIn) -> DoneOut:
    """Six digits to a phone. The same answer for numbers we know and numbers we do not."""
    facade.send_code(data.phone, now=clock.now())
    return DoneOut()


@router.post("/auth/phone", response=TokensOut, auth=None, summary="手机验证码登录")
def phone_login(request: HttpRequest, data: PhoneLoginIn) -> IssuedTokens:
    """For people without WeChat at hand; in their own name only, never in a staff role."""
    return facade.phone_login(**data.model_dump(), now=clock.now())


@router.get("/me/step-up", response=StepUpOut, summary="再次验证状态")
def read_step_up(request: HttpRequest) -> StepUp:
    """Until when the last proof lasts, and how to prove again."""
    return facade.step_up_state(_me(request), request.device_id, now=clock.now())  # type: ignore[attr-defined]


@router.post("/me/step-up", response=StepUpOut, summary="再次验证身份")
def step_up(request: HttpRequest, data: StepUpIn) -> StepUp:
    """Lasts five minutes on this device; payee changes and payout approvals ask for it."""
    who = _me(request)
    return facade.step_up(who, request.device_id, **data.model_dump(), now=clock.now())  # type: ignore[attr-defined]


@router.post("/me/step-up/sms", response=DoneOut, summary="发送再次验证的短信")
def send_step_up_code(request: HttpRequest) -> DoneOut:
    """To the phone on record."""
    facade.send_step_up_code(_me(request), now=clock.now())
    return DoneOut()


@router.post("/auth/refresh", response=TokensOut, auth=None, summary="换取新凭证")
def refresh(request: HttpRequest, data: RefreshIn) -> IssuedTokens:
    """Works once per refresh token; the second use logs the device out."""
    return facade.rotate(data.refresh_token, now=clock.now())


@router.post("/auth/logout", response=DoneOut, auth=None, summary="退出登录")
def logout(request: HttpRequest, data: RefreshIn) -> DoneOut:
    """Ends this device's login. The same answer for tokens we do not know."""
    facade.logout(data.refresh_token, now=clock.now())
    return DoneOut()


@router.get("/me", response=MeOut, summary="当前身份")
def me(request: HttpRequest) -> MeOut:
    """Who the token speaks for."""
    who = _me(request)
    return MeOut(
        user_id=who.user_id, display_name=who.display_name, roles=sorted(who.roles), merchant_id=who.merchant_id,
        wechat_bound=bool(facade.payee_openid(who.user_id)), wechat_open=facade.wechat_open(),
    )  # fmt: skip


@router.get("/me/devices", response=DevicesOut, summary="登录设备")
def list_devices(request: HttpRequest) -> dict[str, Any]:
    """Where one is logged in."""
    return {"items": facade.devices(_me(request), request.device_id)}  # type: ignore[attr-defined]


@router.delete("/me/devices/{device_id}", response=DoneOut, summary="远程退出设备")
def revoke_device(request: HttpRequest, device_id: Id) -> DoneOut:
    """Log one of one's own devices out."""
    facade.revoke_device(_me(request), device_id, now=clock.now())
    return DoneOut()


@router.post("/me/phone", response=DoneOut, summary="绑定微信手机号")
def bind_phone(request: HttpRequest, data: PhoneIn) -> DoneOut:
    """A code of the phone button; the number comes from WeChat."""
    facade.bind_phone(_me(request), data.code, now=clock.now())
    return DoneOut()


@router.post("/me/password", response=DoneOut, summary="修改密码")
def change_password(request: HttpRequest, data: PasswordIn) -> DoneOut:
    """Ends every login of the account."""
    who = _me(request)
    facade.change_password(who.user_id, data.old_password, data.new_password, principal=who, now=clock.now())
    return DoneOut()


@router.get("/ops/users", response=PageOut[UserOut], summary="用户列表")
def list_users(request: HttpRequest, page: Query[UsersIn]) -> dict[str, Any]:
    """Search by id, login name, whole phone number or start of the name."""
    facade.require(_me(request), Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
    return page_out(facade.users(search=page.search, after=page.after, limit=page.limit), UserOut.from_orm)


@router.get("/ops/users/{user_id}", response=UserDetailOut, summary="用户详情")
def read_user(request: HttpRequest, user_id: Id) -> dict[str, Any]:
    """A person and the roles held."""
    facade.require(_me(request), Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
    found = facade.user(user_id)
    return {**vars(found), "grants": facade.grants_of(user_id)}


@router.post("/ops/users/{user_id}/roles", response=UserOut, summary="授予角色")
def grant_role(request: HttpRequest, user_id: Id, data: RoleIn) -> Any:
    """Takes effect with the person's next request. Asks for a proof of who hands it out."""
    facade.require_fresh(_me(request), request.device_id, now=clock.now())  # type: ignore[attr-defined]
    return facade.grant_role(_me(request), user_id, data.role, data.merchant_id, reason=data.reason, now=clock.now())


@router.post("/ops/users/{user_id}/roles/revoke", response=UserOut, summary="收回角色")
def revoke_role(request: HttpRequest, user_id: Id, data: RoleIn) -> Any:
    """The person's next request is refused. Asks for a proof of who takes it back."""
    facade.require_fresh(_me(request), request.device_id, now=clock.now())  # type: ignore[attr-defined]
    return facade.revoke_role(_me(request), user_id, data.role, data.merchant_id, reason=data.reason, now=clock.now())


@router.post("/ops/users/{user_id}/active", response=UserOut, summary="停用或启用账号")
def set_active(request: HttpRequest, user_id: Id, data: ActiveIn) -> Any:
    """Closing an account ends its sessions."""
    return facade.set_active(_me(request), user_id, data.active, reason=data.reason, now=clock.now())


@router.get("/ops/audit", response=PageOut[AuditOut], summary="审计记录")
def list_audit(request: HttpRequest, page: Query[AuditIn]) -> dict[str, Any]:
    """Newest first."""
    facade.require(_me(request), Role.OPERATOR, Role.AUDITOR)
    return page_out(facade.audit_trail(**page.model_dump()), AuditOut.from_orm)
