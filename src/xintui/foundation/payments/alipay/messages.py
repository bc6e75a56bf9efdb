"""Alipay's words in ours: yuan with two decimals, times of Shanghai without an offset, four states of a trade."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from xintui.foundation.payments.gateway import Seen, Unreadable
from xintui.foundation.payments.rules import Terms, Verb
from xintui.kernel.times import SHANGHAI

JSON = Mapping[str, Any]
TRADE: Final[dict[str, Verb]] = {
    "WAIT_BUYER_PAY": Verb.PREPAY,
    "TRADE_SUCCESS": Verb.SUCCEED,
    "TRADE_FINISHED": Verb.SUCCEED,  # paid, and past the time in which it could be refunded
    "TRADE_CLOSED": Verb.CLOSE,
}
_YUAN: Final = re.compile(r"(-?)(\d{1,11})(?:\.(\d{1,2}))?", re.ASCII)
_TIME: Final = "%Y-%m-%d %H:%M:%S"


def yuan(fen: int) -> str:
    """`1230` → `12.30`."""
    return f"{fen // 100}.{fen % 100:02d}"


def fen_of(text: object) -> int | None:
    """`12.30` → 1230, digit by digit; None for anything else, a JSON number included."""
    found = _YUAN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    sign, whole, part = found.groups()
    fen = int(whole) * 100 + int((part or "").ljust(2, "0"))
    return -fen if sign else fen


def fen(body: JSON, name: str) -> int:
    """An amount, or something no amount is equal to."""
    found = fen_of(body.get(name))
    return -1 if found is None else found


def clock_face(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime(_TIME)


def time(value: object) -> datetime | None:
    """`2026-11-23 10:00:00`, with or without milliseconds."""
    try:
        return datetime.strptime(value[:19], _TIME).replace(tzinfo=SHANGHAI) if isinstance(value, str) else None
    except ValueError:
        return None


def text(body: JSON, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def trade(body: JSON) -> Seen:
    """A trade as the query tells it. The answer is ours by its signature; it names neither app nor seller."""
    paid_at = time(body.get("send_pay_date"))
    return _trade(body, Terms(number=text(body, "out_trade_no")), paid_at, paid=paid_at is not None)


def told_trade(body: JSON) -> Seen:
    """A trade as a notification tells it: app, seller and payer are named and compared too."""
    terms = Terms(text(body, "out_trade_no"), mchid=text(body, "seller_id"), appid=text(body, "app_id"))
    return _trade(body, terms, time(body.get("gmt_payment")), paid="refund_fee" in body)


def _trade(body: JSON, terms: Terms, at: datetime | None, *, paid: bool) -> Seen:
    """`paid`: a closed trade that had been paid and was given back in full, which is no closing to us."""
    verb = TRADE.get(text(body, "trade_status"))
    if verb is None:
        raise Unreadable(f"trade_status {body.get('trade_status')!r} is not one we know")
    if verb is Verb.CLOSE and paid:
        verb = Verb.SUCCEED
    number = text(body, "trade_no")
    if verb is not Verb.SUCCEED:
        return Seen(verb, terms, gateway_id=number)
    if not number:
        raise Unreadable("paid, but without a trade number")
    payer = text(body, "buyer_open_id") or text(body, "buyer_id") or text(body, "buyer_user_id")
    full = Terms(terms.number, fen(body, "total_amount"), mchid=terms.mchid, appid=terms.appid, openid=payer or None)
    return Seen(verb, full, gateway_id=number, at=at)


def told_refund(body: JSON) -> Seen:
    """News of a refund says the sum of all refunds, not this one's amount: it moves nothing, it makes us ask."""
    terms = Terms(
        number=text(body, "out_biz_no"),
        mchid=text(body, "seller_id"),
        appid=text(body, "app_id"),
        order_number=text(body, "out_trade_no"),
    )
    return Seen(Verb.LOSE, terms, reason="退款通知")


def refunded(body: JSON, number: str) -> Seen | None:
    """The answer to a refund: None unless it says that the money went, which only `fund_change` does."""
    if text(body, "fund_change") != "Y":
        return None
    at = time(body.get("gmt_refund_pay"))
    terms = Terms(number, order_number=text(body, "out_trade_no"))
    return Seen(Verb.SUCCEED, terms, at=at, opened_at=at)


def refund(body: JSON) -> Seen | None:
    """A refund as the query tells it; None: Alipay has not refunded under this number."""
    if text(body, "refund_status") != "REFUND_SUCCESS":
        return None
    at = time(body.get("gmt_refund_pay"))
    terms = Terms(
        number=text(body, "out_request_no"),
        amount_fen=fen(body, "refund_amount"),
        order_number=text(body, "out_trade_no"),
    )
    return Seen(Verb.SUCCEED, terms, at=at, reason="REFUND_SUCCESS", opened_at=at)
