"""What promoters are told of their commission, their withdrawals and their application."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from xintui.commerce.orders.contracts import LineRefunded, OrderPaid
from xintui.engagement.notifications import rules
from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell
from xintui.promotion.commission import facade as commission
from xintui.promotion.payouts.contracts import WithdrawalPaid, WithdrawalReturned
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PromoterActivated, PromoterRefused, PromoterSuspended

WHY: Final = {
    "failed": "微信支付未能付款",
    "expired": "未在期限内确认收款",
    "rejected": "审核未通过",
    "stopped": "收款账户已变更",
}
"""Why a withdrawal came back, by the state it ended in; one's own cancelling is no news."""


def _users(promoter_ids: Iterable[str]) -> dict[str, str]:
    return {key: one.user_id for key, one in promoters.get(promoter_ids).items()}


def accrued(events: Sequence[OrderPaid], *, now: datetime) -> int:
    """After commission has booked the lines: one message for an order and promoter, however many lines."""
    ids = {event.order_id for event in events if any(line.promoter_id for line in event.lines)}
    if not ids:
        return 0
    sums: dict[tuple[str, str], tuple[int, str]] = {}
    for line in commission.earnings_of(ids, now=now):
        if not line.self_purchase:
            fen, first = sums.get((line.promoter_id, line.order_id), (0, line.line_id))
            sums[line.promoter_id, line.order_id] = (fen + line.commission_fen, first)
    users = _users({promoter for promoter, _ in sums})
    notices = [
        Notice(
            users[promoter],
            "commission_accrued",
            order,
            {"order_id": order, "line_id": first, "amount": rules.yuan(fen)},
        )
        for (promoter, order), (fen, first) in sums.items()
        if fen > 0 and promoter in users
    ]
    return tell(notices, now=now)


def corrected(events: Sequence[LineRefunded], *, now: datetime) -> int:
    """After commission has taken back what the refund takes."""
    taken = [one for one in commission.taken_by({f"{e.refund_id}/{e.line_id}" for e in events}) if one.taken_fen > 0]
    users = _users({one.promoter_id for one in taken})
    notices = [
        Notice(
            users[one.promoter_id],
            "commission_corrected",
            one.refund_id,
            {
                "order_id": one.order_id,
                "line_id": one.line_id,
                "amount": rules.yuan(one.taken_fen),
                "refund": rules.yuan(one.refund_fen),
            },
        )
        for one in taken
        if one.promoter_id in users
    ]
    return tell(notices, now=now)


def withdrawal_paid(events: Sequence[WithdrawalPaid], *, now: datetime) -> int:
    """The money has arrived."""
    users = _users({event.promoter_id for event in events})
    notices = [
        Notice(
            users[event.promoter_id],
            "withdrawal_paid",
            event.withdrawal_id,
            {
                "amount": rules.yuan(event.amount_fen),
                "tax": rules.yuan(event.tax_fen + event.vat_fen),
                "net": rules.yuan(event.net_fen),
            },
        )
        for event in events
        if event.promoter_id in users
    ]
    return tell(notices, now=now)


def withdrawal_returned(events: Sequence[WithdrawalReturned], *, now: datetime) -> int:
    """The money is due again."""
    mine = [event for event in events if event.state in WHY]
    users = _users({event.promoter_id for event in mine})
    notices = [
        Notice(
            users[event.promoter_id],
            "withdrawal_failed",
            event.withdrawal_id,
            {"amount": rules.yuan(event.amount_fen), "why": WHY[event.state]},
        )
        for event in mine
        if event.promoter_id in users
    ]
    return tell(notices, now=now)


def approved(events: Sequence[PromoterActivated], *, now: datetime) -> int:
    """Somebody may promote (again)."""
    return tell([Notice(e.user_id, "promoter_approved", _once(e.promoter_id, e.at), {}) for e in events], now=now)


def refused(events: Sequence[PromoterRefused], *, now: datetime) -> int:
    """An application was turned down."""
    notices = [
        Notice(e.user_id, "promoter_refused", _once(e.promoter_id, e.at), {"why": _why(e.reason)}) for e in events
    ]
    return tell(notices, now=now)


def suspended(events: Sequence[PromoterSuspended], *, now: datetime) -> int:
    """Links count no longer."""
    users = _users({event.promoter_id for event in events})
    notices = [
        Notice(users[e.promoter_id], "promoter_suspended", _once(e.promoter_id, e.at), {"why": _why(e.reason)})
        for e in events
        if e.promoter_id in users
    ]
    return tell(notices, now=now)


def _once(promoter_id: str, at: datetime) -> str:
    """The same can happen to a promoter again; the instant tells the times apart."""
    return f"{promoter_id}/{at:%Y%m%d%H%M%S%f}"


def _why(reason: str) -> str:
    return promoters.reasons().get(reason, "") or "见平台说明"
