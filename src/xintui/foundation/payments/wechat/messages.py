"""WeChat Pay's words in ours. Callbacks and queries of one thing differ in spelling; both end as one `Seen`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from xintui.foundation.payments.gateway import Seen, Unreadable
from xintui.foundation.payments.rules import Terms, Verb

JSON = Mapping[str, Any]

TRADE: Final[dict[str, Verb]] = {
    "SUCCESS": Verb.SUCCEED,
    "REFUND": Verb.SUCCEED,  # 转入退款: it was paid; refunds have rows of their own
    "NOTPAY": Verb.PREPAY,
    "USERPAYING": Verb.PREPAY,
    "ACCEPT": Verb.PREPAY,
    "PAYERROR": Verb.PREPAY,  # the buyer may try again until the order closes
    "CLOSED": Verb.CLOSE,
    "REVOKED": Verb.CLOSE,
}
REFUND: Final[dict[str, Verb]] = {
    "SUCCESS": Verb.SUCCEED,
    "PROCESSING": Verb.ACCEPT,
    "CLOSED": Verb.FAIL,
    "ABNORMAL": Verb.STRAY,
}
TRANSFER: Final[dict[str, Verb]] = {
    "ACCEPTED": Verb.ACCEPT,
    "PROCESSING": Verb.ACCEPT,
    "WAIT_USER_CONFIRM": Verb.AWAIT,
    "TRANSFERING": Verb.ACCEPT,
    "SUCCESS": Verb.SUCCEED,
    "FAIL": Verb.FAIL,
    "CANCELING": Verb.ACCEPT,
    "CANCELLED": Verb.FAIL,
}
OVERDUE: Final = "OVERDUE_CLOSE"
"""The payee let 24 hours pass."""
RETURN: Final[dict[str, Verb]] = {"PROCESSING": Verb.ACCEPT, "SUCCESS": Verb.SUCCEED, "FAILED": Verb.FAIL}


def _verb(words: Mapping[str, Verb], said: object) -> Verb:
    verb = words.get(said) if isinstance(said, str) else None
    if verb is None:
        raise Unreadable(f"state {said!r} is not one we know")
    return verb


def _fen(amount: object, name: str) -> int:
    """An integer or nothing that could be equal to one: `100.0` and `true` are not money."""
    value = amount.get(name) if isinstance(amount, Mapping) else amount
    return value if type(value) is int else -1


def _part(body: JSON, name: str) -> JSON:
    """A nested object; an empty one where something else stands."""
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(body: JSON, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _time(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) and value else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def trade(body: JSON) -> Seen:
    """A payment, from the callback or the query: every field is compared, absent ones count as different."""
    verb, amount, payer = _verb(TRADE, body.get("trade_state")), _part(body, "amount"), _part(body, "payer")
    paid = verb is Verb.SUCCEED
    terms = Terms(
        number=_text(body, "out_trade_no"),
        amount_fen=_fen(amount, "total") if paid else None,
        currency=_text(amount, "currency") if paid else None,
        mchid=_text(body, "mchid"),
        appid=_text(body, "appid"),
        openid=_text(payer, "openid") if paid else None,
    )
    transaction = _text(body, "transaction_id")
    if paid and not transaction:
        raise Unreadable("paid, but without a transaction id")
    return Seen(verb, terms, gateway_id=transaction, at=_time(body.get("success_time")))


def refund(body: JSON, *, told: bool) -> Seen:
    """A refund; `told` for the callback, which says `refund_status` and names the merchant."""
    amount = _part(body, "amount")
    terms = Terms(
        number=_text(body, "out_refund_no"),
        amount_fen=_fen(amount, "refund"),
        # The refund callback carries no currency at all; where one is said, it must be the payment's.
        currency=_text(amount, "currency") if "currency" in amount else None,
        mchid=_text(body, "mchid") if told else None,
        order_number=_text(body, "out_trade_no"),
    )
    status = body.get("refund_status" if told else "status")
    return Seen(
        _verb(REFUND, status),
        terms,
        gateway_id=_text(body, "refund_id"),
        at=_time(body.get("success_time")),
        reason=str(status),
        opened_at=_time(body.get("create_time")),
    )


def transfer(body: JSON) -> Seen:
    """A transfer as the query and the callback tell it."""
    reason = _text(body, "fail_reason")
    verb = _verb(TRANSFER, body.get("state"))
    if verb is Verb.FAIL and reason == OVERDUE:
        verb = Verb.EXPIRE
    terms = Terms(
        number=_text(body, "out_bill_no"),
        amount_fen=_fen(body, "transfer_amount"),
        mchid=_text(body, "mch_id"),
        appid=_text(body, "appid") if "appid" in body else None,
        openid=_text(body, "openid"),
    )
    at = _time(body.get("update_time"))
    return Seen(verb, terms, _text(body, "transfer_bill_no"), at, reason or _text(body, "state"))


def transfer_accepted(body: JSON) -> Seen:
    """The answer to a transfer's creation: a state, a number and what the payee's device needs to confirm."""
    return Seen(
        _verb(TRANSFER, body.get("state")),
        Terms(number=_text(body, "out_bill_no")),
        gateway_id=_text(body, "transfer_bill_no"),
        package_info=_text(body, "package_info"),
    )


def split(body: JSON) -> Seen:
    """FINISHED is not success (facts §4.1): it succeeded if at least one receiver got his part."""
    results = tuple(
        {name: str(one.get(name, "")) for name in ("type", "account", "amount", "result", "fail_reason")}
        for one in body.get("receivers") or ()
    )
    verb = Verb.ACCEPT
    if body.get("state") == "FINISHED":
        verb = Verb.FAIL if results and all(one["result"] == "CLOSED" for one in results) else Verb.SUCCEED
    failures = [f"{one['account']}：{one['fail_reason']}" for one in results if one["result"] == "CLOSED"]
    terms = Terms(number=_text(body, "out_order_no"))
    return Seen(verb, terms, gateway_id=_text(body, "order_id"), reason="；".join(failures), results=results)


def split_return(body: JSON) -> Seen:
    terms = Terms(number=_text(body, "out_return_no"), amount_fen=_fen(body, "amount"))
    verb = _verb(RETURN, body.get("result"))
    return Seen(verb, terms, _text(body, "return_id"), _time(body.get("finish_time")), _text(body, "fail_reason"))


def callback(event_type: str, body: JSON) -> tuple[str, Seen]:
    """Which of our bills a callback is about, and what it says of it. Raises `Unreadable`."""
    if event_type.startswith("TRANSACTION."):
        return "payment", trade(body)
    if event_type.startswith("REFUND."):
        return "refund", refund(body, told=True)
    if event_type.startswith("MCHTRANSFER."):
        return "transfer", transfer(body)
    raise Unreadable(f"event {event_type} is not one we asked for")
