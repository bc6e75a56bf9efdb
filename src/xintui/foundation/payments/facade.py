"""支付 payments: ask for money in or out, look at it; everything that touches the network is a job or says so."""

from xintui.foundation.payments.queries import (
    attempts,
    differences,
    payment,
    payments,
    payments_of,
    refund,
    refunds,
    share,
    transfer,
    transfers,
)
from xintui.foundation.payments.services.requests import (
    cancel_transfer,
    close_payment,
    open_payment,
    request_refund,
    request_split,
    request_split_return,
    request_transfer,
    request_unfreeze,
)

__all__ = [
    "attempts",
    "cancel_transfer",
    "close_payment",
    "differences",
    "open_payment",
    "payment",
    "payments",
    "payments_of",
    "refund",
    "refunds",
    "request_refund",
    "request_split",
    "request_split_return",
    "request_transfer",
    "request_unfreeze",
    "share",
    "transfer",
    "transfers",
]
