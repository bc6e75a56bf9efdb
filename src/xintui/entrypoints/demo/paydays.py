"""Withdrawals: once a month those with money due ask for it, confirm on their phones, and are paid."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, OrderState, RefundPart
from xintui.entrypoints.demo.state import Seller, World, later
from xintui.kernel.times import accounting_date
from xintui.promotion.payouts import facade as payouts

DAY_OF_MONTH: Final = 6
ASKING: Final = 16
SINCE: Final = date(2026, 1, 1)
"""The VAT table begins with the VAT law on this day: earlier withdrawals would wait for a table that is not there."""
LEAST_FEN: Final = 20_00
MOST_FEN: Final = 4_999_00
"""Below the line above which two people must approve."""


def ask_monthly(world: World, now: datetime) -> None:
    """The month's dozen: those who can expect most, in turns."""
    if accounting_date(now) < SINCE:
        return
    ranked = sorted(zip(world.reach, world.sellers, strict=True), key=lambda pair: -pair[0])
    likely = [seller for _, seller in ranked[: 3 * ASKING] if not seller.company]
    for seller in world.dice.sample(likely, min(ASKING, len(likely))):
        later(world, now + timedelta(minutes=world.dice.randint(1, 300)), lambda at, s=seller: _ask(world, s, at))  # type: ignore[misc]


def _ask(world: World, seller: Seller, now: datetime) -> None:
    due = payouts.wallet(seller.promoter_id).available_fen
    if due < LEAST_FEN:
        return
    asked = payouts.request(seller.promoter_id, min(due, MOST_FEN), now=now)
    world.made["withdrawals"] += 1
    # Tonight's turn of the worker submits it, the next one sends it; from then the payee has 24 hours to accept.
    world.confirming[2].append(asked.transfer_id)


def leave_waiting(world: World, now: datetime) -> None:
    """The queues of the day on which the visitor comes: withdrawals for four eyes, after-sales to answer."""
    _small(world, now)
    waiting = 0
    for seller in sorted(world.sellers, key=lambda one: (not one.company, -len(one.codes)))[:12]:
        due = payouts.wallet(seller.promoter_id).available_fen
        amount = due if seller.company else min(due, 5_800_00)
        if waiting < 4 and ((seller.company and due > LEAST_FEN) or amount > MOST_FEN + 1_00):
            payouts.request(
                seller.promoter_id, amount, invoice_ref="25332000000012345678" if seller.company else "", now=now
            )
            world.made["withdrawals"] += 1
            waiting += 1
    _complain(world, now - timedelta(hours=5))


def _small(world: World, now: datetime) -> None:
    """The named promoters' own: one small sum that goes through, one that goes out tonight."""
    for seller, part in zip(world.sellers[:2], (3, 2), strict=False):
        due = payouts.wallet(seller.promoter_id).available_fen
        if due >= 100 * part:
            payouts.request(seller.promoter_id, min(due // part, MOST_FEN), now=now)
            world.made["withdrawals"] += 1


def _complain(world: World, now: datetime) -> None:
    """Requests for the shops to answer in time: an exchange, returns that the law protects."""
    kinds = [AfterSaleKind.EXCHANGE, AfterSaleKind.RETURN_REFUND, AfterSaleKind.RETURN_REFUND]
    for buyer in world.buyers[:60]:
        with transaction.atomic():
            found, _ = orders.buyer_orders(buyer.user_id, state=OrderState.SHIPPED, limit=1)
        lines = [
            line
            for order in found
            for line in sorted(order.lines, key=lambda one: (one.paid_fen, one.title))
            if not order.refund_pending_fen
        ]
        if not lines or not kinds:
            continue
        kind, line = kinds.pop(0), lines[0]
        part = RefundPart(line.id, 0 if kind is AfterSaleKind.EXCHANGE else line.paid_fen, line.qty)
        why = "收到时包装破损，想换一件" if kind is AfterSaleKind.EXCHANGE else "不太合适"
        orders.request_after_sale(found[0].id, buyer_id=buyer.user_id, kind=kind, parts=[part], reason=why, now=now)
        world.made["after_sales"] += 1
