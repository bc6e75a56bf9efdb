"""H5 inside WeChat: log in or bind by 网页授权, over real HTTP to the simulator. CSRF, replay, redirect: 0 logins."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.foundation.identity.conftest import NOON
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import WechatClosed, WechatElsewhere, WechatRefused, WechatUnavailable
from xintui.foundation.identity.models import Device, User, WechatAccount, WechatVisit
from xintui.infra import wechat
from xintui.simulator.server import gateway

WECHAT = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}
BACK = "/promoter/apply"


@pytest.fixture(scope="module")
def sim(tmp_path_factory):
    with gateway(tmp_path_factory.mktemp("official")) as running:
        yield running


@pytest.fixture(autouse=True)
def pointed(sim, monkeypatch, db, noon):
    for name, value in {
        "API": sim.url, "OPEN": sim.url, "APPID": sim.keys.appid, "APPSECRET": sim.keys.appsecret,
        "OA_APPID": sim.keys.oa_appid, "OA_APPSECRET": sim.keys.oa_secret,
    }.items():  # fmt: skip
        monkeypatch.setenv(f"XINTUI_WECHAT_{name}", value)


def travelled(door, who="o_mei", agent=WECHAT):
    """Through the consent page as a person taps 同意: what WeChat sends the browser back with."""
    url = door.url.partition("#")[0]
    page = httpx.get(url, headers=agent, trust_env=False)
    assert page.status_code == 200 and "微信授权" in page.text
    sent = httpx.post(url, data={"who": who, "do": "allow"}, headers=agent, trust_env=False)
    there = urlsplit(sent.headers["Location"])
    assert (there.scheme + "://" + there.netloc + there.path) == "http://127.0.0.1:8000/m/pages/login/wechat"
    return {name: values[0] for name, values in parse_qs(there.query).items()}


def enter(back, ticket, now=NOON):
    return identity.wechat_enter(back["code"], back["state"], ticket, device_name="微信", now=now)


def came(who="o_mei"):
    door = identity.wechat_door(BACK, now=NOON)
    return enter(travelled(door, who), door.ticket)


def by_phone(number):
    """Somebody who logged in by a code to the phone."""
    made = identity.create_user(login=None, password=None, display_name="手机用户", phone=number, now=NOON)
    issued = identity.issue_for(made.user_id, device_name="H5", now=NOON)
    return identity.authenticate(issued.access_token, now=NOON).principal


def bound(who, name="o_mei"):
    door = identity.wechat_door(BACK, user_id=who.user_id, now=NOON)
    back = travelled(door, name)
    return identity.bind_wechat(who, back["code"], back["state"], door.ticket, now=NOON)


def test_the_first_visit_makes_a_buyer_the_second_finds_them_and_both_go_back_where_they_came_from():
    first, second = came(), came()
    assert first.tokens.user_id == second.tokens.user_id and first.back_to == BACK
    assert (User.objects.count(), Device.objects.count(), WechatAccount.objects.count()) == (1, 2, 1)


def test_who_came_by_the_mini_program_before_is_the_same_person_by_unionid(sim):
    code = httpx.get(f"{sim.url}/sim/wx/login", params={"openid": "o_mei"}, trust_env=False).json()["code"]
    mini = identity.wechat_login(code, device_name="iPhone", now=NOON)
    assert came().tokens.user_id == mini.user_id
    assert came("o_other").tokens.user_id != mini.user_id


def test_somebody_with_a_phone_account_binds_their_wechat_once_and_logs_in_by_it_from_then_on(sim):
    who = by_phone("13900000001")
    assert identity.payee_openid(who.user_id) == ""
    assert bound(who).tokens is None
    openid = identity.payee_openid(who.user_id)
    assert openid.startswith("oGZ") and identity.app_of(openid) == sim.keys.oa_appid
    assert bound(who).back_to == BACK  # again: nothing changes
    assert came().tokens.user_id == who.user_id
    with pytest.raises(WechatElsewhere):
        bound(who, "o_somebody_else")
    assert WechatAccount.objects.get().openid == openid


def test_a_wechat_that_has_an_account_cannot_be_bound_to_another():
    came()
    with pytest.raises(WechatElsewhere):
        bound(by_phone("13900000001"))


def test_a_journey_can_only_be_finished_by_the_browser_that_began_it():
    """Login CSRF: the attacker's code and state in the victim's browser, which holds another ticket or none."""
    attacker, victim = identity.wechat_door("", now=NOON), identity.wechat_door("", now=NOON)
    sent = travelled(attacker, "o_attacker")
    with pytest.raises(WechatRefused):
        enter(sent, victim.ticket)
    with pytest.raises(WechatRefused):
        enter(sent, attacker.ticket)  # and the state is used up
    assert Device.objects.count() == 0


def test_a_binding_can_only_be_finished_by_the_person_who_began_it():
    one, other = by_phone("13900000001"), by_phone("13900000002")
    door = identity.wechat_door(BACK, user_id=one.user_id, now=NOON)
    back = travelled(door)
    with pytest.raises(WechatRefused):
        identity.bind_wechat(other, back["code"], back["state"], door.ticket, now=NOON)
    door = identity.wechat_door(BACK, user_id=one.user_id, now=NOON)
    with pytest.raises(WechatRefused):
        enter(travelled(door), door.ticket)
    assert WechatAccount.objects.count() == 0


def test_state_and_code_work_once_and_for_ten_minutes(monkeypatch):
    door = identity.wechat_door("", now=NOON)
    back = travelled(door)
    enter(back, door.ticket)
    with pytest.raises(WechatRefused):
        enter(back, door.ticket)
    again = identity.wechat_door("", now=NOON)
    monkeypatch.setattr(wechat, "code_to_visitor", lambda app, code: wechat.WechatIdentity(app.appid, "oGZx", ""))
    with pytest.raises(WechatRefused):  # a code seen before, whatever WeChat would say
        enter({"code": back["code"], "state": travelled(again)["state"]}, again.ticket)
    late = identity.wechat_door("", now=NOON)
    with pytest.raises(WechatRefused):
        enter(travelled(late), late.ticket, now=NOON + timedelta(minutes=10))
    assert Device.objects.count() == 1


@pytest.mark.parametrize(
    "page",
    ["https://evil.example/", "//evil.example/pages/x", "/\\evil.example", "/ops/", "/pages/home/index#x",
     "/pages/../ops/", "javascript:alert(1)", "/pages/a/b?next=//x y", "/promoter/" + "a" * 300],
)  # fmt: skip
def test_the_way_back_is_a_page_of_our_own(page):
    door = identity.wechat_door(page, now=NOON)
    assert enter(travelled(door), door.ticket).back_to == "/pages/home/index"


def test_a_stand_in_of_a_snapshot_page_is_nobody(monkeypatch):
    monkeypatch.setattr(wechat, "_call", lambda *a, **k: {"openid": "oGZx", "is_snapshotuser": 1})
    door = identity.wechat_door("", now=NOON)
    with pytest.raises(WechatRefused):
        enter(travelled(door), door.ticket)
    assert User.objects.count() == 0


def test_outside_wechat_nobody_is_asked(sim):
    door = identity.wechat_door("", now=NOON)
    assert "请在微信客户端打开链接" in httpx.get(door.url, trust_env=False).text


def test_without_an_official_account_the_door_is_closed_and_without_an_answer_nobody_is_let_in(monkeypatch):
    door = identity.wechat_door("", now=NOON)
    back = travelled(door)
    monkeypatch.setenv("XINTUI_WECHAT_API", "http://127.0.0.1:9")
    with pytest.raises(WechatUnavailable):
        enter(back, door.ticket)
    monkeypatch.delenv("XINTUI_WECHAT_OA_APPID")
    with pytest.raises(WechatClosed):
        identity.wechat_door("", now=NOON)


def test_neither_openid_nor_secret_leaves_the_server_and_nobody_can_name_theirs(client, sim):
    door = client.post("/api/v1/auth/wechat/door", {"back_to": BACK}, content_type="application/json").json()
    back = travelled(type("Door", (), door))
    sent = {**back, "ticket": door["ticket"], "device_name": "微信"}
    forged = client.post("/api/v1/auth/wechat/enter", {**sent, "openid": "oGZx"}, content_type="application/json")
    assert forged.status_code == 422
    answer = client.post("/api/v1/auth/wechat/enter", sent, content_type="application/json")
    assert answer.status_code == 200 and set(answer.json()) == {"tokens", "back_to"}
    token = answer.json()["tokens"]["access_token"]
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert (me.json()["wechat_bound"], me.json()["wechat_open"]) == (True, True)
    for secret in (WechatAccount.objects.get().openid, sim.keys.oa_secret):
        assert secret not in answer.content.decode() + me.content.decode() + str(door)


def test_people_who_never_came_back_are_forgotten():
    identity.wechat_door("", now=NOON)
    assert identity.purge_visits(NOON + timedelta(minutes=9)) == 0
    assert identity.purge_visits(NOON + timedelta(minutes=11)) == 1
    assert WechatVisit.objects.count() == 0
