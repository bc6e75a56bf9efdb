"""Expected refusals."""

from dataclasses import dataclass
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(eq=False)
class NotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "payments.not_found"
    says: ClassVar[str] = "没有找到单号 {number}"

    number: str


@dataclass(eq=False)
class RequestedDifferently(DomainError):
    """The same number or subject came again with other terms."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payments.requested_differently"
    says: ClassVar[str] = "{number} 已用另外的金额或对象提交过"

    number: str


@dataclass(eq=False)
class NotPayable(DomainError):
    """Already paid, closed or past its time."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payments.not_payable"
    says: ClassVar[str] = "支付单 {payment_id} 当前状态为「{state}」，不能再发起支付"

    payment_id: str
    state: str


@dataclass(eq=False)
class RefundTooMuch(DomainError):
    """More than what was captured and not yet refunded, or a 51st refund."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payments.refund_too_much"
    says: ClassVar[str] = "退款金额超过可退余额，或该笔支付的退款次数已满"

    payment_id: str
    amount_fen: int


@dataclass(eq=False)
class BadAmount(DomainError):
    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "payments.bad_amount"
    says: ClassVar[str] = "金额 {amount_fen} 分不在允许的范围内：{why}"

    amount_fen: int
    why: str


@dataclass(eq=False)
class GatewayUnavailable(DomainError):
    """No answer, or one that cannot be believed. Asking again with the same number is safe."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "payments.gateway_unavailable"
    says: ClassVar[str] = "支付渠道暂时没有应答，请稍后重试"

    detail: str


@dataclass(eq=False)
class GatewayRefused(DomainError):
    """The gateway said no, and meant it."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payments.gateway_refused"
    says: ClassVar[str] = "支付渠道拒绝了请求：{reason}（{gateway_code}）"

    gateway_code: str
    reason: str


@dataclass(eq=False)
class GatewayNotConfigured(DomainError):
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "payments.not_configured"
    says: ClassVar[str] = "尚未配置支付渠道"


@dataclass(eq=False)
class MethodNotOffered(DomainError):
    """WeChat's own cashier (JSAPI) is the only one a mini-program may open."""

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "payments.method_not_offered"
    says: ClassVar[str] = "小程序内只能使用微信支付"


@dataclass(eq=False)
class BillNotReady(DomainError):
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "payments.bill_not_ready"
    says: ClassVar[str] = "{day} 的对账单还不能下载：{reason}"

    day: str
    reason: str


@dataclass(eq=False)
class BillBroken(DomainError):
    """The file is not what the gateway said it would be: nothing was imported."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payments.bill_broken"
    says: ClassVar[str] = "{day} 的对账单校验不通过：{reason}"

    day: str
    reason: str


@dataclass(eq=False)
class NoteNeeded(DomainError):
    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "payments.note_needed"
    says: ClassVar[str] = "关闭差异必须写明处理说明"


@dataclass(eq=False)
class SplitTooMuch(DomainError):
    """More than the gateway lets be split of one payment, or a request too many (facts §4.1)."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payments.split_too_much"
    says: ClassVar[str] = (
        "支付单 {payment_id} 最多还能分账 {left_fen} 分（上限为实付的 {max_bp} ‱，且不超过 {requests} 次）"
    )

    payment_id: str
    left_fen: int
    max_bp: int
    requests: int


@dataclass(eq=False)
class SplitOver(DomainError):
    """Released already, or past the gateway's window."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payments.split_over"
    says: ClassVar[str] = "支付单 {payment_id} 的剩余资金已解冻，不能再分账"

    payment_id: str


@dataclass(eq=False)
class NotReturnable(DomainError):
    """Only a merchant receiver who has got his part can give it back, and never more (facts §4.1)."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payments.split_not_returnable"
    says: ClassVar[str] = "分账单 {share_id} 的接收方 {account} 没有可回退的 {amount_fen} 分（个人接收方不能回退）"

    share_id: str
    account: str
    amount_fen: int
