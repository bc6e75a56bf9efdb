"""手机验证码: over real HTTP against a server that checks the provider's signature. One code, one use, one purpose."""

from datetime import timedelta

import httpx
import pytest
from django.test import Client

from tests.foundation.identity.conftest import NOON, PASSWORD
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import (
    BadPhone,
    CodePurpose,
    Role,
    SmsUnavailable,
    TooManyAttempts,
    WrongCode,
)
from xintui.foundation.identity.models import AuditEntry, PhoneCode, User
from xintui.infra import sms
from xintui.simulator import sms as provider
from xintui.simulator.server import gateway

PHONE = "13812341234"
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def sim(tmp_path_factory):
    with gateway(tmp_path_factory.mktemp("sms")) as running:
        yield running


@pytest.fixture(autouse=True)
def pointed(sim, monkeypatch, db, noon):
    for key, value in provider.account(sim.keys).items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("XINTUI_SMS_API", sim.url)


def read(sim, phone=PHONE):
    """What the phone received, newest last."""
    return httpx.get(f"{sim.url}/sim/sms", params={"phone": phone}, trust_env=False).json()["items"]


def code(sim, phone=PHONE, now=NOON, purpose=CodePurpose.LOGIN):
    identity.send_code(phone, purpose, now=now)
    return read(sim, phone)[-1]["params"][0]


def login(given, phone=PHONE, now=NOON):
    return identity.phone_login(phone, given, device_name="h5", now=now)


def test_the_first_code_makes_a_buyer_and_the_second_finds_them(sim):
    first = login(code(sim))
    second = login(code(sim, now=NOON + 2 * MINUTE), now=NOON + 2 * MINUTE)
    assert first.user_id == second.user_id
    user = User.objects.get()
    assert (user.phone, user.display_name) == (PHONE, "手机用户1234")
    assert [(g.role, g.merchant_id) for g in identity.grants_of(user.id)] == [(Role.BUYER, "")]
    assert read(sim)[-1]["params"][1] == "5"


def test_neither_number_nor_code_is_kept(sim):
    given = code(sim)
    row = PhoneCode.objects.get()
    kept = bytes(row.phone_digest) + bytes(row.code_digest)
    assert len(kept) == 64 and PHONE.encode() not in kept and given.encode() not in kept


def test_a_code_works_once_and_only_for_five_minutes(sim):
    given = code(sim)
    login(given)
    with pytest.raises(WrongCode):
        login(given)
    late = code(sim, now=NOON + 2 * MINUTE)
    with pytest.raises(WrongCode):
        login(late, now=NOON + 7 * MINUTE)


def test_five_tries_and_the_right_code_is_worth_nothing(sim):
    given = code(sim)
    wrong = f"{(int(given) + 1) % 10**6:06d}"
    for _ in range(5):
        with pytest.raises(WrongCode):
            login(wrong)
    with pytest.raises(WrongCode):
        login(given)
    assert PhoneCode.objects.get().tries == 5


def test_a_newer_code_ends_the_older(sim):
    old = code(sim)
    new = code(sim, now=NOON + 2 * MINUTE)
    if old != new:
        with pytest.raises(WrongCode):
            login(old, now=NOON + 2 * MINUTE)
    assert login(new, now=NOON + 2 * MINUTE).user_id


def test_a_code_for_one_number_or_purpose_opens_no_other(sim):
    other = code(sim, "13912341234")
    with pytest.raises(WrongCode):
        login(other)
    proof = code(sim, "13712341234", purpose=CodePurpose.STEP_UP)
    with pytest.raises(WrongCode):
        login(proof, "13712341234")


def test_sending_is_slow_by_number_and_by_place(sim):
    identity.send_code(PHONE, now=NOON)
    with pytest.raises(TooManyAttempts) as refusal:
        identity.send_code(PHONE, now=NOON)
    assert 0 < refusal.value.retry_after_s <= 60
    with identity.calling_from("203.0.113.9"):
        for n in range(20):
            identity.send_code(f"1391111{n:04d}", now=NOON)
        with pytest.raises(TooManyAttempts):
            identity.send_code("13911119999", now=NOON)


@pytest.mark.parametrize(
    "phone", ["", "1381234123", "12812341234", "+8613812341234x", "１３８１２３４１２３４", "13812341234\n1"]
)
def test_what_is_no_number_costs_nothing(sim, phone):
    with pytest.raises(BadPhone):
        identity.send_code(phone, now=NOON)
    assert PhoneCode.objects.count() == 0


@pytest.mark.parametrize("phone", ["+8613812341234", "138 1234 1234"])
def test_a_number_has_one_spelling(sim, phone):
    before = len(read(sim))
    identity.send_code(phone, now=NOON)
    assert len(read(sim)) == before + 1


def test_staff_roles_never_come_by_a_phone_alone(sim):
    identity.create_user(display_name="Boss", login="boss", password=PASSWORD, phone=PHONE,
                         roles=[(Role.OPERATOR, ""), (Role.BUYER, "")], now=NOON)  # fmt: skip
    caller = identity.authenticate(login(code(sim)).access_token, now=NOON)
    assert caller is not None and caller.principal.roles == {Role.BUYER}


@pytest.mark.parametrize(
    ("name", "value"),
    [("SECRET_KEY", "wrong"), ("SECRET_ID", "AKIDwrong"), ("APP", "1400000009"), ("TEMPLATE", "9"), ("SECRET_KEY", "")],
)
def test_a_provider_that_refuses_or_is_not_configured_is_said_so(sim, monkeypatch, name, value):
    monkeypatch.setenv(f"XINTUI_SMS_{name}", value)
    before = len(read(sim))
    with pytest.raises(SmsUnavailable):
        identity.send_code(PHONE, now=NOON)
    assert len(read(sim)) == before


def test_a_changed_byte_breaks_the_signature(sim):
    account = sms.configured()
    payload = b'{"PhoneNumberSet":["+8613812341234"]}'
    headers = sms._signed(account, payload)
    answer = httpx.post(sim.url + "/", content=payload + b" ", headers=headers, trust_env=False).json()
    assert answer["Response"]["Error"]["Code"] == "AuthFailure.SignatureFailure"


def test_by_the_api(sim):
    client = Client()
    sent = client.post("/api/v1/auth/sms", {"phone": PHONE}, "application/json")
    assert (sent.status_code, sent.json()) == (200, {"done": True})
    body = {"phone": PHONE, "code": read(sim)[-1]["params"][0]}
    assert client.post("/api/v1/auth/phone", body, "application/json").json()["access_token"].startswith("xta_")
    again = client.post("/api/v1/auth/phone", body, "application/json")
    assert (again.status_code, again.json()["code"]) == (422, "identity.wrong_code")
    assert AuditEntry.objects.filter(action="identity.phone_login").count() == 1


def test_the_shop_offers_it_and_keeps_the_cart(sim):
    client = Client()
    assert "手机号登录" in client.get("/enter").content.decode()
    asked = client.post("/enter", {"phone": PHONE, "next": "/cart"}).content.decode()
    assert "验证码已发送" in asked
    wrong = client.post("/enter", {"phone": PHONE, "code": "x", "next": "/cart"}).content.decode()
    assert "验证码不正确或已失效" in wrong
    done = client.post("/enter", {"phone": PHONE, "code": read(sim)[-1]["params"][0], "next": "/cart"})
    assert (done.status_code, done["Location"]) == (302, "/cart")
    assert client.session["buyer"] == User.objects.get().id
    assert client.get("/me/orders").status_code == 200


def test_without_a_provider_the_shop_asks_for_a_name_only(monkeypatch):
    monkeypatch.delenv("XINTUI_SMS_SECRET_ID")
    text = Client().get("/enter").content.decode()
    assert "手机号登录" not in text and "怎么称呼您？" in text
