"""Orders of payment through the production client."""

import json
import uuid

import pytest
import requests
from wechatpayv3 import WeChatPay, WeChatPayType

from tests.simulator.support import OPENID, Api, Receiver, order
from xintui.simulator.clock import rfc3339
from xintui.simulator.server import Running


def test_a_paid_order_is_told_by_a_callback_the_client_library_accepts(
    client: WeChatPay, api: Api, receiver: Receiver, sim: Running
) -> None:
    status, message = order(client, "ORDER0001", receiver.url, attach="店铺7")
    assert status == 200 and list(json.loads(message)) == ["prepay_id"]
    paid = api.pay("ORDER0001")
    (told,) = receiver.good
    assert (told["event_type"], told["summary"]) == ("TRANSACTION.SUCCESS", "支付成功")
    assert told["resource"] == paid
    assert told["resource"]["amount"] == {
        "total": 10000,
        "payer_total": 10000,
        "currency": "CNY",
        "payer_currency": "CNY",
    }
    assert told["resource"]["payer"] == {"openid": OPENID}
    assert told["resource"]["mchid"] == sim.keys.mchid
    assert told["resource"]["attach"] == "店铺7"
    assert told["headers"]["Wechatpay-Serial"] == sim.keys.platform_serial
    assert api.kinds("ORDER0001") == [("true", "", 200)]


def test_both_queries_say_what_the_callback_said(client: WeChatPay, api: Api, receiver: Receiver) -> None:
    order(client, "ORDER0002", receiver.url)
    before = json.loads(client.query(out_trade_no="ORDER0002")[1])
    assert (before["trade_state"], before["trade_state_desc"]) == ("NOTPAY", "订单未支付")
    assert "transaction_id" not in before
    paid = api.pay("ORDER0002")
    assert client.query(out_trade_no="ORDER0002") == (200, json.dumps(paid, ensure_ascii=False, separators=(",", ":")))
    assert json.loads(client.query(transaction_id=paid["transaction_id"])[1]) == paid


def test_native_and_h5_orders_give_a_code_and_a_page_a_person_can_pay_on(
    client: WeChatPay, api: Api, receiver: Receiver
) -> None:
    _, native = client.pay("茶", "ORDER0003", {"total": 1}, notify_url=receiver.url, pay_type=WeChatPayType.NATIVE)
    assert json.loads(native)["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    scene = {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}
    _, h5 = client.pay(
        "<b>茶</b>", "ORDER0004", {"total": 256}, notify_url=receiver.url, scene_info=scene, pay_type=WeChatPayType.H5
    )
    page = api.http.get(json.loads(h5)["h5_url"])
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "付款" in page.text and "¥2.56" in page.text and "&lt;b&gt;茶&lt;/b&gt;" in page.text
    done = api.http.post(json.loads(h5)["h5_url"] + "?redirect_url=https%3A%2F%2Fshop.example%2F%3Fa%3D1%26b%3D%22")
    assert "支付成功" in done.text
    assert '<a href="https://shop.example/?a=1&amp;b=&quot;">返回商家</a>' in done.text
    assert "返回商家" not in api.http.get(json.loads(h5)["h5_url"] + "?redirect_url=javascript:alert(1)").text
    assert json.loads(client.query(out_trade_no="ORDER0004")[1])["trade_type"] == "MWEB"
    assert api.http.get("/").text.count("/sim/cashier/") == 1


def test_a_closed_order_cannot_be_paid_and_a_paid_one_cannot_be_closed(
    client: WeChatPay, api: Api, receiver: Receiver
) -> None:
    order(client, "ORDER0005", receiver.url)
    assert client.close("ORDER0005") == (204, b"")
    assert client.close("ORDER0005") == (204, b"")
    assert api.pay("ORDER0005")["code"] == "ORDER_CLOSED"
    assert json.loads(order(client, "ORDER0005", receiver.url)[1])["code"] == "ORDER_CLOSED"
    order(client, "ORDER0006", receiver.url)
    api.pay("ORDER0006")
    assert api.pay("ORDER0006")["code"] == "ORDERPAID"
    status, message = client.close("ORDER0006")
    assert (status, json.loads(message)["code"]) == (400, "ORDERPAID")


def test_the_same_number_is_one_order_and_other_terms_are_refused(client: WeChatPay, receiver: Receiver) -> None:
    first = order(client, "ORDER0007", receiver.url)
    assert order(client, "ORDER0007", receiver.url) == first
    status, message = order(client, "ORDER0007", receiver.url, fen=1)
    assert (status, json.loads(message)["message"]) == (400, "请求重入时，参数与首次请求时不一致")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": {"total": 0}}, "PARAM_ERROR"),
        ({"amount": {"total": 1.0}}, "PARAM_ERROR"),
        ({"amount": {"total": True}}, "PARAM_ERROR"),
        ({"amount": {"total": 1, "currency": "USD"}}, "PARAM_ERROR"),
        ({"out_trade_no": "短"}, "PARAM_ERROR"),
        ({"out_trade_no": "X" * 33}, "PARAM_ERROR"),
        ({"notify_url": "http://a/b?c=1"}, "PARAM_ERROR"),
        ({"appid": "wx0"}, "APPID_MCHID_NOT_MATCH"),
        ({"mchid": "1900000001"}, "MCH_NOT_EXISTS"),
        ({"time_expire": "2020-01-01T00:00:00+08:00"}, "PARAM_ERROR"),
        ({"description": "长" * 128}, "PARAM_ERROR"),
    ],
)
def test_a_malformed_order_is_refused_with_the_code_of_the_real_one(
    client: WeChatPay, change: dict[str, object], code: str
) -> None:
    terms = {"description": "茶", "out_trade_no": "ORDER0008", "amount": {"total": 1}, "payer": {"openid": OPENID}}
    status, message = client.pay(**(terms | change))
    assert (status, json.loads(message)["code"]) == (400, code)
    assert client.query(out_trade_no="ORDER0008")[0] == 404


def test_an_order_past_its_expiry_or_seven_days_old_cannot_be_paid(
    client: WeChatPay, api: Api, receiver: Receiver, sim: Running
) -> None:
    order(client, "ORDER0009", receiver.url)
    api.advance(7 * 86_400)
    assert api.pay("ORDER0009")["code"] == "ORDER_CLOSED"
    soon = rfc3339(sim.world.now() + 1800)
    order(client, "ORDER0010", receiver.url, time_expire=soon)
    api.post("/sim/clock", to=rfc3339(sim.world.now() + 1801))
    assert api.post("/sim/pay/ORDER0010")["code"] == "ORDER_EXPIRED"


def test_an_unsigned_altered_or_old_request_gets_401_sign_error(client: WeChatPay, sim: Running) -> None:
    path = f"/v3/pay/transactions/out-trade-no/ORDER0011?mchid={sim.keys.mchid}"
    from wechatpayv3.utils import build_authorization

    def ask(target: str, authorization: str) -> tuple[int, str]:
        found = requests.get(sim.url + target, headers={"Authorization": authorization}, timeout=5)
        assert found.headers["Wechatpay-Serial"] == sim.keys.platform_serial
        return found.status_code, found.json()["code"]

    core = client._core
    true = build_authorization(path, "GET", core._mchid, core._cert_serial_no, core._private_key)
    assert ask(path, true) == (404, "ORDER_NOT_EXIST")
    assert ask(path, "") == (401, "SIGN_ERROR")
    assert ask(path + "&x=1", true) == (401, "SIGN_ERROR")
    assert ask(path, true.replace(sim.keys.merchant_serial, sim.keys.platform_serial)) == (401, "SIGN_ERROR")
    assert ask(path, true.replace('timestamp="1', 'timestamp="2')) == (401, "SIGN_ERROR")
    foreign = build_authorization(path, "GET", core._mchid, core._cert_serial_no, sim.keys.platform_key)
    assert ask(path, foreign) == (401, "SIGN_ERROR")


def test_the_public_key_mode_speaks_under_the_public_key_id_everywhere(
    pubkey_client: WeChatPay, api: Api, sim: Running
) -> None:
    receiver = Receiver(pubkey_client)
    assert order(pubkey_client, "ORDER0012", receiver.url)[0] == 200
    api.pay("ORDER0012")
    receiver.close()
    (told,) = receiver.good
    assert told["headers"]["Wechatpay-Serial"] == sim.keys.public_key_id
    assert sim.keys.public_key_id.startswith("PUB_KEY_ID_")


def test_a_page_pays_with_the_pay_sign_the_platform_made(
    client: WeChatPay, api: Api, receiver: Receiver, sim: Running
) -> None:
    package = "prepay_id=" + json.loads(order(client, "ORDER0013", receiver.url)[1])["prepay_id"]
    stamp, nonce = "1700000000", uuid.uuid4().hex
    sign = client.sign([sim.keys.appid, stamp, nonce, package])
    asked = {"appId": sim.keys.appid, "timeStamp": stamp, "nonceStr": nonce, "package": package, "signType": "RSA"}
    assert api.post("/sim/wx/requestPayment", **asked, paySign=sign[:-8] + "AAAAAAA=")["code"] == "SIGN_ERROR"
    assert api.post("/sim/wx/requestPayment", **asked, paySign=sign) == {"errMsg": "requestPayment:ok"}
    assert json.loads(client.query(out_trade_no="ORDER0013")[1])["trade_state"] == "SUCCESS"
