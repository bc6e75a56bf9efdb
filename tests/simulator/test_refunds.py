"""Refunds through the production client."""

import json

from wechatpayv3 import WeChatPay

from tests.simulator.support import Api, Receiver, order

YUAN_1 = {"refund": 100, "total": 10_000, "currency": "CNY"}


def paid(client: WeChatPay, api: Api, number: str, fen: int = 10_000) -> str:
    order(client, number, "http://127.0.0.1:9/none", fen)
    found = api.post(f"/sim/pay/{number}")
    return str(found["transaction_id"])


def test_a_refund_is_accepted_then_succeeds_and_is_told(client: WeChatPay, api: Api, receiver: Receiver) -> None:
    transaction = paid(client, api, "RORDER01")
    status, message = client.refund("REF1", YUAN_1, transaction_id=transaction, notify_url=receiver.url, reason="错发")
    assert (status, json.loads(message)["status"]) == (200, "PROCESSING")
    api.settle()
    found = json.loads(client.query_refund("REF1")[1])
    assert (found["status"], found["channel"], found["amount"]["refund"]) == ("SUCCESS", "ORIGINAL", 100)
    (told,) = receiver.good
    assert (told["event_type"], told["resource"]["refund_status"]) == ("REFUND.SUCCESS", "SUCCESS")
    assert told["resource"]["amount"] == {"total": 10000, "refund": 100, "payer_total": 10000, "payer_refund": 100}
    assert json.loads(client.query(out_trade_no="RORDER01")[1])["trade_state"] == "REFUND"


def test_the_same_refund_number_is_one_refund_and_other_terms_are_refused(client: WeChatPay, api: Api) -> None:
    paid(client, api, "RORDER02")
    first = json.loads(client.refund("REF2", YUAN_1, out_trade_no="RORDER02")[1])
    again = json.loads(client.refund("REF2", YUAN_1, out_trade_no="RORDER02")[1])
    assert again["refund_id"] == first["refund_id"]
    status, message = client.refund("REF2", YUAN_1 | {"refund": 101}, out_trade_no="RORDER02")
    assert (status, json.loads(message)["code"]) == (400, "INVALID_REQUEST")
    assert api.get("/sim/state")["trades"]["RORDER02"]["refunded"] == 100


def test_refunds_never_exceed_what_was_paid_nor_fifty_parts(client: WeChatPay, api: Api) -> None:
    paid(client, api, "RORDER03")
    codes = [client.refund(f"REF3-{n}", YUAN_1, out_trade_no="RORDER03")[0] for n in range(51)]
    assert codes == [200] * 50 + [400]
    paid(client, api, "RORDER04")
    assert client.refund("REF4a", YUAN_1 | {"refund": 9_999}, out_trade_no="RORDER04")[0] == 200
    status, message = client.refund("REF4b", YUAN_1 | {"refund": 2}, out_trade_no="RORDER04")
    assert (status, json.loads(message)["message"]) == (400, "累计退款金额超过订单金额")
    assert client.refund("REF4c", YUAN_1 | {"refund": 1}, out_trade_no="RORDER04")[0] == 200


def test_a_full_refund_in_parts_gives_the_whole_fee_back(client: WeChatPay, api: Api) -> None:
    before = api.get("/sim/state")["balance"]
    paid(client, api, "RORDER05")
    assert api.get("/sim/state")["balance"] == before + 10_000 - 60
    for n, fen in enumerate((3_333, 3_333, 3_334)):
        client.refund(f"REF5-{n}", YUAN_1 | {"refund": fen}, out_trade_no="RORDER05")
    api.settle()
    state = api.get("/sim/state")
    assert (state["balance"], state["frozen"]) == (before, 0)
    assert state["trades"]["RORDER05"]["fee_returned"] == 60


def test_a_slow_refund_ends_when_the_virtual_clock_says_so(client: WeChatPay, api: Api) -> None:
    paid(client, api, "RORDER06")
    api.fault("refund.slow", seconds=3 * 86_400)
    client.refund("REF6", YUAN_1, out_trade_no="RORDER06")
    api.advance(3 * 86_400 - 60)
    assert json.loads(client.query_refund("REF6")[1])["status"] == "PROCESSING"
    api.advance(61)
    assert json.loads(client.query_refund("REF6")[1])["status"] == "SUCCESS"


def test_a_closed_refund_can_be_made_again_and_an_abnormal_one_is_told(
    client: WeChatPay, api: Api, receiver: Receiver
) -> None:
    paid(client, api, "RORDER07")
    api.fault("refund.closed")
    client.refund("REF7a", YUAN_1 | {"refund": 10_000}, out_trade_no="RORDER07", notify_url=receiver.url)
    api.settle()
    api.fault("refund.abnormal")
    assert (
        client.refund("REF7b", YUAN_1 | {"refund": 10_000}, out_trade_no="RORDER07", notify_url=receiver.url)[0] == 200
    )
    api.settle()
    assert [one["event_type"] for one in receiver.good] == ["REFUND.CLOSED", "REFUND.ABNORMAL"]
    assert json.loads(client.query_refund("REF7b")[1])["status"] == "ABNORMAL"


def test_an_unpaid_order_and_an_unknown_refund_are_not_found(client: WeChatPay) -> None:
    order(client, "RORDER08", "http://127.0.0.1:9/none")
    assert client.refund("REF8", YUAN_1, out_trade_no="RORDER08")[0] == 404
    status, message = client.query_refund("REF8")
    assert (status, json.loads(message)["code"]) == (404, "RESOURCE_NOT_EXISTS")
