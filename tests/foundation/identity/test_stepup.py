"""再次验证: money and the place it goes to ask for a proof that is not older than five minutes."""

from datetime import timedelta

import pyotp
import pytest
from django.test import Client

from tests.foundation.identity.conftest import NOON, PASSWORD
from tests.foundation.identity.test_phone import PHONE, pointed, read, sim  # noqa: F401 - fixtures
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import (
    LoginRefused,
    Role,
    StepUpRequired,
    TooManyAttempts,
    WrongCode,
)
from xintui.foundation.identity.models import AuditEntry, Device, User
from xintui.infra import clock

LATER = NOON + timedelta(minutes=5)


def seated(*roles, login="li", phone=None, now=NOON):
    """Somebody logged in at noon: principal and device."""
    made = identity.create_user(
        display_name=login, login=login, password=PASSWORD, phone=phone, roles=[(r, "") for r in roles], now=now
    )
    issued = identity.issue_for(made.user_id, device_name="t", now=now)
    caller = identity.authenticate(issued.access_token, now=now)
    return caller.principal, issued.device_id


def enrolled(principal):
    secret = pyotp.parse_uri(identity.begin_totp(principal.user_id)).secret
    identity.confirm_totp(principal, pyotp.TOTP(secret).at(NOON), now=NOON)
    return pyotp.TOTP(secret)


def test_a_login_is_a_proof_for_five_minutes():
    who, device = seated(Role.BUYER)
    identity.require_fresh(who, device, now=LATER - timedelta(seconds=1))
    with pytest.raises(StepUpRequired) as refusal:
        identity.require_fresh(who, device, now=LATER)
    assert refusal.value.ways == ("password",) and "登录密码" in str(refusal.value)


def test_a_proof_belongs_to_one_device_and_its_owner():
    who, device = seated(Role.BUYER)
    other, _ = seated(Role.BUYER, login="wang")
    with pytest.raises(StepUpRequired):
        identity.require_fresh(other, device, now=NOON)
    identity.step_up(other, device, password=PASSWORD, now=LATER)
    with pytest.raises(StepUpRequired):
        identity.require_fresh(who, device, now=LATER)


def test_with_an_authenticator_the_password_is_not_enough_and_digits_work_once():
    who, device = seated(Role.FINANCE)
    totp = enrolled(who)
    assert identity.step_up_state(who, device, now=LATER).ways == ("otp",)
    with pytest.raises(LoginRefused):
        identity.step_up(who, device, password=PASSWORD, now=LATER)
    digits = totp.at(LATER)
    assert identity.step_up(who, device, otp=digits, now=LATER).fresh_until == LATER + timedelta(minutes=5)
    with pytest.raises(LoginRefused):
        identity.step_up(who, device, otp=digits, now=LATER)
    trail = AuditEntry.objects.filter(action__startswith="identity.step_up").order_by("id")
    assert [(line.action, line.after["way"]) for line in trail] == [
        ("identity.step_up_refused", ""), ("identity.step_up", "otp"), ("identity.step_up_refused", ""),
    ]  # fmt: skip


def test_guessing_is_stopped_after_five():
    who, device = seated(Role.BUYER)
    for _ in range(5):
        with pytest.raises(LoginRefused):
            identity.step_up(who, device, password="wrong", now=LATER)
    with pytest.raises(TooManyAttempts):
        identity.step_up(who, device, password=PASSWORD, now=LATER)
    assert Device.objects.get(id=device).proved_at == NOON


def test_a_code_goes_to_the_phone_on_record_and_opens_this_door_only(sim):  # noqa: F811
    who, device = seated(Role.BUYER, phone=PHONE)
    assert identity.step_up_state(who, device, now=LATER).ways == ("password", "sms")
    identity.send_step_up_code(who, now=LATER)
    given = read(sim)[-1]["params"][0]
    with pytest.raises(WrongCode):
        identity.phone_login(PHONE, given, device_name="thief", now=LATER)
    assert identity.step_up(who, device, sms=given, now=LATER).fresh_until is not None


def test_sms_is_no_proof_for_the_platforms_staff():
    who, device = seated(Role.FINANCE, phone=PHONE)
    assert identity.step_up_state(who, device, now=LATER).ways == ("password",)


def test_a_wechat_login_alone_is_no_proof():
    who, _ = seated(Role.BUYER)
    user = User.objects.get(id=who.user_id)
    from xintui.foundation.identity.services import tokens
    from xintui.infra import tenancy

    with tenancy.as_platform():
        device = tokens.open_device(user, merchant_id="", device_name="t", now=NOON, proved=False)
    with pytest.raises(StepUpRequired):
        identity.require_fresh(who, device.id, now=NOON)


def test_by_the_api():
    who, _ = seated(Role.BUYER, login="zhao")
    issued = identity.issue_for(who.user_id, device_name="t", now=NOON)
    client = Client(headers={"Authorization": f"Bearer {issued.access_token}"})
    clock.set_for_story(LATER)
    assert client.get("/api/v1/me/step-up").json() == {"ways": ["password"], "fresh_until": None}
    bad = client.post("/api/v1/me/step-up", {"password": "x"}, "application/json")
    assert (bad.status_code, bad.json()["code"]) == (401, "identity.login_refused")
    good = client.post("/api/v1/me/step-up", {"password": PASSWORD}, "application/json")
    assert good.status_code == 200 and good.json()["fresh_until"] is not None
