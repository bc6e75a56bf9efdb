"""支付 payments: ask for money in or out, look at it; everything that touches the network says so."""

from xintui.foundation.payments.gateways import gateway_states
from xintui.foundation.payments.gateways import offered as methods
from xintui.foundation.payments.jobs import import_bill, import_due, poll_due, release_due, send_due, take_inbox
from xintui.foundation.payments.queries import (
    attempts,
    differences,
    health,
    payers,
    payment,
    payments,
    payments_of,
    refund,
    refunds,
    rejections,
    share,
    shares_of,
    transfer,
    transfers,
    unmatched_fen,
)
from xintui.foundation.payments.services.desk import (
    assign_difference,
    assign_quarantined,
    close_difference,
    close_quarantined,
    look_now,
)
from xintui.foundation.payments.services.door import pay_params, prepay_many, receive_callback, receive_callbacks
from xintui.foundation.payments.services.requests import (
    cancel_transfer,
    close_payment,
    open_payment,
    open_payments,
    request_refund,
    request_refunds,
    request_transfer,
)
from xintui.foundation.payments.services.shares import request_split, request_split_return, request_unfreeze
from xintui.foundation.payments.terms import (
    expected_arrival,
    expected_gateway_fee,
    expected_refund,
    settlement_scene,
    settlement_terms,
)

__all__ = [
    "assign_difference", "assign_quarantined", "attempts", "cancel_transfer", "close_difference", "close_payment",
    "close_quarantined", "differences", "expected_arrival", "expected_gateway_fee", "expected_refund",
    "gateway_states", "health", "import_bill", "import_due", "look_now", "methods", "open_payment", "open_payments",
    "pay_params", "payers", "payment", "payments", "payments_of", "poll_due", "prepay_many", "receive_callback",
    "receive_callbacks", "refund", "refunds", "rejections", "release_due", "request_refund", "request_refunds",
    "request_split", "request_split_return", "request_transfer", "request_unfreeze", "send_due", "settlement_scene",
    "settlement_terms", "share", "shares_of", "take_inbox", "transfer", "transfers", "unmatched_fen",
]  # fmt: skip
