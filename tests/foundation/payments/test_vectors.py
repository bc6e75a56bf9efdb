"""The published test vectors of WeChat's own SDKs (wechatpay-go, wechatpay-java; Apache-2.0) and of our facts."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import load_pem_x509_certificate

from xintui.foundation.payments.gateway import Rejected
from xintui.foundation.payments.wechat import envelope

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))


def test_the_official_callback_of_the_go_sdk_is_accepted_and_opened() -> None:
    notify = VECTORS["notify"]
    key: Any = load_pem_x509_certificate(notify["cert_pem"].encode()).public_key()
    headers = {name.lower(): value for name, value in notify["headers"].items()}
    known, body, now = (
        {headers["wechatpay-serial"]: key},
        notify["body"],
        datetime.fromtimestamp(notify["now_unix"], UTC),
    )
    found = envelope.authenticate(known, headers, body.encode(), now)

    assert found.event_id == json.loads(body)["id"]
    assert envelope.opened(notify["api_v3_key"], body.encode())[1] == json.loads(notify["plaintext"])
    with pytest.raises(Rejected, match="timestamp"):
        envelope.authenticate(known, headers, body.encode(), now + timedelta(days=1))


@pytest.mark.parametrize("name", ["aead_java", "aead_go"])
def test_the_official_ciphertexts_open(name: str) -> None:
    v = VECTORS[name]
    assert envelope.unseal(v["api_v3_key"], v["nonce"], v["aad"], v["ciphertext_b64"]) == v["plaintext"]


def test_the_computed_vector_of_the_facts_opens() -> None:
    plain = envelope.unseal(
        "0123456789abcdef0123456789abcdef", "abcdefghijkl", "transaction",
        "Eu6myr+6GaECeJdOZPZ6BX5lij2Vog42cctQ6PBmtcgYp9SdQnbIknpK7d3XbW8ytV9h9AMKKMFet6ST",
    )  # fmt: skip
    assert plain == '{"out_trade_no":"T1","amount":{"total":100}}'


def test_the_official_signature_verifies_and_no_other_spelling_of_it() -> None:
    v = VECTORS["signature"]
    key: Any = load_pem_x509_certificate(v["cert_pem"].encode()).public_key()
    good = v["signature_b64"]
    assert envelope.signed_by(key, good, v["message"].encode())
    for bad in (
        good + "\n",
        " " + good,
        good.rstrip("="),
        good.replace("+", "-"),
        good[:-3] + chr(ord(good[-3]) + 1) + "==",
    ):
        assert not envelope.signed_by(key, bad, v["message"].encode())
