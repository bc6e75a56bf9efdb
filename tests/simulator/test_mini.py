"""The mini-program server API."""

import io
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
import zxingcpp
from PIL import Image
from wechatpayv3 import WeChatPay

from tests.simulator.support import OPENID, Api, order
from xintui.infra import wechat
from xintui.simulator.server import Running


@pytest.fixture
def token(api: Api, sim: Running) -> str:
    asked = {"grant_type": "client_credential", "appid": sim.keys.appid, "secret": sim.keys.appsecret}
    found = api.post("/cgi-bin/stable_token", **asked)
    assert 7190 <= found["expires_in"] <= 7200
    assert api.post("/cgi-bin/stable_token", **asked)["access_token"] == found["access_token"]
    return str(found["access_token"])


def session(api: Api, sim: Running, code: str, **change: str) -> Any:
    asked = {
        "appid": sim.keys.appid, "secret": sim.keys.appsecret, "js_code": code, "grant_type": "authorization_code",
    } | change  # fmt: skip
    return api.get("/sns/jscode2session", **asked)


def test_a_login_code_is_exchanged_once_within_five_minutes(api: Api, sim: Running) -> None:
    code = api.get("/sim/wx/login", openid=OPENID)["code"]
    found = session(api, sim, code)
    assert (found["openid"], sorted(found)) == (OPENID, ["openid", "session_key", "unionid"])
    assert session(api, sim, code)["errcode"] == 40163
    late = api.get("/sim/wx/login", openid=OPENID)["code"]
    api.advance(301)
    assert session(api, sim, late) == {"errcode": 40029, "errmsg": "invalid code"}
    assert session(api, sim, "nonsense")["errcode"] == 40029


def test_a_wrong_app_or_secret_does_not_spend_the_code(api: Api, sim: Running) -> None:
    code = api.get("/sim/wx/login", openid=OPENID)["code"]
    assert session(api, sim, code, appid="wx0")["errcode"] == 40013
    assert session(api, sim, code, secret="x")["errcode"] == 40125
    assert session(api, sim, code)["openid"] == OPENID


def test_a_phone_code_is_not_a_login_code(api: Api, sim: Running, token: str) -> None:
    code = api.get("/sim/wx/phone", openid=OPENID, phone="13912345678")["code"]
    assert session(api, sim, code)["errcode"] == 40029
    path = f"/wxa/business/getuserphonenumber?access_token={token}"
    found = api.post(path, code=code)
    assert (found["errcode"], found["phone_info"]["purePhoneNumber"]) == (0, "13912345678")
    assert found["phone_info"]["watermark"]["appid"] == sim.keys.appid
    assert api.post(path, code=code)["errcode"] == 40163


def test_a_missing_wrong_or_old_token_is_refused(api: Api, sim: Running, token: str) -> None:
    path = "/wxa/msg_sec_check"
    assert api.post(path)["errcode"] == 41001
    assert api.post(f"{path}?access_token=x")["errcode"] == 40001
    api.advance(7201)
    assert api.post(f"{path}?access_token={token}")["errcode"] == 42001


def read(picture: bytes) -> str:
    """What a scanner reads."""
    return str(zxingcpp.read_barcode(Image.open(io.BytesIO(picture))).text)


def test_a_mini_program_code_is_a_jpeg_that_a_scanner_reads(api: Api, sim: Running, token: str) -> None:
    path = f"/wxa/getwxacodeunlimit?access_token={token}"
    found = api.http.post(path, json={"scene": "t=Ab3-_", "page": "pages/index"})
    assert (found.headers["Content-Type"], found.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert Image.open(io.BytesIO(found.content)).size == (430, 430)
    asked = parse_qs(urlparse(read(found.content)).query)
    assert asked == {
        "appid": [sim.keys.appid], "path": ["pages/index"], "query": ["scene=t%3DAb3-_"], "env_version": ["release"],
    }  # fmt: skip
    clear = api.http.post(path, json={"scene": "a", "page": "pages/index", "is_hyaline": True, "width": 280})
    picture = Image.open(io.BytesIO(clear.content))
    assert (clear.headers["Content-Type"], picture.mode, picture.size) == ("image/png", "RGBA", (280, 280))


def test_what_no_code_is_made_of(api: Api, token: str) -> None:
    path = f"/wxa/getwxacodeunlimit?access_token={token}"
    assert api.post(path, scene="x" * 33)["errcode"] == 40129
    assert api.post(path, scene="含中文")["errcode"] == 40129
    assert api.post(path, scene="a", page="/pages/index")["errcode"] == 41030
    assert api.post(path, scene="a", width=100)["errcode"] == 40097
    assert api.post(path, scene="a", env_version="beta")["errcode"] == 40097
    assert api.post(path, scene="a", line_color={"r": 300, "g": 0, "b": 0})["errcode"] == 40097


def test_a_page_that_was_never_released_has_a_code_only_in_a_trial(api: Api, token: str) -> None:
    api.post("/sim/wx/pages", pages=["pages/index"])
    path = f"/wxa/getwxacodeunlimit?access_token={token}"
    assert api.post(path, scene="a", page="pages/new")["errcode"] == 41030
    kinds = [
        api.http.post(path, json={"scene": "a", "page": page, **more}).headers["Content-Type"]
        for page, more in (
            ("pages/index", {}),
            ("pages/new", {"check_path": False}),
            ("pages/new", {"env_version": "trial"}),
        )
    ]
    assert kinds == ["image/jpeg"] * 3


def test_our_client_gets_the_picture_renews_a_stale_token_and_says_what_wechat_refused(api: Api, sim: Running) -> None:
    app = wechat.MiniProgram(sim.url, sim.keys.appid, sim.keys.appsecret)
    assert "scene%3Dabc" in read(wechat.mini_code(app, "abc", "pages/open/index"))
    api.post("/cgi-bin/stable_token", grant_type="client_credential", appid=app.appid, secret=app.appsecret,
             force_refresh=True)  # fmt: skip
    assert wechat.mini_code(app, "abc", "pages/open/index")[:3] == b"\xff\xd8\xff"
    with pytest.raises(wechat.WechatError, match="40129"):
        wechat.mini_code(app, "", "pages/open/index")
    api.fault("answer.error", where="mini.code", errcode=45009, message="reach max api daily quota limit")
    with pytest.raises(wechat.WechatError, match="45009"):
        wechat.mini_code(app, "abc", "pages/open/index")
    api.fault("answer.error", where="mini.code", errcode=-1)
    with pytest.raises(wechat.WechatDown):
        wechat.mini_code(app, "abc", "pages/open/index")


def test_text_is_judged_for_a_user_active_in_the_last_two_hours(api: Api, sim: Running, token: str) -> None:
    path = f"/wxa/msg_sec_check?access_token={token}"
    asked = {"version": 2, "scene": 2, "openid": OPENID}
    assert api.post(path, content="好茶", **asked)["errcode"] == 40003
    session(api, sim, api.get("/sim/wx/login", openid=OPENID)["code"])
    verdicts = [api.post(path, content=words, **asked)["result"] for words in ("好茶", "加微信领券", "在线赌博")]
    assert [(one["suggest"], one["label"]) for one in verdicts] == [("pass", 100), ("review", 10001), ("risky", 20006)]
    assert api.post(path, content="茶" * 2501, **asked)["errcode"] == 40097


def test_shipping_is_accepted_for_a_paid_order_of_that_payer(client: WeChatPay, api: Api, token: str) -> None:
    order(client, "MORDER01", "http://127.0.0.1:9/none")
    paid = api.post("/sim/pay/MORDER01")
    body = {
        "order_key": {"order_number_type": 2, "transaction_id": paid["transaction_id"]},
        "logistics_type": 1, "delivery_mode": 1, "upload_time": "2026-11-23T10:00:00.000+08:00",
        "shipping_list": [{"tracking_no": "SF1", "express_company": "SF", "item_desc": "茶叶 1 盒"}],
        "payer": {"openid": OPENID},
    }  # fmt: skip
    path = f"/wxa/sec/order/upload_shipping_info?access_token={token}"
    assert api.post(path, **body) == {"errcode": 0, "errmsg": "ok"}
    assert api.post(path, **body)["errcode"] == 10060023
    assert api.post(path, **(body | {"payer": {"openid": "o_other"}}))["errcode"] == 10060031
    assert (
        api.post(path, **(body | {"order_key": {"order_number_type": 2, "transaction_id": "0"}}))["errcode"] == 10060001
    )
    assert api.post(path, **(body | {"shipping_list": [{"item_desc": "茶"}]}))["errcode"] == 10060014


def test_one_consent_is_one_message(api: Api, token: str) -> None:
    path = f"/cgi-bin/message/subscribe/send?access_token={token}"
    body = {"touser": OPENID, "template_id": "T1", "data": {"thing1": {"value": "已发货"}}}
    assert api.post(path, **body)["errcode"] == 40003
    assert api.get("/sim/wx/subscribe", openid=OPENID, template_id="T1") == {"left": 1}
    assert api.post(path, **(body | {"data": {"thing1": 1}}))["errcode"] == 47003
    assert api.post(path, **body)["errcode"] == 0
    assert api.post(path, **body) == {"errcode": 43101, "errmsg": "user refuse to accept the msg"}
    assert [one["template_id"] for one in api.get("/sim/state")["messages"]] == ["T1"]


def test_a_fault_speaks_the_mini_program_dialect_here(api: Api, token: str) -> None:
    api.fault("answer.error", where="mini.message", errcode=45009, message="reach max api daily quota limit")
    found = api.http.post(f"/cgi-bin/message/subscribe/send?access_token={token}", json={})
    assert (found.status_code, found.json()["errcode"]) == (200, 45009)
