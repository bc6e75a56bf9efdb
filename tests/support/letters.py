"""Callbacks signed with the simulated platform's own keys, without a gateway running: for many, and for wrong ones."""

import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

from tests.support.gateway import Letter
from xintui.simulator import crypto
from xintui.simulator.keys import Keys

ORIGINAL = {"TRANSACTION": "transaction", "REFUND": "refund", "MCHTRANSFER": "mch_payment"}


def letter(
    keys: Keys,
    event_type: str,
    resource: Mapping[str, Any],
    *,
    event_id: str = "",
    at: float | None = None,
    serial: str = "",
    body: bytes | None = None,
) -> Letter:
    """A callback that is authentic in every respect, whatever `resource` (or the raw `body`) says."""
    serial = serial or keys.public_key_id
    original = ORIGINAL.get(event_type.partition(".")[0], "other")
    if body is None:
        envelope = {
            "id": event_id or str(uuid.uuid4()),
            "create_time": "2026-11-23T10:00:00+08:00",
            "resource_type": "encrypt-resource",
            "event_type": event_type,
            "summary": "通知",
            "resource": {"original_type": original, **crypto.seal(keys.apiv3_key, json.dumps(resource), original)},
        }
        body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    stamp, nonce = str(int(time.time() if at is None else at)), crypto.token()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Mozilla/4.0",
        "Request-ID": crypto.token(26),
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature": crypto.sign(keys.signer(serial), stamp, nonce, body.decode()),
        "Wechatpay-Signature-Type": crypto.SCHEME,
    }
    return Letter(headers, body)


def trade(keys: Keys, number: str, fen: int, openid: str, transaction_id: str = "") -> dict[str, Any]:
    """What a payment callback says."""
    return {
        "mchid": keys.mchid,
        "appid": keys.appid,
        "out_trade_no": number,
        "transaction_id": transaction_id or "4200" + number[-24:],
        "trade_type": "JSAPI",
        "trade_state": "SUCCESS",
        "trade_state_desc": "支付成功",
        "bank_type": "OTHERS",
        "attach": "",
        "success_time": "2026-11-23T10:00:00+08:00",
        "payer": {"openid": openid},
        "amount": {"total": fen, "payer_total": fen, "currency": "CNY", "payer_currency": "CNY"},
    }


def refund(keys: Keys, number: str, payment: str, fen: int, total: int) -> dict[str, Any]:
    """What a refund callback says."""
    return {
        "mchid": keys.mchid,
        "out_trade_no": payment,
        "transaction_id": "4200" + payment[-24:],
        "out_refund_no": number,
        "refund_id": "5030" + number[-24:],
        "refund_status": "SUCCESS",
        "success_time": "2026-11-23T11:00:00+08:00",
        "user_received_account": "支付用户零钱",
        "amount": {"total": total, "refund": fen, "payer_total": total, "payer_refund": fen},
    }


def transfer(keys: Keys, number: str, fen: int, openid: str) -> dict[str, Any]:
    """What a transfer callback says."""
    return {
        "out_bill_no": number,
        "transfer_bill_no": "1330" + number,
        "state": "SUCCESS",
        "mch_id": keys.mchid,
        "transfer_amount": fen,
        "openid": openid,
        "create_time": "2026-11-23T10:00:00+08:00",
        "update_time": "2026-11-23T11:00:00+08:00",
    }
