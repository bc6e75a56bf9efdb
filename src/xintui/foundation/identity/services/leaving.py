"""A person leaves: the account keeps its id, which says nothing, and nothing else."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.identity.models import Device, RoleGrant, Token, User, WechatAccount
from xintui.foundation.identity.services.audit import audit

LEFT = "已注销用户"


@transaction.atomic
def forget(user_id: str, *, now: datetime) -> None:
    """Names, numbers, devices and roles are gone, every session ends; phone and WeChat may open a new account."""
    gone = User.objects.filter(id=user_id).update(
        login=None,
        phone=None,
        appid="",
        openid=None,
        unionid=None,
        display_name=LEFT,
        is_active=False,
        password=make_password(None),
        permission_version=F("permission_version") + 1,
        totp_sealed="",
        totp_enrolled_at=None,
    )
    if not gone:
        return
    Token.objects.filter(device__user_id=user_id).delete()
    Device.objects.filter(user_id=user_id).update(name="", ip="")
    Device.objects.filter(user_id=user_id, revoked_at=None).update(revoked_at=now, revoked_for="left")
    WechatAccount.objects.filter(user_id=user_id).delete()
    RoleGrant.objects.filter(user_id=user_id).delete()
    audit(SYSTEM, "identity.forget", ("user", user_id), {"is_active": True}, {"is_active": False})
