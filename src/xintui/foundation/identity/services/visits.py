"""微信网页授权: people on H5 inside WeChat log in, or bind their WeChat to the account they have.

Three things make a return believable: the state (random, ours, once, ten minutes), the ticket that only the browser
which set out holds (so that nobody can be made to finish somebody else's journey: login CSRF), and the code, which we
exchange ourselves and remember. The way back is a page of our own, checked when setting out and kept here.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from xintui.foundation.identity.contracts import (
    Principal,
    Role,
    TooManyAttempts,
    WechatClosed,
    WechatDoor,
    WechatElsewhere,
    WechatRefused,
    WechatUnavailable,
    Welcomed,
)
from xintui.foundation.identity.models import RoleGrant, User, WechatAccount, WechatVisit
from xintui.foundation.identity.services import tokens
from xintui.foundation.identity.services.audit import audit, caller_ip
from xintui.foundation.identity.services.login import PER_PLACE, WINDOW_S, spend_code
from xintui.infra import tenancy, wechat
from xintui.infra.throttle import facade as throttle
from xintui.kernel.ids import new_id

LIFE: Final = timedelta(minutes=10)
LANDING: Final = "/m/pages/login/wechat"
HOME: Final = "/pages/home/index"
_PAGE: Final = re.compile(r"/(pages|promoter)/[a-z]+(/[a-z]+)?(\?[0-9A-Za-z_=&%.-]*)?")


def wechat_open() -> bool:
    """Whether this installation has an Official Account."""
    app = wechat.official_account()
    return bool(app.appid and app.appsecret)


def wechat_door(back_to: str, *, user_id: str = "", now: datetime) -> WechatDoor:
    """Set out for WeChat, to log in or (`user_id`) to bind. Raises `WechatClosed`, `TooManyAttempts`."""
    if not wechat_open():
        raise WechatClosed
    _slow_down(now)
    state, ticket = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
    page = back_to if _PAGE.fullmatch(back_to) and len(back_to) <= 200 else HOME
    with tenancy.as_platform(), transaction.atomic():
        WechatVisit.objects.create(
            state_digest=_digest(state),
            ticket_digest=_digest(ticket),
            user_id=user_id,
            back_to=page,
            expires_at=now + LIFE,
        )
    back = settings.PUBLIC_URL.rstrip("/") + LANDING
    return WechatDoor(wechat.authorize_url(wechat.official_account(), back, state), ticket)


def wechat_enter(
    code: str, state: str, ticket: str, *, device_name: str, installation: str = "", now: datetime
) -> Welcomed:
    """Back from WeChat as a stranger: tokens. Raises `WechatRefused`, `WechatUnavailable`, `TooManyAttempts`."""
    back_to = _returned(state, ticket, "", now)
    met = _asked(code, now)
    with tenancy.as_platform(), transaction.atomic():
        user = _known(met, now)
        if not user.is_active:
            raise WechatRefused
        issued = tokens.issue(
            user,
            merchant_id="",
            personal=True,
            device_name=device_name,
            installation=installation,
            now=now,
            proved=False,
        )
        who = Principal(user.id, frozenset(), None, user.display_name, user.permission_version)
        audit(who, "identity.wechat_login", ("device", issued.device_id))
    return Welcomed(issued, back_to)


def bind_wechat(principal: Principal, code: str, state: str, ticket: str, *, now: datetime) -> Welcomed:
    """Back from WeChat as who set out: the WeChat is theirs from now on, once and for good.

    Raises `WechatRefused`, `WechatElsewhere`, `WechatUnavailable`, `TooManyAttempts`.
    """
    back_to = _returned(state, ticket, principal.user_id, now)
    met = _asked(code, now)
    with tenancy.as_platform(), transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(id=principal.user_id)
        if _bind(user, met, now):
            audit(principal, "identity.bind_wechat", ("user", user.id), {}, {"openid": "*" * 6 + met.openid[-4:]})
    return Welcomed(None, back_to)


def _slow_down(now: datetime) -> None:
    if wait := throttle.hit(f"wechat//{caller_ip()}", limit=PER_PLACE, seconds=WINDOW_S, now=now):
        raise TooManyAttempts(wait)


def _returned(state: str, ticket: str, user_id: str, now: datetime) -> str:
    """The page to go back to. Whatever is wrong, the state is used up: there is no second try with it."""
    _slow_down(now)
    with tenancy.as_platform(), transaction.atomic():
        visit = WechatVisit.objects.select_for_update().filter(state_digest=_digest(state)).first()
        if visit is not None:
            visit.delete()
    mine = visit is not None and hmac.compare_digest(bytes(visit.ticket_digest), _digest(ticket))
    if visit is None or not mine or visit.user_id != user_id or visit.expires_at <= now:
        raise WechatRefused
    return str(visit.back_to)


def _asked(code: str, now: datetime) -> wechat.WechatIdentity:
    app = wechat.official_account()
    spend_code(app.appid, code, now)
    try:
        return wechat.code_to_visitor(app, code)
    except wechat.WechatError:
        raise WechatRefused from None
    except wechat.WechatDown:
        raise WechatUnavailable from None


def _known(met: wechat.WechatIdentity, now: datetime) -> User:
    """The account bound to this visitor; or that of the same person in the mini-program (unionid); or a new one."""
    account = WechatAccount.objects.select_related("user").filter(appid=met.appid, openid=met.openid).first()
    if account is not None:
        return account.user
    user = User.objects.filter(unionid=met.unionid).first() if met.unionid else None
    try:
        with transaction.atomic():
            user = user or _made(met, now)
            WechatAccount.objects.create(user=user, appid=met.appid, openid=met.openid, bound_at=now)
    except IntegrityError:
        found = WechatAccount.objects.select_related("user").filter(appid=met.appid, openid=met.openid).first()
        if found is None:
            raise WechatRefused from None  # the account of this unionid is another visitor's already
        return found.user
    return user


def _made(met: wechat.WechatIdentity, now: datetime) -> User:
    user = User(
        id=new_id("usr"), unionid=met.unionid or None, display_name="微信用户", password=make_password(None),
        created_at=now,
    )  # fmt: skip
    user.save(force_insert=True)
    RoleGrant.objects.create(
        id=new_id("grt"), user=user, role=Role.BUYER.value, merchant_id="", granted_by="system", granted_at=now
    )
    return user


def _bind(user: User, met: wechat.WechatIdentity, now: datetime) -> bool:
    """False: it was bound already."""
    there = WechatAccount.objects.filter(appid=met.appid, openid=met.openid).first()
    if there is not None:
        if there.user_id != user.id:
            raise WechatElsewhere
        return False
    if met.unionid and user.unionid not in (None, "", met.unionid):
        raise WechatElsewhere
    try:
        with transaction.atomic():
            WechatAccount.objects.create(user=user, appid=met.appid, openid=met.openid, bound_at=now)
            if met.unionid and not user.unionid:
                User.objects.filter(id=user.id).update(unionid=met.unionid)
    except IntegrityError:
        raise WechatElsewhere from None
    return True


def payee_openid(user_id: str) -> str:
    """Where WeChat can pay this person: as they are known to the mini-program, or else to the Official Account."""
    user = User.objects.filter(id=user_id).values_list("openid", flat=True).first()
    if user:
        return str(user)
    return WechatAccount.objects.filter(user_id=user_id).order_by("id").values_list("openid", flat=True).first() or ""


def app_of(openid: str) -> str:
    """The Official Account this openid belongs to; "" for those of the mini-program, which pays by default."""
    return WechatAccount.objects.filter(openid=openid).values_list("appid", flat=True).first() or ""


def purge_visits(now: datetime) -> int:
    """Forget people who never came back."""
    return WechatVisit.objects.filter(expires_at__lt=now).delete()[0]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
