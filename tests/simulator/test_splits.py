"""Profit sharing through the production client."""

import json
from typing import Any

from wechatpayv3 import WeChatPay

from tests.simulator.support import Api, order

PERSON = {"type": "PERSONAL_OPENID", "account": "o_promoter_1", "amount": 850, "description": "推广佣金"}
SHOP = {"type": "MERCHANT_ID", "account": "1900000109", "amount": 500, "description": "分给门店"}


def shared(client: WeChatPay, api: Api, number: str, wait: int = 61) -> str:
    client.profitsharing_add_receiver("PERSONAL_OPENID", "o_promoter_1", "DISTRIBUTOR")
    client.profitsharing_add_receiver("MERCHANT_ID", "1900000109", "STORE", name="某某茶行")
    order(client, number, "http://127.0.0.1:9/none", settle_info={"profit_sharing": True})
    found = api.post(f"/sim/pay/{number}")
    api.post("/sim/clock", advance=wait)
    return str(found["transaction_id"])


def told(answer: tuple[int, str]) -> tuple[int, Any]:
    return answer[0], json.loads(answer[1]).get("code") or json.loads(answer[1])["state"]


def test_a_split_pays_its_receivers_and_the_rest_is_unfrozen_under_a_new_number(client: WeChatPay, api: Api) -> None:
    transaction = shared(client, api, "SORDER01")
    assert json.loads(client.profitsharing_amount_query(transaction)[1])["unsplit_amount"] == 9_940
    status, message = client.profitsharing_order(transaction, "SP1", [dict(PERSON), dict(SHOP)], False)
    assert (status, json.loads(message)["state"]) == (200, "PROCESSING")
    api.settle()
    found = json.loads(client.profitsharing_order_query(transaction, "SP1")[1])
    assert found["state"] == "FINISHED"
    assert [(one["account"], one["amount"], one["result"]) for one in found["receivers"]] == [
        ("o_promoter_1", 850, "SUCCESS"),
        ("1900000109", 500, "SUCCESS"),
    ]
    assert json.loads(client.profitsharing_amount_query(transaction)[1])["unsplit_amount"] == 8_590
    assert told(client.profitsharing_unfreeze(transaction, "SP1F", "解冻")) == (200, "PROCESSING")
    api.settle()
    state = api.get("/sim/state")
    assert (state["frozen"], state["balance"]) == (0, 1_000_000_000 + 10_000 - 60 - 850 - 500)


def test_no_more_than_thirty_per_cent_may_be_split(client: WeChatPay, api: Api) -> None:
    transaction = shared(client, api, "SORDER02")
    assert told(client.profitsharing_order(transaction, "SP2", [PERSON | {"amount": 3_001}], False)) == (
        403,
        "RULE_LIMIT",
    )
    assert told(client.profitsharing_order(transaction, "SP2", [PERSON | {"amount": 3_000}], False)) == (
        200,
        "PROCESSING",
    )
    assert told(client.profitsharing_order(transaction, "SP2b", [PERSON | {"amount": 1}], False)) == (403, "RULE_LIMIT")


def test_a_split_is_refused_within_a_minute_without_the_flag_and_to_strangers(client: WeChatPay, api: Api) -> None:
    early = shared(client, api, "SORDER03", wait=0)
    assert told(client.profitsharing_order(early, "SP3", [dict(PERSON)], False)) == (400, "INVALID_REQUEST")
    order(client, "SORDER04", "http://127.0.0.1:9/none")
    plain = api.post("/sim/pay/SORDER04")["transaction_id"]
    assert told(client.profitsharing_order(plain, "SP4", [dict(PERSON)], False)) == (400, "INVALID_REQUEST")
    api.post("/sim/clock", advance=61)
    stranger = PERSON | {"account": "o_stranger"}
    assert told(client.profitsharing_order(early, "SP3", [stranger], False)) == (400, "INVALID_REQUEST")
    many = [PERSON | {"amount": 1} for _ in range(51)]
    assert told(client.profitsharing_order(early, "SP3", many, False)) == (400, "PARAM_ERROR")


def test_the_same_split_is_one_split_also_with_a_name_encrypted_anew(client: WeChatPay, api: Api) -> None:
    transaction = shared(client, api, "SORDER09")

    def ask(name: str, fen: int) -> tuple[int, Any]:
        return told(client.profitsharing_order(transaction, "SP9", [PERSON | {"name": name, "amount": fen}], False))

    api.fault("split.slow", seconds=600)
    assert ask("张三", 850) == (200, "PROCESSING")
    assert ask("张三", 850) == (200, "PROCESSING")
    assert ask("张三", 851) == (400, "INVALID_REQUEST")
    assert api.get("/sim/state")["trades"]["SORDER09"]["split"] == 850


def test_a_receiver_removed_before_the_split_settles_is_closed_with_no_relation(client: WeChatPay, api: Api) -> None:
    transaction = shared(client, api, "SORDER05")
    api.fault("split.slow", seconds=600)
    client.profitsharing_order(transaction, "SP5", [dict(PERSON)], False)
    client.profitsharing_delete_receiver("PERSONAL_OPENID", "o_promoter_1")
    api.advance(601)
    (one,) = json.loads(client.profitsharing_order_query(transaction, "SP5")[1])["receivers"]
    assert (one["result"], one["fail_reason"]) == ("CLOSED", "NO_RELATION")
    assert json.loads(client.profitsharing_amount_query(transaction)[1])["unsplit_amount"] == 9_940


def test_a_planted_failure_names_its_reason(client: WeChatPay, api: Api) -> None:
    transaction = shared(client, api, "SORDER06")
    api.fault("split.fail", reason="RECEIVER_REAL_NAME_NOT_VERIFIED")
    client.profitsharing_order(transaction, "SP6", [dict(PERSON)], True)
    api.settle()
    found = json.loads(client.profitsharing_order_query(transaction, "SP6")[1])
    assert (found["state"], found["receivers"][0]["fail_reason"]) == ("FINISHED", "RECEIVER_REAL_NAME_NOT_VERIFIED")


def test_only_a_merchant_receiver_can_give_a_split_back(client: WeChatPay, api: Api) -> None:
    transaction = shared(client, api, "SORDER07")
    client.profitsharing_order(transaction, "SP7", [dict(PERSON), dict(SHOP)], True)
    api.settle()
    assert client.profitsharing_return("RT7", "o_promoter_1", 850, "退货", out_order_no="SP7")[0] == 400
    assert client.profitsharing_return("RT7", "1900000109", 501, "退货", out_order_no="SP7")[0] == 400
    assert client.profitsharing_return("RT7", "1900000109", 500, "退货", out_order_no="SP7")[0] == 200
    api.settle()
    assert json.loads(client.profitsharing_return_query("SP7", "RT7")[1])["result"] == "SUCCESS"


def test_unsplit_money_is_free_after_thirty_days_and_a_refund_before_takes_from_it(client: WeChatPay, api: Api) -> None:
    shared(client, api, "SORDER08")
    assert (
        client.refund("SREF8", {"refund": 5_000, "total": 10_000, "currency": "CNY"}, out_trade_no="SORDER08")[0] == 200
    )
    api.settle()
    assert api.get("/sim/state")["frozen"] == 4_970
    api.advance(30 * 86_400)
    assert api.get("/sim/state")["frozen"] == 0
