"""The adapter. It turns every way a call can end into one of four answers and never raises for one of them."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from time import time
from typing import Any, Final, TypeVar
from urllib.parse import urlencode, urlsplit

import httpx

from xintui.foundation.payments.alipay import bill, messages, notify, signing
from xintui.foundation.payments.alipay.account import Account
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

TIMEOUT: Final = httpx.Timeout(15, connect=5)
ABSENT: Final = frozenset({"ACQ.TRADE_NOT_EXIST", "isp.bill_not_exist"})
LATER: Final = frozenset({
    "ACQ.SYSTEM_ERROR", "SYSTEM_ERROR", "ACQ.SELLER_BALANCE_NOT_ENOUGH", "ACQ.REFUND_CHARGE_ERROR",
    "ACQ.ACCESS_FORBIDDEN", "isp.unknow-error", "isp.call-limited", "isp.bill_system_error", "isv.invalid-signature",
    "isv.invalid-app-id", "isv.app-call-limited", "isv.missing-signature", "aop.unknow-error", "aop.ACQ.SYSTEM_ERROR",
})  # fmt: skip
"""Refusals that say more about the moment (a limit, an empty balance, our own key) than about the request: the number
is kept and asked again."""
T = TypeVar("T")
ONLY_WECHAT: Final = Refused("NOT_OFFERED", "支付宝渠道不办理转账与分账")


class Alipay:
    """One application at Alipay."""

    psp: Final = "alipay"
    kept: Final = ("content-type", "user-agent")

    def __init__(self, account: Account) -> None:
        self.account = account
        self.mchid, self.appid = account.seller_id, account.app_id
        local = urlsplit(account.base).hostname in ("127.0.0.1", "localhost", "::1")
        self._http = httpx.Client(timeout=TIMEOUT, trust_env=not local, follow_redirects=False)

    # -- one call, four answers -----------------------------------------------------------------

    def _signed(self, method: str, biz: Mapping[str, Any], more: Mapping[str, str]) -> dict[str, str]:
        """Every parameter of a request, signed."""
        params = {
            "app_id": self.appid,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": signing.SIGN_TYPE,
            "timestamp": messages.clock_face(datetime.fromtimestamp(time(), UTC)),  # the wall's, whatever a story says
            "version": "1.0",
            **more,
            "biz_content": json.dumps(biz, ensure_ascii=False, separators=(",", ":")),
        }
        return params | {"sign": signing.sign(self.account.private_key, signing.request_text(params))}

    def _ask(
        self, method: str, biz: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T], **more: str
    ) -> T | Absent | Refused | Unknown:
        params = self._signed(method, biz, more)
        content = {"biz_content": params.pop("biz_content")}
        try:
            # As the official SDKs do: what is about the call stands in the address, what it is about in the body.
            answer = self._http.post(self.account.base, params=params, data=content)
            if answer.status_code != 200:
                return Unknown(f"HTTP_{answer.status_code}")
            raw = answer.content.decode("utf-8")
            node, signature = signing.signed_node(raw, method.replace(".", "_") + "_response")
            if not signing.verifies(self.account.alipay_key, node, signature):
                # Alipay does not sign what it says of a request it could not read: nothing can be concluded from that.
                return Unknown("UNSIGNED", node[:200])
            found = signing.node_of(node)
            code = messages.text(found, "code")
            if code == "10000":
                return read(found)
            return _refusal(code, messages.text(found, "sub_code"), messages.text(found, "sub_msg"))
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeDecodeError, Unreadable) as error:
            # Timeouts, resets, answers that cannot be read: whatever was done is done, and only a query can tell.
            return Unknown(type(error).__name__, str(error)[:200])

    def _tell(
        self, method: str, biz: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T], **more: str
    ) -> T | Refused | Unknown:
        """For requests: "no such trade" is a refusal like any other."""
        answer = self._ask(method, biz, read, **more)
        return Refused(answer.code) if isinstance(answer, Absent) else answer

    # -- payments -------------------------------------------------------------------------------

    def prepay(self, order: PrepayOrder) -> Prepaid | Refused | Unknown:
        """A QR code is asked for; a cashier page is an address that we sign: its trade begins when it is opened."""
        biz = {
            "out_trade_no": order.number,
            "total_amount": messages.yuan(order.amount_fen),
            "subject": _plain(order.description),
            "time_expire": messages.clock_face(order.expires_at),
        }
        if order.channel is Channel.NATIVE:
            return self._tell(
                "alipay.trade.precreate",
                biz | {"product_code": "QR_CODE_OFFLINE"},
                _code,
                notify_url=self.account.notify_url,
            )
        if order.channel is not Channel.H5:
            return Refused("NOT_OFFERED", "支付宝不能在小程序内付款")
        biz |= {"product_code": "QUICK_WAP_WAY"} | ({"quit_url": order.return_url} if order.return_url else {})
        more = {"notify_url": self.account.notify_url} | ({"return_url": order.return_url} if order.return_url else {})
        return Prepaid(url=f"{self.account.base}?{urlencode(self._signed('alipay.trade.wap.pay', biz, more))}")

    def pay_params(self, prepay_id: str, now: datetime) -> Mapping[str, str]:
        return {}

    def query_payment(self, number: str) -> Seen | Absent | Refused | Unknown:
        return self._ask("alipay.trade.query", {"out_trade_no": number}, messages.trade)

    def close_payment(self, number: str) -> Done | Refused | Unknown:
        return self._tell("alipay.trade.close", {"out_trade_no": number}, lambda _body: Done())

    # -- refunds --------------------------------------------------------------------------------

    def refund(self, order: RefundOrder) -> Seen | Refused | Unknown:
        biz = {
            "out_trade_no": order.payment_number,
            "out_request_no": order.number,
            "refund_amount": messages.yuan(order.amount_fen),
            "refund_reason": _plain(order.reason) or "退款",
        }
        return self._tell(
            "alipay.trade.refund",
            biz,
            # Accepted is not refunded: without fund_change=Y only the query knows.
            lambda body: messages.refunded(body, order.number) or Unknown("FUND_CHANGE_N", "退款已受理，待查询"),
        )

    def query_refund(self, number: str, payment_number: str) -> Seen | Absent | Refused | Unknown:
        return self._ask(
            "alipay.trade.fastpay.refund.query",
            {"out_trade_no": payment_number, "out_request_no": number, "query_options": ["gmt_refund_pay"]},
            lambda body: messages.refund(body) or Absent("NO_REFUND"),
        )

    # -- bills ----------------------------------------------------------------------------------

    def trade_bill(self, day: date) -> BillFile | Absent | Refused | Unknown:
        """Ask where the file is, fetch it, read it. Its address lives half a minute."""
        url = self._ask(
            "alipay.data.dataservice.bill.downloadurl.query",
            {"bill_type": "trade", "bill_date": day.isoformat()},
            lambda body: messages.text(body, "bill_download_url"),
        )
        if not isinstance(url, str):
            return url
        if (found := self._own(url)) is None:
            return Refused("FOREIGN_URL", "账单下载地址不属于支付渠道")
        try:
            answer = self._http.get(found)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Unknown(type(error).__name__, str(error)[:200])
        if answer.status_code != 200:
            return Unknown(f"HTTP_{answer.status_code}", "账单下载失败")
        try:
            return bill.parsed(day, answer.content)
        except bill.BadBill as error:
            return Refused("BAD_BILL", str(error))

    def _own(self, url: str) -> str | None:
        """The address if it is Alipay's. Nothing signs the file, so the line to it must be: http becomes https."""
        asked, base = urlsplit(url), urlsplit(self.account.base)
        if asked[:2] == base[:2]:
            return url
        if (asked.hostname or "").endswith(".alipay.com") and (base.hostname or "").endswith(".alipay.com"):
            return asked._replace(scheme="https").geturl()
        return None

    # -- callbacks ------------------------------------------------------------------------------

    def authenticate(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Envelope:
        return notify.authenticate(self.account, body, now)

    def open(self, body: bytes) -> Message:
        return notify.opened(body)

    # -- what only WeChat Pay does here ---------------------------------------------------------

    def transfer(self, order: TransferOrder) -> Seen | Refused | Unknown:
        return ONLY_WECHAT

    def query_transfer(self, number: str) -> Seen | Absent | Refused | Unknown:
        return ONLY_WECHAT

    def cancel_transfer(self, number: str) -> Done | Refused | Unknown:
        return ONLY_WECHAT

    def add_receiver(self, receiver: Receiver) -> Done | Refused | Unknown:
        return ONLY_WECHAT

    def split(self, order: SplitOrder) -> Seen | Refused | Unknown:
        return ONLY_WECHAT

    def query_split(self, number: str, transaction_id: str) -> Seen | Absent | Refused | Unknown:
        return ONLY_WECHAT

    def unfreeze(self, order: SplitOrder) -> Seen | Refused | Unknown:
        return ONLY_WECHAT

    def return_split(self, order: SplitOrder) -> Seen | Refused | Unknown:
        return ONLY_WECHAT

    def query_return(self, number: str, of: str) -> Seen | Absent | Refused | Unknown:
        return ONLY_WECHAT


def _refusal(code: str, sub_code: str, message: str) -> Absent | Refused | Unknown:
    """What a code but 10000 really says: 20000 is Alipay's trouble, 40006 our rights, 40004 the business's no."""
    if sub_code in ABSENT:
        return Absent(sub_code)
    if not code.startswith("4") or code == "40006" or not sub_code or sub_code in LATER:
        return Unknown(sub_code or code or "UNREADABLE", message[:200])
    return Refused(sub_code[:64], message[:200])


def _code(body: Mapping[str, Any]) -> Prepaid:
    url = messages.text(body, "qr_code")
    if not url:
        raise Unreadable("a precreate without a code")
    return Prepaid(url=url)


def _plain(words: str) -> str:
    """Alipay takes no / = & in what people read."""
    return words.translate(str.maketrans("/=&", "   "))[:128]
