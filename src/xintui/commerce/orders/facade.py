"""订单 orders: the public face."""

from xintui.commerce.orders.deals import deals, has_bought
from xintui.commerce.orders.jobs import auto_receive, finish
from xintui.commerce.orders.printing import receipt, refund_note
from xintui.commerce.orders.queries import (
    after_sale,
    after_sales,
    applied_at,
    buyer_orders,
    checkout,
    checkouts,
    merchant_orders,
    order_file,
    quarantined,
    received,
    record,
    referred,
    sellers,
    some,
    soon_received,
)
from xintui.commerce.orders.services.aftersales import (
    cancel_after_sale,
    decide_after_sale,
    decide_after_sales,
    request_after_sale,
    request_after_sales,
    send_back,
    send_back_many,
)
from xintui.commerce.orders.services.exchanges import confirm_replacement, ship_replacement, turn_into_refund
from xintui.commerce.orders.services.leaving import forget
from xintui.commerce.orders.services.overdue import decide_overdue
from xintui.commerce.orders.services.paying import mark_paid, return_quarantined
from xintui.commerce.orders.services.placing import (
    cancel,
    close_closed,
    close_unpaid,
    open_payment,
    open_payments,
    place,
    place_many,
    quote,
)
from xintui.commerce.orders.services.refunds import fail_refund, settle_refund
from xintui.commerce.orders.services.rulings import pay_ruling, pay_ruling_again
from xintui.commerce.orders.services.sharing import record_share, return_split, shares, split, unfreeze
from xintui.commerce.orders.services.shipping import receive, receive_many, ship, ship_many

__all__ = [
    "after_sale", "after_sales", "applied_at", "auto_receive", "buyer_orders", "cancel", "cancel_after_sale",
    "checkout", "checkouts", "close_closed", "close_unpaid", "confirm_replacement", "deals", "decide_after_sale",
    "decide_after_sales", "decide_overdue", "fail_refund", "finish", "forget", "has_bought", "mark_paid",
    "merchant_orders", "open_payment", "open_payments", "order_file", "pay_ruling", "pay_ruling_again", "place",
    "place_many", "quarantined", "quote", "receipt", "receive", "receive_many", "received", "record", "record_share",
    "referred", "refund_note", "request_after_sale", "request_after_sales", "return_quarantined", "return_split",
    "sellers", "send_back", "send_back_many", "settle_refund", "shares", "ship", "ship_many", "ship_replacement",
    "some", "soon_received", "split", "turn_into_refund", "unfreeze",
]  # fmt: skip
