"""What payouts refuses, one class per reason."""

from dataclasses import dataclass
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(eq=False)
class NoSuchWithdrawal(DomainError):
    """Unknown, or another promoter's."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "payouts.not_found"
    says: ClassVar[str] = "没有这笔提现"

    withdrawal_id: str


@dataclass(eq=False)
class AboveDue(DomainError):
    """More than what is due and not set aside already."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payouts.above_due"
    says: ClassVar[str] = "超过可提现余额"

    amount_fen: int


@dataclass(eq=False)
class OutOfRange(DomainError):
    """Below the least or above the most that one withdrawal may be."""

    code: ClassVar[str] = "payouts.out_of_range"
    says: ClassVar[str] = "单笔提现应在 {min_fen} 分至 {max_fen} 分之间"

    min_fen: int
    max_fen: int


@dataclass(eq=False)
class NoPayee(DomainError):
    """There is nowhere to send money to."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payouts.no_payee"
    says: ClassVar[str] = "请先绑定收款账户"


@dataclass(eq=False)
class RealNameRequired(DomainError):
    """From this amount on the payer needs the payee's real name (商家转账)."""

    code: ClassVar[str] = "payouts.real_name_required"
    says: ClassVar[str] = "{from_fen} 分及以上提现需要实名"

    from_fen: int


@dataclass(eq=False)
class InvoiceRequired(DomainError):
    """A company is paid against its invoice; nothing is withheld."""

    code: ClassVar[str] = "payouts.invoice_required"
    says: ClassVar[str] = "企业推客提现请填写发票号码"


@dataclass(eq=False)
class FourEyes(DomainError):
    """Two different people, neither of them the payee (ASVS 2.3.5)."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "payouts.four_eyes"
    says: ClassVar[str] = "需要另一位同事复核：{why}"

    why: str


@dataclass(eq=False)
class TooEarly(DomainError):
    """The payee was changed lately, or today's limit is used up."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payouts.too_early"
    says: ClassVar[str] = "最早可于 {not_before} 打款"

    not_before: str


@dataclass(eq=False)
class CapReached(DomainError):
    """A limit of the day or month is used up; the withdrawal waits."""

    kind: ClassVar[Kind] = Kind.LIMITED
    code: ClassVar[str] = "payouts.cap_reached"
    says: ClassVar[str] = "已达打款限额，将于限额恢复后处理"


@dataclass(eq=False)
class AnotherInFlight(DomainError):
    """One payment at a time per payee: the tax of the next depends on the outcome of this one."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payouts.another_in_flight"
    says: ClassVar[str] = "上一笔提现仍在处理中，完成后自动继续"


@dataclass(eq=False)
class WrongRail(DomainError):
    """A bank payment is confirmed by a person, a WeChat payment by the gateway; never the other way round."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payouts.wrong_rail"
    says: ClassVar[str] = "该笔提现不走此打款渠道"

    rail: str


@dataclass(eq=False)
class SettledDifferently(DomainError):
    """The gateway's answer does not match what was sent: an alarm, never a booking."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payouts.settled_differently"
    says: ClassVar[str] = "打款结果与指令不一致：{withdrawal_id}"

    withdrawal_id: str


@dataclass(eq=False)
class NoSuchStatement(DomainError):
    """Nothing was paid in that month."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "payouts.no_statement"
    says: ClassVar[str] = "{month} 没有已打款的提现"

    month: str
