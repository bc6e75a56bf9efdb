"""Known answers: a notification and an answer that Alipay itself signed (its Node SDK's tests, MIT), and OpenSSL's."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from xintui.foundation.payments.alipay import messages, notify, signing
from xintui.foundation.payments.alipay.account import Account, _private, _public
from xintui.foundation.payments.gateway import Rejected, Unreadable
from xintui.foundation.payments.rules import Terms, Verb
from xintui.kernel.times import SHANGHAI

VECTORS = json.loads((Path(__file__).parent / "alipay_vectors.json").read_text("utf-8"))
SENT = datetime(2019, 8, 15, 15, 56, 25, tzinfo=SHANGHAI)


def reader() -> Account:
    """Who believes what that key has signed."""
    keys = _private(VECTORS["request"]["private_key"]), _public(VECTORS["notify"]["public_key"])
    return Account("", "", "2019073166072302", "2088531891668739", *keys)


def test_a_notification_of_alipays_own_is_believed_and_read() -> None:
    body = urlencode(VECTORS["notify"]["params"]).encode()
    envelope = notify.authenticate(reader(), body, SENT + timedelta(seconds=2))
    assert (envelope.event_id, envelope.event_type) == ("2019081500222155624068450559358070", "trade_status_sync")
    message = notify.opened(body)
    assert (message.kind, message.seen.verb, message.seen.gateway_id) == (
        "payment", Verb.SUCCEED, "2019081522001468450512505578",
    )  # fmt: skip
    assert message.seen.terms == Terms(
        "20190815155618536-564-57", 10, mchid="2088531891668739", appid="2019073166072302", openid="2088102534368455"
    )
    assert message.seen.at == datetime(2019, 8, 15, 15, 56, 24, tzinfo=SHANGHAI)


@pytest.mark.parametrize("late", [timedelta(hours=27), timedelta(minutes=-6)])
def test_it_is_believed_only_as_long_as_alipay_repeats_it(late: timedelta) -> None:
    with pytest.raises(Rejected, match="timestamp"):
        notify.authenticate(reader(), urlencode(VECTORS["notify"]["params"]).encode(), SENT + late)


def test_every_field_of_it_is_covered_by_the_signature() -> None:
    params = VECTORS["notify"]["params"]
    for name in params:
        for changed in (params | {name: params[name] + "0"}, {k: v for k, v in params.items() if k != name}):
            with pytest.raises(Rejected):
                notify.authenticate(reader(), urlencode(changed).encode(), SENT)
    with pytest.raises(Rejected):
        notify.authenticate(reader(), urlencode(params | {"one_more": "1"}).encode(), SENT)


def test_an_answer_of_alipays_own_verifies_as_it_came_and_not_when_written_again() -> None:
    v = VECTORS["answer"]
    node, signature = signing.signed_node(v["raw"], v["name"])
    key = _public(v["public_key"])
    assert signing.verifies(key, node, signature)
    assert signing.node_of(node)["code"] == "10000"
    assert not signing.verifies(key, json.dumps(json.loads(node)), signature)
    for bad in (signature + "\n", " " + signature, signature.rstrip("="), signature.replace("+", "-")):
        assert not signing.verifies(key, node, bad)


def test_we_sign_as_openssl_does() -> None:
    v = VECTORS["request"]
    key = _private(v["private_key"])
    assert signing.sign(key, v["message"]) == v["signature"]
    assert signing.verifies(key.public_key(), v["message"], v["signature"])
    params = dict(pair.split("=", 1) for pair in v["message"].split("&"))
    assert signing.request_text(params | {"notify_url": "", "sign": "x"}) == v["message"]  # empty ones are left out


def test_keys_are_read_as_the_key_tool_writes_them() -> None:
    pem = VECTORS["request"]["private_key"]
    bare = "".join(line for line in pem.splitlines() if "-----" not in line)
    assert _private(bare).private_numbers() == load_pem_private_key(pem.encode(), None).private_numbers()  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="neither PEM nor base64"):
        _private("not a key!")


@pytest.mark.parametrize(
    ("raw", "node"),
    [
        ('{"a_response":{"x":"}"},"sign":"s"}', '{"x":"}"}'),
        ('{ "sign" : "s" , "a_response" : {"t":"\\"sign\\":\\"no\\"","b_response":{}} }', None),
        ('{"error_response":{"code":"40002"},"sign":"s"}', '{"code":"40002"}'),
    ],
)
def test_the_signed_part_is_found_at_the_outside_only(raw: str, node: str | None) -> None:
    found, signature = signing.signed_node(raw, "a_response")
    assert (found, signature) == (node or '{"t":"\\"sign\\":\\"no\\"","b_response":{}}', "s")


@pytest.mark.parametrize(
    "raw",
    ["", "[]", "{}", "null", '{"a_response":{}', '{"a_response":{},"a_response":{},"sign":""}', '{"a_response":{}}x',
     '{"x":{"a_response":{}}}', '{"a_response":{} "sign":"s"}', '{"a_response":{},"sign":1}'],
)  # fmt: skip
def test_what_is_no_answer_is_not_guessed_at(raw: str) -> None:
    with pytest.raises(Unreadable):
        signing.signed_node(raw, "a_response")


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0.01", 1), ("88.88", 8888), ("1", 100), ("1.5", 150), ("-3000.00", -300000), ("99999999999.99", 9999999999999),
     ("", None), ("1.234", None), ("1e2", None), ("1,000.00", None), (" 1.00", None), ("1.00\n", None), ("１.00", None),
     (1.0, None), (None, None), ("NaN", None), ("+1.00", None)],
)  # fmt: skip
def test_yuan_are_read_digit_by_digit(text: object, fen: int | None) -> None:
    assert messages.fen_of(text) == fen


@pytest.mark.parametrize(("fen", "text"), [(1, "0.01"), (105, "1.05"), (9999999999999, "99999999999.99")])
def test_yuan_are_written_with_two_decimals(fen: int, text: str) -> None:
    assert (messages.yuan(fen), messages.fen_of(text)) == (text, fen)


def test_times_are_shanghais() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)
    assert messages.clock_face(noon) == "2026-11-23 12:00:00"
    assert messages.time("2026-11-23 12:00:00.000") == noon
    assert [messages.time(bad) for bad in ("", "2026-11-23T12:00:00", None, 5)] == [None] * 4


def test_a_form_is_read_strictly() -> None:
    assert dict(parse_qsl("a=%D2%BB&charset=GBK", encoding="gbk"))["a"] == "一"
    assert notify._form(b"a=%D2%BB&charset=GBK")["a"] == "一"
    for bad in (
        b"a=1&a=2",
        b"a",
        b"a=%D2",
        b"a=%00",
        b"a=1&charset=utf-7",
        "a=一".encode(),
        b"&".join([b"a=1"] * 200),
    ):
        with pytest.raises(ValueError):
            notify._form(bad)
