"""The adapter. It turns every way a call can end into one of four answers and never raises for one of them."""

import gzip
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from wechatpayv3 import WeChatPay, WeChatPayType

from xintui.foundation.payments.contracts import Channel, Receiver
from xintui.foundation.payments.gateway import (
    Absent,
    BillFile,
    Done,
    Envelope,
    Message,
    Prepaid,
    PrepayOrder,
    RefundOrder,
    Refused,
    Seen,
    SplitOrder,
    TransferOrder,
    Unknown,
    Unreadable,
)
from xintui.foundation.payments.rules import UNNAMED_BELOW_FEN
from xintui.foundation.payments.wechat import bill, envelope, messages
from xintui.foundation.payments.wechat.account import Account
from xintui.kernel.times import SHANGHAI

TIMEOUT: Final = (5, 15)
ABSENT: Final = frozenset(
    {"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS", "NOT_FOUND", "NO_STATEMENT_EXIST"}
)
LATER: Final = frozenset({
    "SYSTEM_ERROR", "SYSTEMERROR", "FREQUENCY_LIMITED", "RATELIMIT_EXCEEDED", "FREQUENCY_LIMIT_EXCEED", "BANK_ERROR",
    "NOT_ENOUGH", "SIGN_ERROR", "NO_AUTH", "STATEMENT_CREATING", "QUOTA_EXCEED",
})  # fmt: skip
"""Refusals that say more about the moment (a limit, an empty balance, our own key) than about the request: the number
is kept and asked again."""
KINDS: Final = {
    Channel.JSAPI: WeChatPayType.JSAPI,
    Channel.NATIVE: WeChatPayType.NATIVE,
    Channel.H5: WeChatPayType.H5,
}
T = TypeVar("T")
Reply = tuple[int, Any]


class WeChat:
    """One account at WeChat Pay."""

    psp: Final = "wechat"
    kept: Final = envelope.KEPT

    def __init__(self, account: Account) -> None:
        self.account = account
        self.mchid, self.appid = account.mchid, account.appid
        self._pay = _library(account)

    # -- one call, four answers -----------------------------------------------------------------

    def _ask(self, call: Callable[[], Reply], read: Callable[[Mapping[str, Any]], T]) -> T | Absent | Refused | Unknown:
        try:
            status, body = call()
        except Exception as error:
            # Timeouts, resets and answers whose signature fails: whatever was done is done, and only a query can tell.
            return Unknown(type(error).__name__, str(error)[:200])
        try:
            found = json.loads(body) if body else {}
            if 200 <= status < 300:
                return read(found)
            return _refusal(status, str(found.get("code", ""))[:64], str(found.get("message", ""))[:200])
        except (ValueError, AttributeError, Unreadable) as error:
            return Unknown("UNREADABLE", f"HTTP {status}: {error}"[:200])

    def _tell(self, call: Callable[[], Reply], read: Callable[[Mapping[str, Any]], T]) -> T | Refused | Unknown:
        """For requests: "no such order" is a refusal like any other."""
        answer = self._ask(call, read)
        return Refused(answer.code) if isinstance(answer, Absent) else answer

    # -- payments -------------------------------------------------------------------------------

    def prepay(self, order: PrepayOrder) -> Prepaid | Refused | Unknown:
        more: dict[str, Any] = {}
        if order.channel is Channel.JSAPI:
            more["payer"] = {"openid": order.openid}
        if order.channel is Channel.H5:
            more["scene_info"] = {"payer_client_ip": order.client_ip or "127.0.0.1", "h5_info": {"type": "Wap"}}
        if order.shared:
            more["settle_info"] = {"profit_sharing": True}
        return self._tell(
            lambda: self._pay.pay(
                description=order.description,
                out_trade_no=order.number,
                amount={"total": order.amount_fen, "currency": order.currency},
                # Whole seconds: the same number must always carry the same terms.
                time_expire=order.expires_at.astimezone(SHANGHAI).replace(microsecond=0).isoformat(),
                pay_type=KINDS[order.channel],
                **more,
            ),
            _prepaid,
        )

    def pay_params(self, prepay_id: str, now: datetime) -> Mapping[str, str]:
        """What wx.requestPayment takes; the sign covers appId, timeStamp, nonceStr and package (facts §4.3)."""
        stamp, nonce, package = str(int(now.timestamp())), secrets.token_hex(16), f"prepay_id={prepay_id}"
        return {
            "appId": self.appid,
            "timeStamp": stamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self._pay.sign([self.appid, stamp, nonce, package]),
        }

    def query_payment(self, number: str) -> Seen | Absent | Refused | Unknown:
        return self._ask(lambda: self._pay.query(out_trade_no=number), messages.trade)

    def close_payment(self, number: str) -> Done | Refused | Unknown:
        return self._tell(lambda: self._pay.close(out_trade_no=number), _done)

    # -- refunds --------------------------------------------------------------------------------

    def refund(self, order: RefundOrder) -> Seen | Refused | Unknown:
        amount = {"refund": order.amount_fen, "total": order.total_fen, "currency": order.currency}
        return self._tell(
            lambda: self._pay.refund(
                out_refund_no=order.number,
                out_trade_no=order.payment_number,
                amount=amount,
                reason=order.reason or None,
            ),
            lambda body: messages.refund(body, told=False),
        )

    def query_refund(self, number: str, payment_number: str) -> Seen | Absent | Refused | Unknown:
        return self._ask(lambda: self._pay.query_refund(number), lambda body: messages.refund(body, told=False))

    # -- transfers ------------------------------------------------------------------------------

    def transfer(self, order: TransferOrder) -> Seen | Refused | Unknown:
        terms = self.account.transfer
        name = order.user_name if order.amount_fen >= UNNAMED_BELOW_FEN else ""
        return self._tell(
            lambda: self._pay.mch_transfer_bills(
                out_bill_no=order.number,
                transfer_scene_id=terms.scene_id,
                openid=order.openid,
                transfer_amount=order.amount_fen,
                transfer_remark=order.remark,
                user_name=name or None,
                appid=order.appid or None,
                user_recv_perception=terms.perception or None,
                transfer_scene_report_infos=[
                    {"info_type": kind, "info_content": text} for kind, text in terms.reports.items()
                ],
            ),
            messages.transfer_accepted,
        )

    def query_transfer(self, number: str) -> Seen | Absent | Refused | Unknown:
        return self._ask(lambda: self._pay.mch_transfer_bills_query(out_bill_no=number), messages.transfer)

    def cancel_transfer(self, number: str) -> Done | Refused | Unknown:
        return self._tell(lambda: self._pay.mch_transfer_bills_cancel(number), _done)

    # -- 分账 -----------------------------------------------------------------------------------

    def add_receiver(self, receiver: Receiver) -> Done | Refused | Unknown:
        return self._tell(
            lambda: self._pay.profitsharing_add_receiver(
                receiver.type, receiver.account, receiver.relation, name=receiver.name or None
            ),
            _done,
        )

    def split(self, order: SplitOrder) -> Seen | Refused | Unknown:
        receivers = [
            {"type": one.type, "account": one.account, "amount": one.amount_fen, "description": one.description}
            for one in order.receivers
        ]
        return self._tell(
            lambda: self._pay.profitsharing_order(order.transaction_id, order.number, receivers, order.finish),
            messages.split,
        )

    def query_split(self, number: str, transaction_id: str) -> Seen | Absent | Refused | Unknown:
        return self._ask(lambda: self._pay.profitsharing_order_query(transaction_id, number), messages.split)

    def unfreeze(self, order: SplitOrder) -> Seen | Refused | Unknown:
        return self._tell(
            lambda: self._pay.profitsharing_unfreeze(
                order.transaction_id, order.number, order.description or "解冻剩余资金"
            ),
            messages.split,
        )

    def return_split(self, order: SplitOrder) -> Seen | Refused | Unknown:
        (one,) = order.receivers
        return self._tell(
            lambda: self._pay.profitsharing_return(
                order.number, one.account, one.amount_fen, order.description or "分账回退", out_order_no=order.of
            ),
            messages.split_return,
        )

    def query_return(self, number: str, of: str) -> Seen | Absent | Refused | Unknown:
        return self._ask(lambda: self._pay.profitsharing_return_query(of, number), messages.split_return)

    # -- bills ----------------------------------------------------------------------------------

    def trade_bill(self, day: date) -> BillFile | Absent | Refused | Unknown:
        """Ask where the file is, fetch it, check its SHA-1 against the signed answer, read it."""
        where = self._ask(lambda: self._pay.trade_bill(day.isoformat()), dict)
        if not isinstance(where, dict):
            return where
        url, promised = str(where.get("download_url", "")), str(where.get("hash_value", "")).lower()
        if urlsplit(url)[:2] != urlsplit(self.account.base)[:2]:
            return Refused("FOREIGN_URL", "账单下载地址不属于支付渠道")
        try:
            status, data = self._pay.download_bill(url)
        except Exception as error:
            return Unknown(type(error).__name__, str(error)[:200])
        return _bill(day, promised, data) if status == 200 else Unknown(f"HTTP_{status}", "账单下载失败")

    # -- callbacks ------------------------------------------------------------------------------

    def authenticate(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Envelope:
        return envelope.authenticate(self.account.keys, headers, body, now)

    def open(self, body: bytes) -> Message:
        event_type, resource = envelope.opened(self.account.apiv3_key, body)
        return Message(*messages.callback(event_type, resource))


def _refusal(status: int, code: str, message: str) -> Absent | Refused | Unknown:
    """What a 4XX or 5XX really says."""
    if (status == 404 and code in ABSENT) or code == "NO_STATEMENT_EXIST":
        return Absent(code)
    if status >= 500 or status == 429 or not code or code in LATER:
        return Unknown(code or f"HTTP_{status}", message)
    return Refused(code, message)


def _prepaid(body: Mapping[str, Any]) -> Prepaid:
    found = Prepaid(str(body.get("prepay_id", "")), str(body.get("code_url") or body.get("h5_url") or ""))
    if not (found.prepay_id or found.url):
        raise Unreadable("a prepay without an id")
    return found


def _bill(day: date, promised: str, data: bytes) -> BillFile | Refused:
    """The file, if it is the one the signed answer spoke of."""
    try:
        plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else bytes(data)
        # SHA-1 is what the protocol offers; the answer that carries it is signed.
        found = hashlib.sha1(plain).hexdigest()  # noqa: S324
        if found != promised:
            return Refused("BAD_HASH", "账单内容与渠道给出的摘要不符")
        return bill.parsed(day, found, plain)
    except (OSError, EOFError, TypeError, UnicodeDecodeError, bill.BadBill) as error:
        return Refused("BAD_BILL", str(error))


def _done(_body: Mapping[str, Any]) -> Done:
    return Done()


def _library(account: Account) -> WeChatPay:
    """The library with our host. Its gateway address is private and has no setting (stack.md)."""
    local = urlsplit(account.base).hostname in ("127.0.0.1", "localhost", "::1")
    pay = WeChatPay(
        wechatpay_type=WeChatPayType.JSAPI,
        mchid=account.mchid,
        private_key=account.private_key,
        cert_serial_no=account.serial,
        appid=account.appid,
        apiv3_key=account.apiv3_key,
        notify_url=account.notify_url,
        # A certificate's key under its serial works like a public key under its id, and the library then neither
        # downloads certificates at start nor trusts any other .pem that lies in the folder.
        public_key=account.platform_pem,
        public_key_id=account.speaks,
        timeout=TIMEOUT,
        proxy={"http": None, "https": None} if local else None,
    )
    pay._core._gate_way = account.base
    return pay
