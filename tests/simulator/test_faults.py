"""Every misbehaviour, seen from the platform's side."""

import json
import threading
import time
from typing import Any

import pytest
import requests
from wechatpayv3 import WeChatPay

from tests.simulator.support import Api, Receiver, make_client, order
from xintui.simulator.faults import NAMES
from xintui.simulator.server import Running


def pay(client: WeChatPay, api: Api, receiver: Receiver, number: str, **more: Any) -> None:
    order(client, number, receiver.url, **more)
    api.pay(number)


def test_a_refused_callback_is_repeated_on_the_documented_schedule(
    client: WeChatPay, api: Api, receiver: Receiver
) -> None:
    receiver.answers = [500, 404]
    pay(client, api, receiver, "FORDER01")
    assert api.kinds("FORDER01") == [("true", "", 500)]
    api.advance(5)
    assert len(receiver.good) == 1
    api.advance(11)
    assert len(receiver.good) == 2
    api.advance(15)
    assert api.kinds("FORDER01") == [("true", "", 500), ("true", "", 404), ("true", "", 200)]
    assert len({one["id"] for one in receiver.good}) == 1
    api.advance(86_400)
    assert len(receiver.good) == 3


def test_a_deaf_platform_is_called_sixteen_times_and_then_no_more(
    client: WeChatPay, api: Api, receiver: Receiver
) -> None:
    receiver.answers = [503] * 99
    pay(client, api, receiver, "FORDER02")
    api.advance(86_400 + 300)
    assert api.kinds("FORDER02") == [("true", "", 503)] * 16
    api.advance(7 * 86_400)
    assert len(receiver.good) == 16


def test_a_late_callback_waits_for_the_virtual_clock(client: WeChatPay, api: Api, receiver: Receiver) -> None:
    api.fault("callback.late", seconds=600)
    pay(client, api, receiver, "FORDER03")
    assert receiver.good == []
    api.advance(601)
    assert len(receiver.good) == 1


def test_a_callback_that_never_comes_leaves_the_query(client: WeChatPay, api: Api, receiver: Receiver) -> None:
    api.fault("callback.never")
    pay(client, api, receiver, "FORDER04")
    api.advance(2 * 86_400)
    assert receiver.good == []
    assert api.kinds("FORDER04") == [("never", "", None)]
    assert json.loads(client.query(out_trade_no="FORDER04")[1])["trade_state"] == "SUCCESS"


def test_duplicates_arrive_together_with_the_same_id(client: WeChatPay, api: Api, receiver: Receiver) -> None:
    together = threading.Barrier(5)
    receiver.before = lambda: (together.wait(10), None)[1]
    api.fault("callback.duplicate", copies=5)
    pay(client, api, receiver, "FORDER05")
    assert (len(receiver.good), len({one["id"] for one in receiver.good})) == (5, 1)


def test_duplicates_can_also_come_one_after_another(client: WeChatPay, api: Api, receiver: Receiver) -> None:
    api.fault("callback.duplicate", copies=3, concurrent=False)
    pay(client, api, receiver, "FORDER16")
    assert api.kinds("FORDER16") == [("true", "", 200)] * 3


def test_a_held_callback_arrives_after_a_later_one(client: WeChatPay, api: Api, receiver: Receiver) -> None:
    api.fault("callback.reorder", where="TRANSACTION.SUCCESS")
    pay(client, api, receiver, "FORDER06")
    assert receiver.good == []
    client.refund(
        "FREF6", {"refund": 1, "total": 10_000, "currency": "CNY"}, out_trade_no="FORDER06", notify_url=receiver.url
    )
    api.settle()
    assert [one["event_type"] for one in receiver.good] == ["REFUND.SUCCESS", "TRANSACTION.SUCCESS"]


@pytest.mark.parametrize("how", ["wrong_key", "mutated_body", "wrong_serial"])
def test_a_forged_callback_is_not_believed_and_the_true_one_follows(
    client: WeChatPay, api: Api, receiver: Receiver, how: str
) -> None:
    api.fault("callback.forged", how=how)
    pay(client, api, receiver, "FORDER07")
    assert api.kinds("FORDER07") == [("forged", how, 401), ("true", "", 200)]
    assert (len(receiver.bad), len(receiver.good)) == (1, 1)


def test_an_old_callback_is_truly_signed_so_only_its_timestamp_betrays_it(
    client: WeChatPay, api: Api, receiver: Receiver
) -> None:
    api.fault("callback.forged", how="old_timestamp", instead=True)
    pay(client, api, receiver, "FORDER08")
    (told,) = receiver.good
    assert 3595 <= time.time() - int(told["headers"]["Wechatpay-Timestamp"]) <= 3605
    assert api.kinds("FORDER08") == [("forged", "old_timestamp", 200)]


def test_a_signature_probe_comes_before_the_true_callback(client: WeChatPay, api: Api, receiver: Receiver) -> None:
    api.fault("callback.probe")
    pay(client, api, receiver, "FORDER09")
    (probe,) = receiver.bad
    assert probe["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")
    assert api.kinds("FORDER09") == [("probe", "", 401), ("true", "", 200)]


@pytest.mark.parametrize(
    ("field", "seen"),
    [
        ("amount", {"amount": {"total": 1, "payer_total": 1, "currency": "CNY", "payer_currency": "CNY"}}),
        ("currency", {"amount": {"total": 10000, "payer_total": 10000, "currency": "USD", "payer_currency": "USD"}}),
        ("mchid", {"mchid": "1900000001"}),
        ("appid", {"appid": "wx0000000000000000"}),
        ("payer", {"payer": {"openid": "o_someone_else"}}),
        ("out_trade_no", {"out_trade_no": "SOMEONE_ELSES_ORDER"}),
    ],
)
def test_a_lie_under_a_valid_signature_passes_every_check_but_comparison(
    client: WeChatPay, api: Api, receiver: Receiver, field: str, seen: dict[str, Any]
) -> None:
    api.fault("callback.wrong", field=field)
    pay(client, api, receiver, "FORDER10")
    (told,) = receiver.good
    true = json.loads(client.query(out_trade_no="FORDER10")[1])
    assert told["resource"] == true | seen
    assert told["resource"] != true


def test_a_false_fail_answers_an_error_and_the_work_is_done(client: WeChatPay, api: Api) -> None:
    api.fault("answer.false_fail", where="prepay")
    status, message = order(client, "FORDER11", "http://127.0.0.1:9/none")
    assert (status, json.loads(message)) == (500, {"code": "SYSTEM_ERROR", "message": "系统异常，请稍后重试"})
    assert client.query(out_trade_no="FORDER11")[0] == 200


def test_a_true_error_leaves_nothing_behind(client: WeChatPay, api: Api) -> None:
    api.fault("answer.error", status=429, code="FREQUENCY_LIMITED", message="频率超限")
    status, message = order(client, "FORDER12", "http://127.0.0.1:9/none")
    assert (status, json.loads(message)["code"]) == (429, "FREQUENCY_LIMITED")
    assert client.query(out_trade_no="FORDER12")[0] == 404


def test_a_lost_answer_is_a_dropped_connection_after_the_work(client: WeChatPay, api: Api) -> None:
    api.fault("answer.lost", where="prepay.jsapi")
    with pytest.raises(requests.exceptions.ConnectionError):
        order(client, "FORDER13", "http://127.0.0.1:9/none")
    assert client.query(out_trade_no="FORDER13")[0] == 200


def test_a_slow_answer_outlasts_the_callers_patience(client: WeChatPay, api: Api) -> None:
    client._core._timeout = (1, 0.3)
    api.fault("answer.slow", seconds=0.8)
    with pytest.raises(requests.exceptions.ReadTimeout):
        order(client, "FORDER14", "http://127.0.0.1:9/none")
    client._core._timeout = (1, 5)
    assert client.query(out_trade_no="FORDER14")[0] == 200


def test_a_forged_answer_is_refused_by_the_client_library(client: WeChatPay, api: Api) -> None:
    api.fault("answer.forged")
    with pytest.raises(Exception, match="failed to verify the signature"):
        order(client, "FORDER15", "http://127.0.0.1:9/none")


def test_equal_seeds_draw_equal_storms_and_a_client_can_still_start(client: WeChatPay, api: Api, sim: Running) -> None:
    def storm(prefix: str) -> list[int]:
        knob = {"name": "answer.false_fail", "chance": 0.3}
        assert api.http.post("/sim/faults", json={"seed": 7, "replace": True, "faults": [knob]}).status_code == 200
        return [order(client, f"{prefix}{n:04d}", "http://127.0.0.1:9/none")[0] for n in range(20)]

    first = storm("STORMA")
    assert first == storm("STORMB")
    assert set(first) == {200, 500}
    api.post("/sim/faults", replace=True, name="answer.error", chance=1.0)
    assert make_client(sim)._core._certificates != []
    assert api.http.delete("/sim/faults").json()["faults"] == []


def test_an_unknown_fault_is_refused_with_the_names_there_are(api: Api) -> None:
    found = api.post("/sim/faults", name="callback.lazy")
    assert (found["code"], found["detail"]["names"]) == ("PARAM_ERROR", sorted(NAMES))


def test_ten_threads_paying_at_once_get_ten_callbacks_and_an_exact_balance(
    client: WeChatPay, api: Api, receiver: Receiver, sim: Running
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    for n in range(10):
        order(client, f"FORDER2{n}", receiver.url)
    with ThreadPoolExecutor(20) as crowd:
        codes = list(crowd.map(lambda n: api.http.post(f"/sim/pay/FORDER2{n % 10}", json={}).status_code, range(20)))
    api.settle()
    assert (codes.count(200), codes.count(409)) == (10, 10)
    assert sorted(one["resource"]["out_trade_no"] for one in receiver.good) == [f"FORDER2{n}" for n in range(10)]
    assert sim.world.books.balance == 1_000_000_000 + 10 * (10_000 - 60)
