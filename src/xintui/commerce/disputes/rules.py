"""The judgement of disputes: its life as a table, who may complain of what when, what a rule decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from xintui.commerce.disputes.contracts import BadComplaint, ComplaintKind, Side, Stand, State, Verb
from xintui.commerce.disputes.tables import Terms
from xintui.kernel.states import Flow

S, V = State, Verb
FLOW: Final[Flow[State, Verb]] = Flow(
    {
        (S.ANSWERING, V.ACCEPT): S.RULED,
        (S.ANSWERING, V.TIME_OUT): S.RULED,  # no answer in time: the buyer is believed
        (S.ANSWERING, V.RULE): S.RULED,  # contested, but small and clear: by rule, told so, open to appeal
        (S.ANSWERING, V.OFFER): S.OFFERED,
        (S.ANSWERING, V.CONTEST): S.ARBITRATION,
        (S.OFFERED, V.TAKE): S.RULED,
        (S.OFFERED, V.DECLINE): S.ARBITRATION,  # by the buyer, or by the passing of time
        (S.ARBITRATION, V.AWARD): S.RULED,
        (S.ARBITRATION, V.DENY): S.DENIED,
        (S.ANSWERING, V.WITHDRAW): S.WITHDRAWN,
        (S.OFFERED, V.WITHDRAW): S.WITHDRAWN,
        (S.ARBITRATION, V.WITHDRAW): S.WITHDRAWN,
        (S.ANSWERING, V.SETTLED_ELSEWHERE): S.FINAL,  # an after-sale gave the money back in the meantime
        (S.OFFERED, V.SETTLED_ELSEWHERE): S.FINAL,
        (S.ARBITRATION, V.SETTLED_ELSEWHERE): S.FINAL,
        (S.RULED, V.PAY): S.PAID,  # the gateway says that the money is back
        (S.RULED, V.WITHDRAW): S.WITHDRAWN,  # a refund that failed, and the buyer wants no other
        (S.PAID, V.UPHOLD): S.FINAL,
        (S.PAID, V.REVERSE): S.REVERSED,  # what was paid first is recovered the other way
        (S.PAID, V.RAISE): S.RULED,  # the buyer was right in more than was given: the rest is on its way
        (S.RULED, V.KEEP): S.PAID,  # that rest failed, and the buyer wants no other: what was paid stays
        (S.PAID, V.FINISH): S.FINAL,  # nobody appealed in time
        (S.DENIED, V.UPHOLD): S.FINAL,
        (S.DENIED, V.REVERSE): S.RULED,  # the buyer was right after all
        (S.DENIED, V.SETTLED_ELSEWHERE): S.FINAL,
        (S.DENIED, V.FINISH): S.FINAL,
    }
)
OPEN: Final = frozenset({S.ANSWERING, S.OFFERED, S.ARBITRATION, S.RULED})
"""The states in which a line has a dispute under way."""
ARGUED: Final = frozenset({S.ANSWERING, S.OFFERED, S.ARBITRATION})
"""The states in which both sides may still hand in evidence."""
APPEALABLE: Final = frozenset({S.PAID, S.DENIED})
AGREED: Final = frozenset({"accepted", "agreed"})
"""Rules by which a side bound itself."""
ENDED: Final = frozenset({S.WITHDRAWN, S.REVERSED, S.FINAL})

SAYS: Final[Mapping[str, str]] = {
    "file": "买家提交投诉",
    "evidence": "提交证据",
    V.ACCEPT: "被投诉方同意买家的请求",
    V.OFFER: "被投诉方提出协商金额",
    V.CONTEST: "被投诉方不同意，转平台裁决",
    V.RULE: "小额且事由清楚，平台按规则裁决",
    V.TIME_OUT: "被投诉方逾期未答复，平台按规则裁决",
    V.TAKE: "买家接受协商金额",
    V.DECLINE: "买家不接受协商金额，转平台裁决",
    "offer_lapsed": "协商逾期没有结果，转平台裁决",
    V.AWARD: "平台裁决支持买家",
    V.DENY: "平台裁决不支持买家",
    V.WITHDRAW: "买家撤回投诉",
    V.SETTLED_ELSEWHERE: "款项已通过售后退回，投诉了结",
    V.PAY: "赔付已原路退回买家",
    "pay_failed": "支付渠道退款未成功，平台将重新发起",
    "pay_again": "重新发起赔付",
    "late": "平台未在时限内裁决，已列为超时催办",
    "appeal": "提出申诉，由人工复核",
    V.UPHOLD: "申诉复核维持原裁决",
    V.REVERSE: "申诉复核改判",
    V.RAISE: "申诉复核加判，支持买家的其余请求",
    V.KEEP: "加判部分未能退回，维持已赔付的金额",
    "nothing_left": "申诉复核加判，但款项已全部退回，没有可以再退的",
    V.FINISH: "申诉期已过，裁决生效",
    "recover": "已收回先行赔付的款项",
    "repay": "买家退回先行赔付的款项",
    "repay_excess": "多付的款项原路退回",
    "write_off_asked": "提出核销，待另一人复核",
    "write_off": "核销，由平台承担",
    "write_off_refused": "核销被驳回",
}
"""What the timeline says of each step."""


@dataclass(frozen=True, slots=True)
class Bought:
    """An order's line as a complaint must find it."""

    paid_at: datetime | None
    received_at: datetime | None
    refused_after_sale: bool
    refundable_fen: int
    promoter_id: str


def check(kind: ComplaintKind, bought: Bought, wanted_fen: int, now: datetime) -> None:
    """Whether this may be complained of today. Raises `BadComplaint`."""
    if bought.paid_at is None:
        raise BadComplaint("订单还没有付款")
    if kind.filed == "received" and bought.received_at is None:
        raise BadComplaint("确认收货后才能按这个事由投诉")
    if kind.filed == "refused" and not bought.refused_after_sale:
        raise BadComplaint("先申请售后；商家拒绝后才能按这个事由投诉")
    if bought.received_at and now > bought.received_at + timedelta(days=kind.window_days):
        raise BadComplaint(f"收货已超过 {kind.window_days} 天")
    if kind.liable is Side.PROMOTER and not bought.promoter_id:
        raise BadComplaint("这笔订单没有推广者，请选择其他事由")
    if wanted_fen < 1:
        raise BadComplaint("请求金额须大于 0")


def by_rule(kind: ComplaintKind, wanted_fen: int, *, pictures: int, recent: int, terms: Terms) -> bool:
    """Whether a contested complaint is small and clear enough for a rule: `pictures` of the buyer's, `recent` such
    rulings for this buyer. Whoever has had many goes to a person, so that the rule is no purse."""
    return (
        kind.clear
        and wanted_fen <= terms.small_fen
        and (pictures > 0 or not kind.needs_picture)
        and recent < terms.small_per_buyer
    )


def check_offer(stand: Stand, fen: int, wanted_fen: int) -> None:
    """An offer is a smaller sum; the other answers name none. Raises `BadComplaint`."""
    if stand is Stand.OFFER and not 1 <= fen < wanted_fen:
        raise BadComplaint("协商金额须大于 0 且小于请求金额；同意全额请选择同意")
    if stand is not Stand.OFFER and fen:
        raise BadComplaint("只有协商才填写金额")


def covered(ruled_fen: int, held_fen: int) -> tuple[int, int]:
    """How much of what was paid comes out of the deposit, and how much its holder owes besides."""
    taken = min(ruled_fen, held_fen)
    return taken, ruled_fen - taken


def given_back(paid_fen: int, deposit_fen: int, debt_fen: int) -> tuple[int, int, int]:
    """A reversed payment goes back to whoever bore it: to the deposit what it paid, then debt is taken away as far as
    there still is some, and the rest was paid out of earnings. (deposit, debt, earnings)"""
    borne = paid_fen - deposit_fen
    debt = min(borne, debt_fen)
    return deposit_fen, debt, borne - debt


@dataclass(frozen=True, slots=True)
class Ruled:
    """What an appeal would be against: by which rule, for whom to answer, whether the buyer was given a part only, and
    whether an appeal of the buyer's has added the rest."""

    liable: Side
    rule: str
    part: bool
    raised: bool


def in_part(rule: str, ruled_fen: int, wanted_fen: int) -> bool:
    """Whether a person has found for the buyer, but not in everything: then both sides have lost something."""
    return rule == "arbitration" and 0 < ruled_fen < wanted_fen


def unappealable(state: State, side: Side, given: Ruled) -> str:
    """Why this side may not appeal now, or nothing: whoever a ruling went against may, in part too, but not against
    its own word and not against what a human has answered to an appeal."""
    ended = "裁决作出并执行后可以申诉" if state in OPEN else "投诉已经了结"
    reasons = (
        (state not in APPEALABLE, ended),
        (state is State.PAID and side is Side.BUYER and not given.part, "裁决支持了买家，由责任方决定是否申诉"),
        (state is State.PAID and side not in {Side.BUYER, given.liable}, "由买家和责任方决定是否申诉"),
        (state is State.DENIED and side is not Side.BUYER, "裁决没有支持买家，由买家决定是否申诉"),
        (given.rule in AGREED, "这是双方同意的结果"),
        (given.rule == "appeal" and not given.raised, "这是人工复核的结果"),
    )
    return next((says for holds, says in reasons if holds), "")


def allowed(state: State, side: Side | None, given: Ruled, *, appealed: bool) -> tuple[str, ...]:
    """What this side can do now, as its buttons say it; without a side it is the arbiter who asks."""
    if side is None:
        return ("award",) if state is State.ARBITRATION else ()
    found = []
    if side is given.liable and state is State.ANSWERING:
        found.append("answer")
    if side is Side.BUYER and state is State.OFFERED:
        found += ["take", "decline"]
    if state in ARGUED:
        found.append("evidence")
        if side is Side.BUYER:
            found.append("withdraw")
    if not appealed and not unappealable(state, side, given):
        found.append("appeal")
    return tuple(found)
