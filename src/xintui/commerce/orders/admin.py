"""Console pages: orders that read like a file, after-sales to decide, money that fits no order."""

import contextlib
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import facade, filing
from xintui.commerce.orders.board import time_left
from xintui.commerce.orders.contracts import AFTERSALE_NAMES, KIND_NAMES, STATE_NAMES, OrderFile
from xintui.commerce.orders.models import AfterSale, Order, Quarantine
from xintui.commerce.orders.papers import masked_name, masked_phone
from xintui.commerce.orders.rules import AFTERSALE_SAYS, ORDER_SAYS
from xintui.commerce.orders.sharing import POSTS, Sharing, shown
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.payments.contracts import METHOD_NAMES, Share
from xintui.infra import clock
from xintui.infra.console import (
    ReadOnlyAdmin,
    ReasonForm,
    called,
    detail_action,
    merchant_site,
    ops_site,
    place,
    words,
)
from xintui.infra.console.cells import NOTHING, money, named, pill
from xintui.infra.console.search import FOUR, PHONE, TAIL, WHOLE, Finds, Rows, by_number
from xintui.kernel.money import yuan

HANDLERS = filing.HANDLERS
MONEY = frozenset({Role.OPERATOR, Role.FINANCE})
POSTED = {
    "orders.paid": "买家付款",
    "orders.refunded": "退款",
    "orders.split": "分账",
    "orders.split_returned": "分账回退",
}


place("ord", "orders_order", "订单")
place("chk", "orders_order?", "结算单")  # the orders that were paid together
place("afs", "orders_aftersale", "售后单")
words("object", {"order": "订单", "after_sale": "售后单", "payment": "支付单"})
words("action", {f"orders.{verb}": says for verb, says in (ORDER_SAYS | AFTERSALE_SAYS).items()})
words("action", {
    "orders.decide": "处理售后", "orders.return_quarantined": "隔离款项原路退回",
    "orders.turn_into_refund": "换货改退款", "orders.split": "发起分账", "orders.return_split": "分账回退",
    "orders.unfreeze": "解冻剩余资金",
})  # fmt: skip
words("reason", {
    "orders.paid": "买家付款", "orders.refunded": "退款", "orders.returned": "退货入库", "orders.placed": "下单占用",
    "orders.exchange": "换货", "orders.split": "分账", "orders.split_returned": "分账回退",
})  # fmt: skip
words("key", {"tracking_no": "运单号", "refund": "退款单"})
words("value", {str(key): name for key, name in AFTERSALE_NAMES.items()})


class ParcelForm(ReasonForm):
    carrier = forms.CharField(label="承运商", max_length=30, widget=UnfoldAdminTextInputWidget())
    tracking_no = forms.RegexField(
        r"^[0-9A-Za-z-]{4,40}$", label="运单号", widget=UnfoldAdminTextInputWidget(), strip=True
    )


class DecisionForm(ReasonForm):
    answer = forms.ChoiceField(
        label="处理", choices=[("yes", "同意"), ("no", "拒绝")], widget=UnfoldAdminSelectWidget()
    )
    restock = forms.BooleanField(label="退货入库", required=False, widget=UnfoldBooleanSwitchWidget())


class ReplacementForm(ParcelForm):
    restock = forms.BooleanField(label="退回商品入库", required=False, widget=UnfoldBooleanSwitchWidget())


def _orders(rows: Rows, text: str) -> Rows | None:
    """By number or its tail, by the receiver's phone or its last four digits, by the parcel's number."""
    if PHONE.fullmatch(text):
        return rows.filter(phone_tail=text[-4:], address__phone=text)
    if FOUR.fullmatch(text):
        return rows.filter(phone_tail=text)
    if TAIL.fullmatch(text.upper()) and not text.isdigit():
        return rows.filter(tail=text.upper())
    return rows.filter(pk=text) if WHOLE.fullmatch(text) else None


def _sales(rows: Rows, text: str) -> Rows | None:
    """By their own number or by their order's."""
    return rows.filter(order_id=text) if WHOLE.fullmatch(text) and text.startswith("ord") else by_number(rows, text)


def _sum(row: Any) -> str:
    return f"¥{yuan(row.total_fen)}"


class ShopNamed(ReadOnlyAdmin):
    """Lists that show the shop's name: fetched for the whole page in one query."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        page = super().get_changelist_instance(request)
        known = merchants.get_many({row.merchant_id for row in page.result_list})
        for row in page.result_list:
            row.shop_name = known[row.merchant_id].name if row.merchant_id in known else row.merchant_id
        return page

    @admin.display(description="商家")
    def shop(self, row: Any) -> str:
        if not hasattr(row, "shop_name"):
            row.shop_name = merchants.get(row.merchant_id).name
        return str(row.shop_name)

    @admin.display(description="金额", ordering="total_fen")
    def total(self, row: Any) -> SafeString | str:
        return money(row.total_fen)


def _moves(found: OrderFile, shares: list[Share]) -> list[dict[str, Any]]:
    """What the ledger says of the order: its payment, its refunds, its 分账."""
    reasons = [f"orders.paid/{found.order.id}"]
    reasons += [f"orders.refunded/{sale.refund_id}" for sale in found.after_sales if sale.refund_id]
    reasons += [f"orders.{POSTS[one.kind]}/{one.id}" for one in shares if one.kind in POSTS]
    names = {found.order.merchant_id: found.merchant_name, **METHOD_NAMES, "platform": "平台"}
    return [
        {
            "on": posting.on,
            "reason": posting.reason,
            "says": POSTED.get(posting.reason.partition("/")[0], posting.reason),
            "debit": f"{ledger.KIND_NAMES[move.debit.kind]} · {names.get(move.debit.owner, move.debit.owner)}",
            "credit": f"{ledger.KIND_NAMES[move.credit.kind]} · {names.get(move.credit.owner, move.credit.owner)}",
            "fen": move.fen,
        }
        for posting in ledger.postings(reasons)
        for move in posting.moves
    ]


class OrderAdmin(Sharing, ShopNamed):
    icon = "receipt_long"
    key = "o"
    finds = Finds(
        _orders,
        lambda row: f"订单 {row.id[-8:]}",
        lambda row: (
            f"{row.get_state_display()} · {_sum(row)} · {masked_name(row.address['name'])}"
            f" {masked_phone(row.address['phone'])}"
        ),
    )
    list_display = ("id", "state", "shop", "receiver", "total", "refunded", "placed_at", "paid_at", "shipped_at")
    list_filter = ("state", "placed_at", "paid_at")
    search_fields = ("id__exact", "checkout_id__exact", "buyer_id__exact", "payment_id__exact", "tracking_no__exact")
    ordering = ("-id",)
    date_hierarchy = "placed_at"
    fieldsets = (
        (None, {"fields": ("file",)}),
        ("编号", {"classes": ("collapse",), "fields": ("id", "checkout_id", "payment_id", "buyer_id")}),
    )
    readonly_fields = ("file",)
    actions_detail = ("ship", "split", "return_split", "release")

    @admin.display(description="收货人")
    def receiver(self, row: Order) -> str:
        return f"{masked_name(row.address['name'])} {masked_phone(row.address['phone'])}"

    @admin.display(description="已退", ordering="refunded_fen")
    def refunded(self, row: Order) -> SafeString | str:
        return money(row.refunded_fen or None)

    @admin.display(description="订单卷宗")
    def file(self, row: Order) -> SafeString:
        """Lines, money, parcel, timeline, after-sales and what the ledger says, on one page."""
        found = facade.order_file(row.id)
        shares = facade.shares(row.id)
        sales = [
            {"sale": s, "kind": KIND_NAMES[s.kind], "state": pill(s.state.value, AFTERSALE_NAMES[s.state]),
             "number": named(s.id, {}, whole=False, site=self.admin_site.name)}
            for s in found.after_sales
        ]  # fmt: skip
        address = found.order.address
        site = self.admin_site.name
        near = called(key for line in found.order.lines for key in (line.promoter_id, line.product_id))
        near |= {row.merchant_id: found.merchant_name} | called([row.buyer_id])

        def to(key: str) -> SafeString | str:
            return named(key, near, whole=False, site=site)

        return render_to_string(
            "orders/file.html",
            {
                "file": found,
                "order": found.order,
                "state": pill(found.order.state.value, STATE_NAMES[found.order.state]),
                "receiver": f"{masked_name(address.name)} {masked_phone(address.phone)}",
                "net_fen": found.order.total_fen - found.order.refunded_fen - found.order.fee_fen,
                "promoted": [
                    (
                        line,
                        to(line.product_id),
                        to(line.promoter_id),
                        self._commission(line.promoter_id, row.id, line.id),
                    )
                    for line in found.order.lines
                ],
                "merchant": to(row.merchant_id),
                "buyer": to(row.buyer_id),
                "payment": to(row.payment_id),
                "moves": _moves(found, shares),
                "shares": [shown(one) for one in shares],
                "sales": sales,
            },
        )

    def _commission(self, promoter_id: str, order_id: str, line_id: str) -> str:
        """Where the line's commission is explained; nowhere for a line that nobody brought."""
        if not promoter_id:
            return ""
        with contextlib.suppress(NoReverseMatch):
            page = f"{self.admin_site.name}:commission_commissionearning_change"
            return reverse(page, args=[f"{order_id}.{line_id}"])
        return ""

    @detail_action("发货", roles=HANDLERS, form=ParcelForm, icon="local_shipping", when=lambda row: row.state == "paid")
    def ship(self, request: HttpRequest, form: ParcelForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *HANDLERS)  # type: ignore[attr-defined]
        given = form.cleaned_data
        facade.ship(
            object_id,
            merchant_id=merchant_id,
            carrier=given["carrier"],
            tracking_no=given["tracking_no"],
            actor=who,
            now=clock.now(),
            note=given["reason"],
        )
        self.message_user(request, "已发货，买家可见物流信息", messages.SUCCESS)


class AfterSaleAdmin(ShopNamed):
    audited_as = "after_sale"
    icon = "assignment_return"
    key = "s"
    finds = Finds(
        _sales,
        lambda row: f"售后单 {row.id[-8:]}",
        lambda row: f"{row.get_kind_display()} · {row.get_state_display()} · {_sum(row)}",
    )
    empty_says = "买家申请退款或退货后会出现在这里。"
    list_display = ("id", "state", "left", "shop", "kind", "total", "reason", "applied_at", "settled_at")
    list_filter = ("state", "kind", "applied_at")
    search_fields = ("id__exact", "order_id__exact", "refund_id__exact", "buyer_id__exact")
    ordering = ("-id",)
    fields = (
        "id", "shop", "order_id", "kind", "state", "left", "protection", "total", "reason", "decision",
        "exchange_spec", "refund_id", "restock", "return_carrier", "return_no", "reship_carrier", "reship_no",
        "applied_at", "decided_at", "settled_at",
    )  # fmt: skip
    readonly_fields = ("shop", "total", "left")
    actions_detail = ("decide", "replace", "refund_instead")

    @admin.display(description="剩余时间", ordering="due_at")
    def left(self, row: AfterSale) -> str:
        """How long whoever is waited for still has; then the platform decides."""
        return time_left(row.state, row.due_at)

    @detail_action(
        "处理售后", roles=HANDLERS, form=DecisionForm, icon="gavel", warning="同意后按流程退货或原路退款。",
        when=lambda row: row.state in ("applied", "refund_failed", "returning")
        and (row.kind, row.state) != ("exchange", "returning"),
    )  # fmt: skip
    def decide(self, request: HttpRequest, form: DecisionForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *HANDLERS)  # type: ignore[attr-defined]
        given = form.cleaned_data
        sale = facade.decide_after_sale(
            object_id,
            merchant_id=merchant_id,
            approve=given["answer"] == "yes",
            actor=who,
            now=clock.now(),
            note=given["reason"],
            restock=given["restock"],
        )
        self.message_user(request, f"已处理：{AFTERSALE_NAMES[sale.state]}", messages.SUCCESS)

    @detail_action(
        "寄出换货", roles=HANDLERS, form=ReplacementForm, icon="swap_horiz", warning="仅用于换货；收到退货后办理。",
        when=lambda row: row.kind == "exchange" and row.state == "returning",
    )  # fmt: skip
    def replace(self, request: HttpRequest, form: ReplacementForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *HANDLERS)  # type: ignore[attr-defined]
        given = form.cleaned_data
        facade.ship_replacement(
            object_id,
            merchant_id=merchant_id,
            carrier=given["carrier"],
            tracking_no=given["tracking_no"],
            restock=given["restock"],
            actor=who,
            now=clock.now(),
        )
        self.message_user(request, "换货已寄出，买家可见物流信息", messages.SUCCESS)

    @detail_action(
        "缺货改退款", roles=HANDLERS, icon="currency_yuan", warning="换货改为退货退款，留存的换货库存释放。",
        when=lambda row: row.kind == "exchange" and row.state in ("awaiting_return", "returning"),
    )  # fmt: skip
    def refund_instead(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *HANDLERS)  # type: ignore[attr-defined]
        note = form.cleaned_data["reason"]
        facade.turn_into_refund(object_id, merchant_id=merchant_id, actor=who, now=clock.now(), note=note)
        self.message_user(request, "已改为退货退款", messages.SUCCESS)


class QuarantineAdmin(ReadOnlyAdmin):
    icon = "gpp_maybe"
    ops_roles = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR})
    list_display = ("id", "state", "subject", "amount", "expected", "reason", "captured_at", "handled_by")
    empty_says = "没有金额或对象不符的到账，账实相符。"
    list_filter = ("state", "reason", "captured_at")
    search_fields = ("id__exact", "subject__exact", "transaction_id__exact")
    ordering = ("-captured_at",)
    actions_detail = ("send_back",)

    @admin.display(description="到账", ordering="amount_fen")
    def amount(self, row: Quarantine) -> str:
        return f"{yuan(row.amount_fen)} {row.currency}"

    @admin.display(description="应收")
    def expected(self, row: Quarantine) -> str:
        return f"¥{yuan(row.expected_fen)}" if row.expected_fen else NOTHING

    @detail_action(
        "原路退回", roles=MONEY, icon="undo", warning="款项将退回付款人，从不计入任何订单。",
        when=lambda row: row.state == "open",
    )  # fmt: skip
    def send_back(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = request.principal  # type: ignore[attr-defined]
        facade.return_quarantined(object_id, actor=who, now=clock.now(), note=form.cleaned_data["reason"])
        self.message_user(request, "已发起原路退回", messages.SUCCESS)


for site in (ops_site, merchant_site):
    site.register(Order, OrderAdmin)
    site.register(AfterSale, AfterSaleAdmin)
ops_site.register(Quarantine, QuarantineAdmin)
