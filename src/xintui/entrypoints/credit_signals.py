"""What happens becomes signals of credit: the one page that says which event counts for whom, as what, and once.

A key begins with its indicator and ends with what happened, so an event heard twice counts once. What undoes a sale
stands on the day of the sale: the outcome does not depend on when it is heard.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from xintui.commerce.disputes.contracts import DisputeFinal, Side
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import MerchantActivated
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleMoved, LineRefunded, Order, OrderPaid, OrderReceived, PaidLine
from xintui.commerce.reviews.contracts import ReviewWritten
from xintui.engagement.academy import facade as academy
from xintui.engagement.academy.contracts import CertificateMoved
from xintui.kernel.times import accounting_date
from xintui.promotion.payouts.contracts import WithdrawalReturned
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PromoterActivated
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Signal, Subject, SubjectKind
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import DepositPaid, DepositReturned, Holder, HolderKind, State
from xintui.trust.graph import facade as graph
from xintui.trust.graph.contracts import NodeKind, RingDecided, RingState, Shape
from xintui.trust.violations.contracts import ViolationConfirmed, ViolationEnded

WHOLE_BP: Final = 10_000
GOOD_STARS: Final = 4
PROMPT: Final = timedelta(hours=24)
ANSWERS: Final = frozenset({"approve_refund", "approve_return", "approve_exchange", "reject"})
CLOCK: Final = frozenset({"system", "platform", "buyer", "psp"})
UNKNOWN: Final = -1
"""Who has taken a deposit back stands as if there had been none: 随时可退 costs nothing."""
WITHDRAWN: Final = "withdrawn"
NODES: Final = {SubjectKind.PROMOTER: NodeKind.PROMOTER, SubjectKind.MERCHANT: NodeKind.MERCHANT}
STEP_BP: Final = 500
"""A graph score of another day is news only when it is another twentieth."""


def observe(signals: Iterable[Signal], *, now: datetime) -> int:
    """Count them, making known who is not known yet; who exists no more is left out."""
    found = list(signals)
    subjects = _subjects({one.subject_id for one in found})
    known = {one.id for one in subjects}
    return credit.observe([one for one in found if one.subject_id in known], subjects, now=now)


def _subjects(ids: Collection[str]) -> list[Subject]:
    """Since when somebody is here: a promoter since joining, a shop since its first opening."""
    began = {key: one.joined_at or one.applied_at for key, one in promoters.get(ids).items()}
    shops = {key: one.activated_at for key, one in merchants.get_many(list(ids)).items() if one.activated_at}
    people = [Subject(key, SubjectKind.PROMOTER, accounting_date(at)) for key, at in began.items()]
    return [*people, *(Subject(key, SubjectKind.MERCHANT, accounting_date(at)) for key, at in shops.items())]


def _signal(  # noqa: PLR0917 - a row
    subject: str, indicator: str, what: str, at: datetime, good: int, total: int, says: str = "", *,
    ref: str = "", day: date | None = None,
) -> Signal:  # fmt: skip
    key = f"{indicator}/{what}"
    return Signal(subject, key, indicator, day or accounting_date(at), at, good, total, says, ref)


def on_paid(events: Sequence[OrderPaid], *, now: datetime) -> None:
    """A sale counts for the shop and, unless she bought it herself, for the promoter who brought it."""
    found: list[Signal] = []
    bought: list[tuple[str, OrderPaid]] = []
    for event in events:
        by_promoter: dict[str, list[PaidLine]] = {}
        for line in event.lines:
            by_promoter.setdefault(line.promoter_id, []).append(line)
        for promoter_id, lines in by_promoter.items():
            if not promoter_id:
                continue
            own = lines[0].buyer_promoter_id == promoter_id
            says = "自购订单" if own else ""
            ref = event.order_id
            found.append(_signal(promoter_id, "genuine", ref, event.paid_at, int(not own), 1, says, ref=ref))
            if not own:
                found += _sale(promoter_id, ref, event.paid_at, sum(line.paid_fen for line in lines))
                bought.append((promoter_id, event))
        found += _sale(event.merchant_id, event.order_id, event.paid_at, sum(line.paid_fen for line in event.lines))
        bought.append((event.merchant_id, event))
    observe([*found, *_returning(bought)], now=now)


def _sale(subject: str, ref: str, at: datetime, fen: int) -> list[Signal]:
    today = accounting_date(at)
    monday = today - timedelta(days=today.weekday())
    return [
        _signal(subject, "returns", ref, at, fen, fen, ref=ref),
        _signal(subject, "complaints", ref, at, 1, 1, ref=ref),
        _signal(subject, "activity", f"{monday:%Y%m%d}", at, 1, 1, day=monday),
    ]


def _returning(bought: Sequence[tuple[str, OrderPaid]]) -> list[Signal]:
    """A customer counts with her first purchase, and as one who came back with the second."""
    keys = [(subject, f"repeat/{event.buyer_id}") for subject, event in bought]
    first = credit.refs(keys)
    found = []
    for (subject, event), pair in zip(bought, keys, strict=True):
        before, ref = first.setdefault(pair, event.order_id), event.order_id
        if before == ref:
            found.append(_signal(subject, "repeat", event.buyer_id, event.paid_at, 0, 1, ref=ref))
        else:
            found.append(_signal(subject, "repeat", f"{event.buyer_id}/again", event.paid_at, 1, 0, ref=ref))
    return found


def _both(order: Order, own: Collection[tuple[str, str]]) -> list[str]:
    """Whom an order counts for."""
    brought = {line.promoter_id for line in order.lines if line.promoter_id} - {
        promoter for promoter, buyer in own if buyer == order.buyer_id
    }
    return [order.merchant_id, *sorted(brought)]


def _own(found: Iterable[Order]) -> set[tuple[str, str]]:
    """(promoter, buyer) pairs that are one person."""
    return {(one.id, user) for user, one in promoters.by_users({order.buyer_id for order in found}).items()}


def on_received(events: Sequence[OrderReceived], *, now: datetime) -> None:
    """The goods arrived: what was promised was kept."""
    there = orders.some({event.order_id for event in events})
    own = _own(there.values())
    observe(
        (
            _signal(subject, "fulfilment", event.order_id, event.received_at, 1, 1, ref=event.order_id)
            for event in events
            if event.order_id in there
            for subject in _both(there[event.order_id], own)
        ),
        now=now,
    )


def on_refunded(events: Sequence[LineRefunded], *, now: datetime) -> None:
    """What came back is taken from the day of its sale; all of it before it arrived is a promise not kept."""
    there = orders.some({event.order_id for event in events})
    own = _own(there.values())
    found = []
    for event in events:
        if (order := there.get(event.order_id)) is None or order.paid_at is None:
            continue
        whose = {line.id: line.promoter_id for line in order.lines}[event.line_id]
        sold_on, ref = accounting_date(order.paid_at), order.id
        unkept = order.received_at is None and order.refunded_fen >= order.goods_fen - order.discount_fen
        for subject in _both(order, own):
            sold = sum(line.paid_fen for line in order.lines if subject in {line.promoter_id, order.merchant_id})
            found += _sale(
                subject, ref, order.paid_at, sold
            )  # heard already, mostly; in any case before what undoes it
            if subject in {whose, order.merchant_id}:
                what = f"{event.refund_id}/{event.line_id}"
                less = _signal(
                    subject, "returns", what, event.refunded_at, -event.refund_fen, 0, "退款", ref=ref, day=sold_on
                )
                found.append(less)
            if unkept:
                says = "收货前全部退款"
                found.append(_signal(subject, "fulfilment", ref, event.refunded_at, 0, 1, says, ref=ref))
    observe(found, now=now)


def on_reviewed(events: Sequence[ReviewWritten], *, now: datetime) -> None:
    """A verified buyer's stars, for the shop and for whoever brought her."""
    there = orders.some({event.order_id for event in events})
    own = _own(there.values())
    found = []
    for event in events:
        if (order := there.get(event.order_id)) is None:
            continue
        good = int(event.stars >= GOOD_STARS)
        for subject in _both(order, own):
            says = f"{event.stars} 星评价"
            found.append(_signal(subject, "content", event.review_id, event.at, good, 1, says, ref=order.id))
    observe(found, now=now)


def on_after_sale(events: Sequence[AfterSaleMoved], *, now: datetime) -> None:
    """The shop's first answer to a request, within a day or later; where the clock answered, there was none."""
    answers = [event for event in events if event.verb in ANSWERS]
    asked = orders.applied_at({event.after_sale_id for event in answers})
    found = []
    for event in answers:
        prompt = event.actor not in CLOCK and event.at - asked[event.after_sale_id] <= PROMPT
        says = "24 小时内回应售后" if prompt else "没有在 24 小时内回应售后"
        what, ref = event.after_sale_id, event.order_id
        found.append(_signal(event.merchant_id, "response", what, event.at, int(prompt), 1, says, ref=ref))
    observe(found, now=now)


def on_promoter(events: Sequence[PromoterActivated], *, now: datetime) -> None:
    """Reviewed and let in: who she is has been verified."""
    observe(
        (
            _signal(event.promoter_id, "verified", f"{event.at:%Y%m%d%H%M%S}", event.at, WHOLE_BP, 1, "推客审核通过")
            for event in events
        ),
        now=now,
    )


def on_shop(events: Sequence[MerchantActivated], *, now: datetime) -> None:
    """Opened with its papers seen."""
    observe(
        (
            _signal(
                event.merchant_id,
                "verified",
                f"{event.activated_at:%Y%m%d%H%M%S}",
                event.activated_at,
                WHOLE_BP,
                1,
                "店铺审核通过",
            )
            for event in events
        ),
        now=now,
    )


def on_withdrawal_returned(events: Sequence[WithdrawalReturned], *, now: datetime) -> None:
    """Only what a reviewer refused counts; what a gateway could not do is nobody's fault."""
    refused = [event for event in events if event.state == "rejected"]
    observe(
        (
            _signal(event.promoter_id, "payouts", event.withdrawal_id, event.at, 0, 1, "提现审核驳回")
            for event in refused
        ),
        now=now,
    )


def on_deposit(events: Sequence[DepositPaid | DepositReturned], *, now: datetime) -> None:
    """How much of what was agreed is there now."""
    found, today = [], accounting_date(now)
    for event in events:
        holder = Holder(HolderKind(event.holder_kind), event.holder_id)
        there = deposits.current(holder, today=today)
        live = there is not None and there.state is State.OPEN
        share = min(there.paid_fen * WHOLE_BP // there.target_fen, WHOLE_BP) if there and live else UNKNOWN
        what = f"{event.deposit_id}/{event.at:%Y%m%d%H%M%S%f}"
        found.append(_signal(holder.id, "deposit", what, event.at, share, 1, "保证金变动", ref=event.deposit_id))
    observe(found, now=now)


def on_exam(events: Sequence[CertificateMoved], *, now: datetime) -> None:
    """What her certificates are worth now; without one it is as if there had never been any."""
    found = []
    for event in events:
        share, what = academy.credit_bp(event.promoter_id, now=now), f"{event.certificate_id}/{event.state}"
        found.append(_signal(event.promoter_id, "exam", what, event.at, share, 1, event.says, ref=event.certificate_id))
    observe(found, now=now)


def on_dispute(events: Sequence[DisputeFinal], *, now: datetime) -> None:
    """A complaint that was upheld takes the order's clean record away; how soon the liable side answered counts too."""
    there = orders.some({event.order_id for event in events})
    found = []
    for event in events:
        subject = {Side.MERCHANT: event.merchant_id, Side.PROMOTER: event.promoter_id}.get(Side(event.liable), "")
        order, ref = there.get(event.order_id), event.dispute_id
        if not subject or order is None or order.paid_at is None:
            continue
        if event.upheld:
            sold_on = accounting_date(order.paid_at)
            found.append(_signal(subject, "complaints", ref, event.at, -1, 0, "投诉成立", ref=ref, day=sold_on))
        if event.ended != WITHDRAWN:
            minutes = event.answered_in_minutes
            prompt = minutes is not None and minutes <= PROMPT.total_seconds() // 60
            says = "24 小时内回应投诉" if prompt else "没有在 24 小时内回应投诉"
            found.append(_signal(subject, "response", ref, event.at, int(prompt), 1, says, ref=ref))
    observe(found, now=now)


def on_graph(now: datetime) -> int:
    """The graph was counted again: those whose score moved by a step have a new last word, everybody else none."""
    run, after, heard = graph.last_run(), "", 0
    assert run is not None
    while page := credit.subjects(after=after):
        found: dict[str, int] = {}
        for kind, node in NODES.items():
            ids = [key for key, one in page if one == kind]
            found |= {key: one.score // STEP_BP * STEP_BP for key, one in graph.scores(node, ids).items()}
        before = credit.last_words("graph", found)
        moved = [(key, value) for key, value in found.items() if before.get(key) != value]
        at = f"{run.at:%Y%m%d%H%M%S}"
        observe((_signal(key, "graph", at, run.at, value, 1, "信用图谱重算") for key, value in moved), now=now)
        after, heard = page[-1][0], heard + len(moved)
    return heard


def on_ring(events: Sequence[RingDecided], *, now: datetime) -> None:
    """People found that accounts share what they should not: once for each promoter among them, until they take it
    back. Groups that deal with each other count by the violations that may follow from them."""
    for event in events:
        people = [one for kind, one in event.members if kind == NodeKind.PROMOTER]
        if event.shape != Shape.SHARED:
            continue
        if event.state != RingState.CONFIRMED:
            credit.take_back([(one, event.ring_id) for one in people], "重新核查", now=now)
            continue
        what, ref = f"{event.ring_id}/{event.at:%Y%m%d%H%M%S}", event.ring_id
        says = f"经人核查：{event.says}"[:200]
        observe((_signal(one, "devices", what, event.at, 0, 1, says, ref=ref) for one in people), now=now)


def on_violation(events: Sequence[ViolationConfirmed], *, now: datetime) -> None:
    """Points where the class counts: 违规记录 itself, or once in the indicator that is about just this."""
    observe(
        (
            _signal(
                event.subject_id, event.indicator, event.case_id, event.at, 0,
                event.points if event.indicator == "violations" else 1, f"{event.title}：{event.says}"[:200],
                ref=event.case_id,
            )
            for event in events
        ),
        now=now,
    )  # fmt: skip


def on_violation_ended(events: Sequence[ViolationEnded], *, now: datetime) -> None:
    """Lifted is lifted, but it was; undone on appeal never was."""
    undone = [event for event in events if event.revoked]
    credit.take_back([(event.subject_id, event.case_id) for event in undone], "申诉成立", now=now)
