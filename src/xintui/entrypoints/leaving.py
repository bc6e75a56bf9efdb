"""注销: what stands in the way, what the law keeps, and carrying it out. The modules are asked, each by its facade."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from xintui.commerce.disputes import facade as disputes
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleState, OrderState
from xintui.entrypoints import portability
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import PERSONAL_ROLES
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind
from xintui.kernel.times import accounting_date
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.promoters import facade as promoters
from xintui.trust.privacy import facade as privacy
from xintui.trust.privacy.contracts import Blocker, Record

ORDERS: Final = {
    OrderState.PLACED: "有待付款的订单，请先付款或取消",
    OrderState.PAID: "有待发货的订单，请等待收货或申请退款",
    OrderState.SHIPPED: "有运输中的订单，请先确认收货",
    OrderState.RECEIVED: "有订单还在售后期内（收货后 15 天），到期后可以注销",
}
OPEN: Final = (
    AfterSaleState.APPLIED, AfterSaleState.AWAITING_RETURN, AfterSaleState.RETURNING, AfterSaleState.RESHIPPED,
    AfterSaleState.REFUNDING, AfterSaleState.REFUND_FAILED,
)  # fmt: skip


def _yuan(fen: int) -> str:
    return f"¥{fen // 100:,}.{fen % 100:02d}"


def blockers(user_id: str) -> list[Blocker]:
    """Each thing that has to be finished first, by name, with the page on which it is finished."""
    found = [
        Blocker(f"order_{state.value}", says, f"/pages/orders/index?state={state.value}")
        for state, says in ORDERS.items()
        if orders.buyer_orders(user_id, state=state.value, limit=1)[0]
    ]
    if any(orders.after_sales(buyer_id=user_id, state=state.value, limit=1)[0] for state in OPEN):
        found.append(Blocker("after_sale", "有处理中的退款或售后", "/pages/aftersale/index"))
    if disputes.of_buyer(user_id, state="open", limit=1).items:
        found.append(Blocker("dispute", "有处理中的投诉", "/disputes/index"))
    if disputes.of_promoter(user_id, state="open", limit=1).items:
        found.append(Blocker("dispute_answer", "有买家对您推广的投诉正在处理", "/disputes/index?as=promoter"))
    owed = ledger.balance(Account(Kind.BUYER_DEBT, user_id)).posted_fen
    if owed:
        found.append(Blocker("buyer_debt", f"有改判后应退回的赔付 {_yuan(owed)}，退回后可以注销", "/disputes/debts"))
    if any(grant.role not in PERSONAL_ROLES for grant in identity.grants_of(user_id)):
        found.append(Blocker("staff", "账号还担任商家或平台的角色，请先由管理员解除", ""))
    promoter = promoters.by_user(user_id)
    return found + (_money(promoter.id) if promoter else [])


def _money(promoter_id: str) -> list[Blocker]:
    held = payouts.wallet(promoter_id)
    told = [
        ("pending", held.pending_fen, "有待结算的佣金 {n}，释放并提现后可以注销", "/promoter/index"),
        ("due", held.available_fen, "有可提现的佣金 {n}，请先提现", "/promoter/withdraw"),
        ("withdrawing", held.held_fen, "有提现正在处理（{n}）", "/promoter/withdraw"),
        ("debt", held.debt_fen, "有退款形成的欠款 {n}，抵扣或结清后可以注销", "/promoter/index"),
    ]
    deposit = ledger.balance(Account(Kind.PROMOTER_DEPOSIT, promoter_id)).posted_fen
    told.append(("deposit", deposit, "有保证金 {n}，请先退还", "/promoter/deposit"))
    return [Blocker(code, says.format(n=_yuan(fen)), page) for code, fen, says, page in told if fen > 0]


def kept(user_id: str) -> Sequence[Record]:
    """What the law keeps of this person, each with the day its duty begins."""
    found: list[Record] = []
    after = ""
    while True:
        some, after = orders.buyer_orders(user_id, after=after, limit=100)
        for order in some:
            if order.paid_at is not None:
                ended = order.closed_at or order.received_at or order.paid_at
                what: dict[str, Any] = {"address": portability.plain(order.address), "note": order.note}
                found.append(Record("trade", order.id, accounting_date(ended), what))
        if not after:
            break
    promoter = promoters.by_user(user_id)
    if promoter is not None:
        for whole in promoters.tax_identities([promoter.id]).values():
            since = accounting_date(promoter.joined_at or promoter.applied_at)
            found.append(Record("tax", promoter.id, since, portability.plain(whole)))
    return found


def build_exports(*, now: datetime, limit: int = 20) -> int:
    """Compose the copies people asked for, one at a time; one that fails holds nobody else up."""
    done = 0
    while done < limit and (asked := privacy.next_asked()) is not None:
        export_id, user_id = asked
        done += 1
        try:
            privacy.finish(export_id, portability.archive(user_id, now), now=now)
        except Exception as error:
            privacy.give_up(export_id, type(error).__name__, now=now)
            raise
    return done


def erase_due(*, now: datetime) -> int:
    """Carry out what has been thought over; how many people have left."""
    return sum(
        privacy.carry_out(one.id, blockers=blockers, kept=kept, now=now) for one in privacy.due_erasures(now=now)
    )
