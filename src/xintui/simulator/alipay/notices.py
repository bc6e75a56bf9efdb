"""Notifications: a signed form, repeated for 25 hours until the answer is the word `success`."""

import uuid
from itertools import accumulate
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from xintui.simulator.alipay import wire
from xintui.simulator.books import AliRefund, AliTrade, Notice
from xintui.simulator.clock import clock_face
from xintui.simulator.protocol import yuan

if TYPE_CHECKING:
    from xintui.simulator.world import World

SIGNER: Final = "alipay"
RETRIES: Final = tuple(accumulate((240, 600, 600, 3600, 7200, 21_600, 54_000)))
"""Seconds after the first attempt: 4 m, 10 m, 10 m, 1 h, 2 h, 6 h, 15 h."""
_FIELDS: Final = {"amount": "total_amount", "mchid": "seller_id", "appid": "app_id", "payer": "buyer_id"}
_LIES: Final = {
    "total_amount": "0.01", "seller_id": "2088000000000001", "app_id": "2021000000000001",
    "buyer_id": "2088999999999999", "out_trade_no": "SOMEONE_ELSES_ORDER",
}  # fmt: skip


def trade(world: "World", one: AliTrade) -> None:
    _post(world, f"ALIPAY.{one.state}", one.out_trade_no, one, {})


def refund(world: "World", one: AliTrade, back: AliRefund) -> None:
    """The trade's news again, with the sum of all refunds and this one's number."""
    more = {
        "refund_fee": yuan(one.refunded),
        "gmt_refund": clock_face(back.done_at) + ".000",
        "out_biz_no": back.out_request_no,
    }
    _post(world, "ALIPAY.REFUND", back.out_request_no, one, more)


def _post(world: "World", event: str, subject: str, one: AliTrade, more: dict[str, str]) -> None:
    keys = wire.keys_of(world)
    resource = {
        "app_id": keys.app_id, "auth_app_id": keys.app_id, "seller_id": keys.seller_id, "charset": "utf-8",
        "version": "1.0", "notify_type": "trade_status_sync", "trade_no": one.trade_no, "subject": one.subject,
        "out_trade_no": one.out_trade_no, "buyer_id": one.buyer_id, "buyer_logon_id": "buy***@example.com",
        "trade_status": one.state, "total_amount": yuan(one.total), "receipt_amount": yuan(one.total),
        "buyer_pay_amount": yuan(one.total), "point_amount": "0.00", "invoice_amount": yuan(one.total),
        "gmt_create": clock_face(one.created_at), "gmt_payment": clock_face(one.paid_at),
        "fund_bill_list": f'[{{"amount":"{yuan(one.total)}","fundChannel":"ALIPAYACCOUNT"}}]',
        **more,
    }  # fmt: skip
    world.courier.post(
        event, "支付宝通知", "form", subject=subject, url=one.notify_url, signer=SIGNER, resource=resource
    )


def message(world: "World", notice: Notice, kind: str, how: str, value: str) -> tuple[dict[str, str], str]:
    """The headers and the form as they go out, with whatever lie a fault asks for."""
    keys = wire.keys_of(world)
    params = dict(notice.resource) | {"notify_id": uuid.UUID(notice.id).hex + "01"}
    if kind == "wrong":
        name = _FIELDS.get(how, how)
        params[name] = value or _LIES.get(name, "SOMETHING_ELSE")
    late = 30 * 3600 if how == "old_timestamp" else 0
    params["notify_time"] = clock_face(world.clock.stamp() - late)
    key = keys.app_key if how in ("wrong_key", "wrong_serial") else keys.alipay_key
    signature = wire.sign(key, "&".join(f"{name}={params[name]}" for name in sorted(params)))
    if how == "mutated_body":
        params["total_amount"] = "0.01"
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "User-Agent": "Mozilla/4.0"}
    return headers, urlencode(params | {"sign_type": "RSA2", "sign": signature})
