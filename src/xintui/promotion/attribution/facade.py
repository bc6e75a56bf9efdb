"""归因 attribution: share links, clicks, and who gets an order."""

from xintui.promotion.attribution.gates import ask_first
from xintui.promotion.attribution.queries import (
    link,
    links_of,
    opener,
    resolve,
    results_of_materials,
    sharing,
    target,
    visits_of,
    why,
    windows,
)
from xintui.promotion.attribution.results import kept, record, record_refunds, records
from xintui.promotion.attribution.services import (
    create_link,
    create_links,
    freeze,
    freeze_many,
    identify,
    lock_customers,
    on_order_paid,
    qr_png,
    set_window,
    share,
    touch,
    touch_many,
)
from xintui.promotion.attribution.spread import spread

__all__ = [
    "ask_first", "create_link", "create_links", "freeze", "freeze_many", "identify", "kept", "link", "links_of",
    "lock_customers", "on_order_paid", "opener", "qr_png", "record", "record_refunds", "records", "resolve",
    "results_of_materials", "set_window", "share", "sharing", "spread", "target", "touch", "touch_many", "visits_of",
    "why", "windows",
]  # fmt: skip
