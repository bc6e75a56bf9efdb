"""Believe a notification or not: a form, its signature over the decoded pairs, and everything else after."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl

from xintui.foundation.payments.alipay import messages, signing
from xintui.foundation.payments.alipay.account import Account
from xintui.foundation.payments.gateway import Envelope, Message, Rejected, Unreadable

MAX_BODY: Final = 64 * 1024
MAX_FIELDS: Final = 100
CHARSETS: Final = frozenset({"utf-8", "gbk", "gb18030"})
OLDEST: Final = timedelta(hours=26)
"""Alipay repeats a notification for 25 hours; its number makes every copy after the first one nothing."""
EARLIEST: Final = timedelta(minutes=5)
"""How far ahead of ours Alipay's clock may go."""


def authenticate(account: Account, body: bytes, now: datetime) -> Envelope:
    """Cheap checks, the signature, and only then what it says of itself. Raises `Rejected`."""
    if not body or len(body) > MAX_BODY:
        raise Rejected("size")
    try:
        form = _form(body)
    except ValueError:
        raise Rejected("unreadable") from None
    if not form.get("sign") or form.get("sign_type") != signing.SIGN_TYPE:
        raise Rejected("unsigned")
    if not signing.verifies(account.alipay_key, signing.notify_text(form), form["sign"]):
        raise Rejected("signature")
    at = messages.time(form.get("notify_time"))
    if at is None or not -EARLIEST <= now - at <= OLDEST:
        raise Rejected("timestamp")
    number = form.get("notify_id", "")
    if not 0 < len(number) <= 128:
        raise Rejected("unreadable")
    return Envelope(number, form.get("notify_type", "")[:64])


def opened(body: bytes) -> Message:
    """Which bill an authentic notification is about, and what it says of it. Raises `Unreadable`."""
    try:
        form = _form(body)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if form.get("notify_type") != "trade_status_sync":
        raise Unreadable(f"notify_type {form.get('notify_type')!r} is not one we asked for")
    if form.get("out_biz_no") and "refund_fee" in form:
        return Message("refund", messages.told_refund(form))
    return Message("payment", messages.told_trade(form))


def _form(body: bytes) -> Mapping[str, str]:
    """The pairs, each name once. Raises `ValueError` for whatever is not exactly a form."""
    raw = body.decode("ascii")
    names = dict(_pairs(raw, "utf-8", "replace"))
    charset = names.get("charset", "utf-8").lower()
    if charset not in CHARSETS:
        raise ValueError("a charset nobody speaks")
    pairs = _pairs(raw, charset, "strict")
    found = dict(pairs)
    if len(found) != len(pairs) or any("\x00" in value for value in found.values()):
        raise ValueError("a name that comes twice, or a NUL")
    return found


def _pairs(raw: str, charset: str, errors: str) -> list[tuple[str, str]]:
    return parse_qsl(
        raw, keep_blank_values=True, strict_parsing=True, encoding=charset, errors=errors, max_num_fields=MAX_FIELDS
    )
