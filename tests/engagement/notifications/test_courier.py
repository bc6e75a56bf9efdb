"""One permission, one message: against a gateway that speaks WeChat's protocol over real HTTP, with its faults."""

from datetime import timedelta

import httpx
import pytest

from tests.commerce.world import T0
from xintui.engagement.notifications import facade
from xintui.engagement.notifications.contracts import Channel, Notice, Quiet
from xintui.engagement.notifications.models import Consent, Delivery
from xintui.foundation.identity import facade as identity
from xintui.infra import wechat
from xintui.simulator.server import gateway

OPENID = "o_who_allowed_the_messages"
GOODS = "特级明前西湖龙井茶叶礼盒装二百五十克送礼佳品"
SHIPPED = {"order_id": "ord1", "goods": GOODS, "carrier": "顺丰", "tracking_no": "SF1"}
TEMPLATE = "TMPL_shipped"


class Sim:
    """The levers of the gateway."""

    def __init__(self, url):
        self.http = httpx.Client(base_url=url, trust_env=False)

    def allow(self, times=1, template=TEMPLATE):
        self.http.get("/sim/wx/subscribe", params={"openid": OPENID, "template_id": template, "times": times})

    def fault(self, name, times=1, **params):
        asked = {"name": name, "times": times, "where": "mini.message", "params": params}
        assert self.http.post("/sim/faults", json=asked).status_code == 200

    @property
    def messages(self):
        return self.http.get("/sim/state").json()["messages"]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with gateway(tmp_path_factory.mktemp("wechat")) as found:
        yield found


@pytest.fixture
def sim(running, monkeypatch, db):
    monkeypatch.setenv("XINTUI_WECHAT_API", running.url)
    monkeypatch.setenv("XINTUI_WECHAT_APPID", running.keys.appid)
    monkeypatch.setenv("XINTUI_WECHAT_APPSECRET", running.keys.appsecret)
    monkeypatch.setenv("XINTUI_WECHAT_TEMPLATES", f"order_shipped={TEMPLATE},withdrawal_paid=TMPL_paid")
    wechat._tokens.clear()
    levers = Sim(running.url)
    levers.http.delete("/sim/faults")
    levers.http.post("/sim/reset")
    yield levers
    levers.http.delete("/sim/faults")
    levers.http.close()


@pytest.fixture
def user(sim):
    code = sim.http.get("/sim/wx/login", params={"openid": OPENID}).json()["code"]
    return identity.wechat_login(code, device_name="iPhone", now=T0).user_id


def shipped(user, n=1, now=T0):
    return facade.tell([Notice(user, "order_shipped", f"ord{n}", SHIPPED)], now=now)


def states(user):
    return [row.state for row in Delivery.objects.filter(user_id=user).order_by("id")]


def left(user):
    return Consent.objects.get(user_id=user, code="order_shipped").left


def test_what_is_asked_after_paying_is_what_the_installation_has_templates_for(user):
    [one] = facade.askable(user, "paid", now=T0)
    assert (one.code, one.template_id, one.title, one.left) == ("order_shipped", TEMPLATE, "商家已发货", 0)
    assert [one.code for one in facade.askable(user, "withdrawn", now=T0)] == ["withdrawal_paid"]
    assert facade.allow(user, {TEMPLATE: True, "TMPL_paid": False, "TMPL_strange": True}, now=T0) == 1
    assert [one.left for one in facade.askable(user, "paid", now=T0)] == [1]
    row = Consent.objects.get(user_id=user, code="withdrawal_paid")
    assert (row.left, row.granted, row.declined) == (0, 0, 1)


def test_one_permission_sends_one_message_whose_fields_fit(sim, user):
    sim.allow()
    facade.allow(user, {TEMPLATE: True}, now=T0)
    shipped(user, 1)
    shipped(user, 2)
    assert facade.send_due(now=T0) == 2
    assert states(user) == ["sent", "refused"]
    [sent] = sim.messages
    assert sent["touser"] == OPENID and sent["template_id"] == TEMPLATE
    row = Delivery.objects.get(state="sent")
    assert sent["page"] == f"pages/messages/open?id={row.id}"
    assert sent["data"]["thing1"]["value"] == "特级明前西湖龙井茶叶礼盒装二百五十克送…"
    assert len(sent["data"]["thing1"]["value"]) == 20
    assert row.msgid and left(user) == 0
    assert facade.send_due(now=T0) == 0


def test_without_a_permission_nothing_is_even_queued(user):
    shipped(user)
    assert states(user) == []


def test_quiet_hours_are_waited_for_and_old_news_is_not_sent(sim, user):
    sim.allow(2)
    facade.allow(user, {TEMPLATE: True}, now=T0)
    night = T0 + timedelta(hours=13)  # 23:00 in Shanghai
    shipped(user, 1, now=night)
    assert facade.send_due(now=night) == 0
    morning = night + timedelta(hours=9)
    assert facade.send_due(now=morning) == 1
    assert states(user) == ["sent"]
    facade.allow(user, {TEMPLATE: True}, now=morning)
    shipped(user, 2, now=morning)
    late = morning + timedelta(hours=49)
    assert facade.send_due(now=late) == 0
    assert facade.end_old(now=late) == {"lost": 0, "old": 1}
    assert states(user) == ["sent", "expired"]
    assert left(user) == 1


def test_who_wants_no_quiet_hours_is_told_at_night(sim, user):
    sim.allow()
    facade.allow(user, {TEMPLATE: True}, now=T0)
    facade.keep_quiet(user, Quiet(0, 0), now=T0)
    night = T0 + timedelta(hours=13)
    shipped(user, now=night)
    assert facade.send_due(now=night) == 1
    assert states(user) == ["sent"]


def test_a_lost_answer_is_never_sent_again_because_it_may_have_arrived(sim, user):
    sim.allow(2)
    facade.allow(user, {TEMPLATE: True}, now=T0)
    sim.fault("answer.lost")
    shipped(user)
    facade.send_due(now=T0)
    assert states(user) == ["unknown"]
    facade.send_due(now=T0 + timedelta(hours=1))
    assert len(sim.messages) == 1, "it had arrived"
    assert left(user) == 0


@pytest.mark.parametrize(
    ("errcode", "state", "permission"),
    [
        (43101, "refused", 0),
        (47003, "failed", 1),
        (40037, "failed", 1),
        (45009, "waiting", 1),
        (40003, "failed", 1),
    ],
)
def test_each_no_of_wechat_is_understood(sim, user, errcode, state, permission):
    sim.allow(2)
    facade.allow(user, {TEMPLATE: True}, now=T0)
    sim.fault("answer.error", errcode=errcode, message="x")
    shipped(user)
    facade.send_due(now=T0)
    row = Delivery.objects.get()
    assert (row.state, row.errcode, left(user)) == (state, errcode, permission)
    assert sim.messages == []


def test_a_day_quota_waits_for_the_next_day_and_then_goes_out(sim, user):
    sim.allow()
    facade.allow(user, {TEMPLATE: True}, now=T0)
    sim.fault("answer.error", errcode=45009, message="x")
    shipped(user)
    assert facade.send_due(now=T0) == 1
    assert facade.send_due(now=T0 + timedelta(hours=1)) == 0
    assert facade.send_due(now=T0 + timedelta(hours=23)) == 1
    assert states(user) == ["sent"]


def test_a_token_that_went_stale_is_renewed_and_the_message_still_goes_out_once(sim, user):
    sim.allow()
    facade.allow(user, {TEMPLATE: True}, now=T0)
    wechat.access_token(wechat.configured())
    sim.http.post("/sim/clock", json={"advance": 7300})
    shipped(user)
    facade.send_due(now=T0)
    assert states(user) == ["sent"]
    assert len(sim.messages) == 1


def test_without_a_token_nothing_was_sent_so_it_is_tried_again(sim, user, monkeypatch):
    sim.allow()
    facade.allow(user, {TEMPLATE: True}, now=T0)
    shipped(user)
    monkeypatch.setenv("XINTUI_WECHAT_API", "http://127.0.0.1:9")
    facade.send_due(now=T0)
    assert (states(user), left(user)) == (["waiting"], 1)
    monkeypatch.setenv("XINTUI_WECHAT_API", str(sim.http.base_url).rstrip("/"))
    facade.send_due(now=T0 + timedelta(minutes=6))
    assert states(user) == ["sent"]


def test_a_courier_that_never_came_back_leaves_an_unknown(user):
    facade.allow(user, {TEMPLATE: True}, now=T0)
    shipped(user)
    Delivery.objects.update(state="sending", lease_until=T0 + timedelta(minutes=2))
    assert facade.end_old(now=T0 + timedelta(minutes=1))["lost"] == 0
    assert facade.end_old(now=T0 + timedelta(minutes=3))["lost"] == 1
    assert states(user) == ["unknown"]


def test_whoever_turned_the_channel_off_meanwhile_gets_nothing_and_keeps_the_permission(sim, user):
    sim.allow()
    facade.allow(user, {TEMPLATE: True}, now=T0)
    shipped(user)
    facade.prefer(user, "order", Channel.WECHAT, on=False, now=T0)
    facade.send_due(now=T0)
    assert (states(user), left(user), sim.messages) == (["dropped"], 1, [])
    shipped(user, 2)
    assert states(user) == ["dropped"]


def test_the_gateway_refuses_a_field_that_is_too_long_as_wechat_does(sim):
    token = wechat.access_token(wechat.configured())
    sim.allow()
    body = {"touser": OPENID, "template_id": TEMPLATE, "data": {"thing1": {"value": "长" * 21}}}
    answer = sim.http.post("/cgi-bin/message/subscribe/send", params={"access_token": token}, json=body).json()
    assert answer == {"errcode": 47003, "errmsg": "argument invalid! data.thing1.value invalid"}
