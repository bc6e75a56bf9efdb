"""What changes a promoter's profile: the one page that says which event has whose row looked at again.

Only whom it concerns is noted, in the event's own transaction of hearing; the sweep reads the facts themselves. What
no event tells (fading, the graph, days that pass) the daily count sees.
"""

from collections.abc import Sequence

from xintui.commerce.disputes.contracts import DisputeFinal
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import LineRefunded, OrderPaid, OrderReceived
from xintui.commerce.reviews.contracts import ReviewWritten
from xintui.engagement.academy.contracts import CertificateMoved
from xintui.promotion.growth.contracts import LevelMoved
from xintui.promotion.payouts.contracts import WithdrawalReturned
from xintui.promotion.promoters.contracts import PromoterActivated, PromoterSuspended
from xintui.promotion.screening import facade
from xintui.trust.appeals.contracts import AppealDecided, PartyKind
from xintui.trust.deposits.contracts import DepositPaid, DepositReturned, HolderKind
from xintui.trust.violations.contracts import SubjectKind, ViolationConfirmed, ViolationEnded


def sold(events: Sequence[OrderPaid]) -> None:
    facade.mark({line.promoter_id for event in events for line in event.lines})


def order_moved(events: Sequence[OrderReceived | LineRefunded | ReviewWritten]) -> None:
    """Whoever brought the order."""
    found = orders.some({event.order_id for event in events})
    facade.mark({line.promoter_id for order in found.values() for line in order.lines})


def hers(
    events: Sequence[PromoterActivated | PromoterSuspended | LevelMoved | WithdrawalReturned | CertificateMoved],
) -> None:
    facade.mark({event.promoter_id for event in events})


def complained(events: Sequence[DisputeFinal]) -> None:
    facade.mark({event.promoter_id for event in events})


def deposited(events: Sequence[DepositPaid | DepositReturned]) -> None:
    facade.mark({event.holder_id for event in events if event.holder_kind == HolderKind.PROMOTER})


def judged(events: Sequence[ViolationConfirmed | ViolationEnded]) -> None:
    facade.mark({event.subject_id for event in events if event.subject_kind == SubjectKind.PROMOTER})


def appealed(events: Sequence[AppealDecided]) -> None:
    facade.mark({event.party_id for event in events if event.party_kind == PartyKind.PROMOTER})
