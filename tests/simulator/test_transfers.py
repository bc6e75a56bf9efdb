"""Merchant transfers through the production client."""

import json
from typing import Any

import pytest
from wechatpayv3 import WeChatPay

from tests.simulator.support import Api, Receiver
from xintui.simulator.server import Running

INFOS = [
    {"info_type": "岗位类型", "info_content": "推广员"},
    {"info_type": "报酬说明", "info_content": "十一月推广佣金"},
]


def send(client: WeChatPay, number: str, fen: int = 5_000, **more: Any) -> tuple[int, Any]:
    asked = {"transfer_scene_report_infos": INFOS, "user_recv_perception": "劳务报酬"} | more
    status, message = client.mch_transfer_bills(number, "1005", "o_promoter_1", fen, "佣金", **asked)
    return status, json.loads(message)


def state(client: WeChatPay, number: str) -> tuple[str, str]:
    found = json.loads(client.mch_transfer_bills_query(out_bill_no=number)[1])
    return found["state"], found.get("fail_reason", "")


def test_a_transfer_waits_for_the_payee_then_succeeds_and_is_told(
    client: WeChatPay, api: Api, receiver: Receiver, sim: Running
) -> None:
    status, made = send(client, "TB1", notify_url=receiver.url)
    assert (status, made["state"]) == (200, "WAIT_USER_CONFIRM")
    assert state(client, "TB1") == ("WAIT_USER_CONFIRM", "")
    done = api.post("/sim/wx/requestMerchantTransfer", mchId=sim.keys.mchid, package=made["package_info"])
    assert done == {"errMsg": "requestMerchantTransfer:ok"}
    api.settle()
    assert state(client, "TB1") == ("SUCCESS", "")
    (told,) = receiver.good
    assert told["event_type"] == "MCHTRANSFER.BILL.FINISHED"
    assert {key: told["resource"][key] for key in ("out_bill_no", "state", "mch_id", "transfer_amount", "openid")} == {
        "out_bill_no": "TB1", "state": "SUCCESS", "mch_id": sim.keys.mchid, "transfer_amount": 5000,
        "openid": "o_promoter_1",
    }  # fmt: skip
    assert api.get("/sim/state")["balance"] == 1_000_000_000 - 5_000
    number = made["transfer_bill_no"]
    assert json.loads(client.mch_transfer_bills_query(transfer_bill_no=number)[1])["out_bill_no"] == "TB1"


def test_the_same_number_is_one_transfer_also_with_a_name_encrypted_anew(client: WeChatPay) -> None:
    first = send(client, "TB2", user_name="张三")
    assert send(client, "TB2", user_name="张三") == first
    assert send(client, "TB2", user_name="李四")[1]["code"] == "INVALID_REQUEST"
    assert send(client, "TB2", 5_001, user_name="张三")[0] == 400


def test_an_unconfirmed_transfer_expires_after_a_day_and_the_money_is_free_again(client: WeChatPay, api: Api) -> None:
    send(client, "TB3")
    assert api.get("/sim/state")["frozen"] == 5_000
    api.advance(86_400 - 60)
    assert state(client, "TB3") == ("WAIT_USER_CONFIRM", "")
    api.advance(61)
    assert state(client, "TB3") == ("FAIL", "OVERDUE_CLOSE")
    assert api.get("/sim/state")["frozen"] == 0
    assert api.post("/sim/transfer/TB3/confirm")["code"] == "INVALID_REQUEST"


def test_a_transfer_can_be_cancelled_until_the_payee_confirms(client: WeChatPay, api: Api) -> None:
    send(client, "TB4")
    assert json.loads(client.mch_transfer_bills_cancel("TB4")[1])["state"] == "CANCELING"
    api.settle()
    assert state(client, "TB4") == ("CANCELLED", "MCH_CANCEL")
    send(client, "TB5")
    assert api.post("/sim/transfer/TB5/confirm")["state"] == "SUCCESS"
    assert client.mch_transfer_bills_cancel("TB5")[0] == 400


def test_the_payees_real_name_is_compared_where_it_is_known(client: WeChatPay, api: Api) -> None:
    api.post("/sim/people", openid="o_promoter_1", name="张三")
    send(client, "TB6", user_name="李四")
    assert api.post("/sim/transfer/TB6/confirm")["fail_reason"] == "NAME_NOT_CORRECT"
    send(client, "TB7", user_name="张三")
    assert api.post("/sim/transfer/TB7/confirm")["state"] == "SUCCESS"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"transfer_scene_report_infos": INFOS[:1]}, "PARAM_ERROR"),
        ({"transfer_scene_report_infos": [*INFOS, {"info_type": "活动名称", "info_content": "x"}]}, "PARAM_ERROR"),
        ({"user_recv_perception": "现金奖励"}, "INVALID_REQUEST"),
        ({"transfer_amount": 9}, "PARAM_ERROR"),
        ({"transfer_amount": 2_000_001, "user_name": "张三"}, "QUOTA_EXCEED"),
        ({"transfer_scene_id": "9999"}, "INVALID_REQUEST"),
        ({"out_bill_no": "TB-8"}, "PARAM_ERROR"),
        ({"transfer_remark": "长" * 33}, "PARAM_ERROR"),
        ({"appid": "wx0"}, "INVALID_REQUEST"),
    ],
)
def test_a_malformed_transfer_is_refused(client: WeChatPay, change: dict[str, Any], code: str) -> None:
    asked = {
        "out_bill_no": "TB8", "transfer_scene_id": "1005", "openid": "o_p", "transfer_amount": 100,
        "transfer_remark": "佣金", "transfer_scene_report_infos": INFOS,
    }  # fmt: skip
    status, message = client.mch_transfer_bills(**(asked | change))
    assert (status // 100, json.loads(message)["code"]) == (4, code)
    assert client.mch_transfer_bills_query(out_bill_no="TB8")[0] == 404


def test_a_name_is_required_from_two_thousand_yuan_and_refused_below_thirty_fen(
    client: WeChatPay, sim: Running
) -> None:
    """The client library enforces both itself, so the gateway is asked past it."""
    body = {
        "appid": sim.keys.appid, "out_bill_no": "TB9", "transfer_scene_id": "1005", "openid": "o_p",
        "transfer_remark": "佣金", "transfer_scene_report_infos": INFOS, "notify_url": "http://127.0.0.1:9/none",
    }  # fmt: skip
    from wechatpayv3.type import RequestType

    def ask(fen: int, name: str) -> tuple[int, str]:
        sealed = {"user_name": client._core.encrypt(name)} if name else {}
        asked = body | {"transfer_amount": fen} | sealed
        path = "/v3/fund-app/mch-transfer/transfer-bills"
        status, message = client._core.request(path, RequestType.POST, asked, cipher_data=bool(name))
        return status, json.loads(message).get("message", "")

    assert ask(200_000, "") == (400, "转账金额大于等于 2000 元时，收款用户姓名必填")
    assert ask(29, "张三") == (400, "转账金额小于 0.30 元时，不能填写收款用户姓名")
    assert ask(200_000, "张三") == (200, "")


def test_a_transfer_may_fail_or_arrive_a_week_late_on_request(client: WeChatPay, api: Api) -> None:
    api.fault("transfer.fail", reason="TRANSFER_RISK")
    send(client, "TB10")
    assert api.post("/sim/transfer/TB10/confirm")["fail_reason"] == "TRANSFER_RISK"
    send(client, "TB11")
    api.fault("transfer.slow", seconds=7 * 86_400)
    assert api.post("/sim/transfer/TB11/confirm")["state"] == "TRANSFERING"
    api.advance(7 * 86_400 + 1)
    assert state(client, "TB11") == ("SUCCESS", "")
