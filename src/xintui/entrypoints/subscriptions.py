"""Who listens to what: the one page. Handlers hear an event at least once and are idempotent by the keys inside it."""

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any, Final

from xintui.commerce.addresses import facade as addresses
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.concentration import facade as concentration
from xintui.commerce.concentration.contracts import ConcentrationCleared, ConcentrationConfirmed, ConcentrationFound
from xintui.commerce.disputes import facade as disputes
from xintui.commerce.disputes.contracts import DisputeFinal, DisputeMoved, DisputeReversed
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import MerchantActivated, MerchantSuspended
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleMoved, LineRefunded, OrderPaid, OrderReceived, OrderShipped
from xintui.commerce.quality import facade as quality
from xintui.commerce.quality.contracts import ProductBlocked, ProductRecovered, ProductWarned
from xintui.commerce.reviews import facade as reviews
from xintui.commerce.reviews.contracts import ReviewShown, ReviewWritten
from xintui.engagement.academy import facade as academy
from xintui.engagement.academy.contracts import CertificateEnding, SessionCalledOff
from xintui.engagement.academy.contracts import CertificateMoved as ExamCertificateMoved
from xintui.engagement.followups import facade as followups
from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints import credit_signals, points_earning, profiles, share_reports, sharing
from xintui.entrypoints.concentration import hold, hold_on, let_go
from xintui.entrypoints.qualification import forget as forget_papers
from xintui.entrypoints.violations import expel, let_back, revoke_appealed
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import InstallationSeen
from xintui.foundation.payments.contracts import (
    PaymentCaptured,
    PaymentClosed,
    RefundFailed,
    RefundSettled,
    ShareSettled,
    TransferSettled,
)
from xintui.infra import clock
from xintui.infra.idempotency import facade as idempotency
from xintui.infra.outbox.facade import Handler, Subscriptions
from xintui.insight.analytics import facade as analytics
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.commission import facade as commission
from xintui.promotion.growth import facade as growth
from xintui.promotion.growth.contracts import LevelMoved
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import WithdrawalPaid, WithdrawalReturned
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PayeeChanged, PromoterActivated, PromoterRefused, PromoterSuspended
from xintui.promotion.rosters import facade as rosters
from xintui.promotion.rosters.contracts import RosterCancelled, SeatGiven, SeatLapsed
from xintui.promotion.screening import facade as screening
from xintui.promotion.screening.contracts import InvitationAnswered, InvitationSent
from xintui.trust.appeals.contracts import AppealDecided
from xintui.trust.bands import facade as bands
from xintui.trust.credit import facade as credit
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import ClaimOpened, DepositPaid, DepositReturned, PartDue
from xintui.trust.graph.contracts import RingDecided
from xintui.trust.privacy.contracts import ConsentWithdrawn, PersonErased
from xintui.trust.qualification import facade as qualification
from xintui.trust.qualification.contracts import CertificateExpiring, CertificateMoved
from xintui.trust.violations import facade as violations
from xintui.trust.violations.contracts import ViolationConfirmed, ViolationEnded


def at_now(handler: Callable[..., object]) -> Handler:
    """A handler that wants to know what time it is when it hears the event."""

    def hear(events: Sequence[Any]) -> object:
        return handler(events, now=clock.now())

    return hear


def left(*forgets: Callable[..., object]) -> list[Handler]:
    """Each module forgets everybody who has left; whether it wants to know when is in its signature."""

    def hear(forget: Callable[..., object]) -> Handler:
        timed = "now" in signature(forget).parameters
        return lambda events: [forget(one.user_id, **({"now": one.at} if timed else {})) for one in events]

    return [hear(forget) for forget in forgets]


def of(number: str, prefix: str, mine: Handler, others: Handler) -> Handler:
    """Whose number it is stands at its beginning: a deposit's goes to deposits, a buyer's debt to disputes, everything
    else to orders."""

    def hear(events: Sequence[Any]) -> None:
        for handler, wanted in ((mine, True), (others, False)):
            if found := [one for one in events if getattr(one, number).startswith(prefix) is wanted]:
                handler(found)

    return hear


def suspend_promoters(events: Sequence[ConsentWithdrawn]) -> None:
    """A promoter's file rests on two consents; without either it counts no longer."""
    for one in events:
        if one.purpose in {"promoter_identity", "payee"}:
            promoters.consent_withdrawn(one.user_id, now=one.at)


SUBSCRIPTIONS: Final[Subscriptions] = {
    # a shop opens or closes its window
    MerchantActivated: [catalog.open_windows, at_now(credit_signals.on_shop)],
    MerchantSuspended: [catalog.close_windows],
    # money comes in, or does not
    PaymentCaptured: [
        of("subject", "dpt", deposits.paid, of("subject", "drp", disputes.repaid, orders.mark_paid)),
    ],
    PaymentClosed: [orders.close_closed],
    # an order's life
    # (a promoter is told of what commission has booked, so the order of the handlers matters)
    OrderPaid: [
        at_now(commission.accrue),
        attribution.on_order_paid,
        at_now(notifications.paid),
        at_now(notifications.accrued),
        analytics.on_paid,
        at_now(credit_signals.on_paid),
        quality.on_paid,
        profiles.sold,
        at_now(sharing.on_paid),
    ],
    OrderShipped: [at_now(notifications.shipped)],
    OrderReceived: [
        at_now(commission.received),
        analytics.on_received,
        at_now(credit_signals.on_received),
        quality.on_received,
        profiles.order_moved,
    ],
    LineRefunded: [
        at_now(commission.refunded),
        attribution.record_refunds,
        at_now(notifications.corrected),
        analytics.on_refunded,
        at_now(credit_signals.on_refunded),
        quality.on_refunded,
        profiles.order_moved,
    ],
    AfterSaleMoved: [
        at_now(notifications.after_sale),
        disputes.refund_moved,
        at_now(credit_signals.on_after_sale),
        quality.on_after_sale,
    ],
    ReviewWritten: [at_now(credit_signals.on_reviewed), quality.on_reviewed, profiles.order_moved],
    ReviewShown: [quality.on_shown],
    # goods that buyers suffer from
    ProductBlocked: [at_now(notifications.product_blocked)],
    ProductRecovered: [at_now(notifications.product_recovered)],
    ProductWarned: [at_now(notifications.product_warned)],
    # after-sales gather: what they earned waits, until somebody has looked
    # (a promoter is told of what is held, so the order of the handlers matters)
    ConcentrationFound: [at_now(hold), at_now(notifications.concentration_found)],
    ConcentrationConfirmed: [hold_on, at_now(notifications.concentration_confirmed)],
    ConcentrationCleared: [at_now(notifications.concentration_cleared), at_now(let_go)],
    # somebody broke a rule, or it is over
    ViolationConfirmed: [
        expel,
        at_now(credit_signals.on_violation),
        at_now(notifications.violation_confirmed),
        profiles.judged,
    ],
    ViolationEnded: [
        let_back,
        at_now(credit_signals.on_violation_ended),
        at_now(notifications.violation_ended),
        profiles.judged,
    ],
    # a paper passes, runs out, is replaced
    CertificateMoved: [
        at_now(merchants.on_certificate),
        at_now(catalog.on_certificate),
        at_now(notifications.papers_moved),
    ],
    CertificateExpiring: [at_now(notifications.papers_expiring)],
    DisputeFinal: [at_now(credit_signals.on_dispute), profiles.complained],
    DisputeMoved: [at_now(notifications.dispute_moved)],
    DisputeReversed: [at_now(commission.restored)],
    # money goes out, or does not
    RefundSettled: [of("refund_id", "dpr", deposits.returned, orders.settle_refund)],
    ShareSettled: [orders.record_share],
    RefundFailed: [of("refund_id", "dpr", deposits.refused, orders.fail_refund)],
    TransferSettled: [payouts.settle],
    WithdrawalPaid: [at_now(notifications.withdrawal_paid), at_now(sharing.on_withdrawal_paid)],
    WithdrawalReturned: [
        at_now(notifications.withdrawal_returned),
        at_now(credit_signals.on_withdrawal_returned),
        profiles.hers,
    ],
    # money stands behind a promise
    DepositPaid: [at_now(notifications.deposit_paid), at_now(credit_signals.on_deposit), profiles.deposited],
    DepositReturned: [at_now(notifications.deposit_returned), at_now(credit_signals.on_deposit), profiles.deposited],
    ClaimOpened: [at_now(notifications.deposit_claimed)],
    PartDue: [at_now(notifications.deposit_due)],
    # a human answers
    AppealDecided: [
        at_now(credit.void),
        violations.appeal_decided,
        revoke_appealed,
        bands.appeal_decided,
        disputes.appeal_decided,
        quality.appeal_decided,
        growth.appeal_decided,
        rosters.appeal_decided,
        academy.appeal_decided,
        at_now(points_earning.on_appeal),
        qualification.appeal_decided,
        concentration.appeal_decided,
        at_now(notifications.appeal_answered),
        profiles.appealed,
    ],
    # somebody may promote, or may not
    LevelMoved: [at_now(points_earning.on_level), at_now(notifications.level_moved), profiles.hers],
    PromoterActivated: [
        at_now(notifications.approved),
        at_now(credit_signals.on_promoter),
        at_now(points_earning.on_promoter),
        profiles.hers,
        at_now(sharing.on_payee),
    ],
    PayeeChanged: [at_now(sharing.on_payee)],
    PromoterRefused: [at_now(notifications.refused)],
    PromoterSuspended: [at_now(notifications.suspended), profiles.hers],
    # somebody logs in; people have judged a group
    InstallationSeen: [at_now(sharing.on_installation)],
    RingDecided: [at_now(credit_signals.on_ring)],
    # somebody has learned something, or it is too long ago
    ExamCertificateMoved: [at_now(credit_signals.on_exam), at_now(academy.certificate_moved), profiles.hers],
    CertificateEnding: [at_now(academy.certificate_ending)],
    SessionCalledOff: [at_now(academy.called_off)],
    # a shop asks, a promoter answers
    InvitationSent: [at_now(notifications.invited)],
    InvitationAnswered: [at_now(notifications.invitation_answered)],
    # a seat falls free, is taken back, is called off
    SeatGiven: [at_now(notifications.seat_given)],
    SeatLapsed: [at_now(notifications.seat_lapsed)],
    RosterCancelled: [at_now(notifications.roster_cancelled)],
    # a consent ends, a person leaves
    ConsentWithdrawn: [notifications.stop_wechat, followups.refused, suspend_promoters, sharing.withdrawn],
    PersonErased: [
        forget_papers,
        *left(
            identity.forget,
            addresses.forget,
            orders.forget,
            reviews.forget,
            disputes.forget,
            sharing.forget,
            share_reports.forget,
            promoters.forget,
            rosters.forget,
            screening.forget,
            notifications.forget,
            followups.forget,
            academy.forget,
            idempotency.forget,
        ),
    ],
}
