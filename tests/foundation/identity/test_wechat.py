"""Threat 26: WeChat login over real HTTP against the simulator. Replay, another app, tampering: 0 logins."""

import httpx
import pytest

from tests.foundation.identity.conftest import NOON
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role, WechatRefused, WechatUnavailable
from xintui.foundation.identity.models import Device, User
from xintui.infra import wechat
from xintui.simulator.server import gateway

OPENID, OTHER = "o_first_person_of_the_tests", "o_second_person_of_tests"


@pytest.fixture(scope="module")
def sim(tmp_path_factory):
    with gateway(tmp_path_factory.mktemp("wechat")) as running:
        yield running


@pytest.fixture(autouse=True)
def pointed(sim, monkeypatch, db, noon):
    monkeypatch.setenv("XINTUI_WECHAT_API", sim.url)
    monkeypatch.setenv("XINTUI_WECHAT_APPID", sim.keys.appid)
    monkeypatch.setenv("XINTUI_WECHAT_APPSECRET", sim.keys.appsecret)
    wechat._tokens.clear()


def code(sim, openid=OPENID):
    return httpx.get(f"{sim.url}/sim/wx/login", params={"openid": openid}, trust_env=False).json()["code"]


def login(code):
    return identity.wechat_login(code, device_name="iPhone", now=NOON)


def test_the_first_visit_makes_a_buyer_and_the_second_finds_them(sim):
    first, second = login(code(sim)), login(code(sim))
    assert first.user_id == second.user_id and first.device_id != second.device_id
    user = User.objects.get()
    assert (user.openid, user.appid) == (OPENID, sim.keys.appid)
    assert [(g.role, g.merchant_id) for g in identity.grants_of(user.id)] == [(Role.BUYER, "")]
    assert identity.openid_of(user.id) == OPENID


def test_two_people_are_two_accounts(sim):
    assert login(code(sim)).user_id != login(code(sim, OTHER)).user_id


def test_a_code_works_once_even_if_wechat_would_take_it_again(sim, monkeypatch):
    used = code(sim)
    login(used)
    monkeypatch.setattr(wechat, "code_to_session", lambda app, code: wechat.WechatIdentity(app.appid, OPENID, ""))
    with pytest.raises(WechatRefused):
        login(used)
    assert Device.objects.count() == 1


@pytest.mark.parametrize("change", [str.swapcase, lambda c: c + "x", lambda c: c[:-1], lambda c: "1" + c[1:]])
def test_a_tampered_code_logs_nobody_in(sim, change):
    with pytest.raises(WechatRefused):
        login(change(code(sim)))
    assert (User.objects.count(), Device.objects.count()) == (0, 0)


@pytest.mark.parametrize(("name", "value"), [("XINTUI_WECHAT_APPID", "wx0"), ("XINTUI_WECHAT_APPSECRET", "no")])
def test_a_code_of_another_app_logs_nobody_in(sim, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(WechatRefused):
        login(code(sim))
    assert User.objects.count() == 0


@pytest.mark.parametrize("field", ["openid", "unionid", "phone", "session_key", "user_id", "role"])
def test_a_client_cannot_say_who_it_is(client, sim, field):
    answer = client.post(
        "/api/v1/auth/wechat", {"code": code(sim), field: "o_someone_else"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert User.objects.count() == 0


def test_neither_openid_nor_session_key_nor_secret_is_ever_answered(client, sim):
    answer = client.post("/api/v1/auth/wechat", {"code": code(sim)}, content_type="application/json")
    assert answer.status_code == 200
    assert set(answer.json()) == {
        "access_token", "access_expires_at", "refresh_token", "refresh_expires_at", "device_id", "user_id",
    }  # fmt: skip
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
    for secret in (OPENID, sim.keys.appsecret, "session_key"):
        assert secret not in answer.content.decode() + me.content.decode()


def test_a_phone_token_carries_no_staff_power(client, sim, operator):
    issued = login(code(sim))
    identity.grant_role(operator, issued.user_id, Role.FINANCE, reason="兼任", now=NOON)
    again = login(code(sim))
    assert identity.authenticate(again.access_token, now=NOON).principal.roles == {Role.BUYER}


def test_the_phone_number_comes_from_wechat_and_its_code_works_once(client, sim):
    issued = login(code(sim))
    who = identity.authenticate(issued.access_token, now=NOON).principal
    params = {"openid": OPENID, "phone": "13912345678"}
    given = httpx.get(f"{sim.url}/sim/wx/phone", params=params, trust_env=False).json()["code"]
    identity.bind_phone(who, given, now=NOON)
    assert User.objects.get(id=issued.user_id).phone == "13912345678"
    with pytest.raises(WechatRefused):
        identity.bind_phone(who, given, now=NOON)
    with pytest.raises(WechatRefused):
        login(httpx.get(f"{sim.url}/sim/wx/phone", params=params, trust_env=False).json()["code"])


def test_a_closed_account_is_refused(sim, operator):
    issued = login(code(sim))
    identity.set_active(operator, issued.user_id, False, reason="违规", now=NOON)
    with pytest.raises(WechatRefused):
        login(code(sim))


def test_when_wechat_does_not_answer_nobody_is_let_in(monkeypatch):
    monkeypatch.setenv("XINTUI_WECHAT_API", "http://127.0.0.1:9")
    with pytest.raises(WechatUnavailable):
        login("any")
    assert User.objects.count() == 0
