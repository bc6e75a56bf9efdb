"""Buying: cart, checkout, the way to the cashier and back, orders, after-sales."""

import re

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ReturnRule
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import (
    AFTERSALE_NAMES,
    KIND_NAMES,
    STATE_NAMES,
    Address,
    AfterSaleKind,
    BadAfterSale,
    Item,
    Order,
    OrderState,
    PlaceRequest,
    RefundPart,
)
from xintui.entrypoints.checkout import place_attributed
from xintui.entrypoints.shop import session
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import METHOD_NAMES, Method
from xintui.infra import clock
from xintui.kernel.ids import new_id

SIDES = {"merchant": "商家", "buyer": "您", "": ""}
FIELDS = (("name", "收货人", 40), ("phone", "手机号", 11), ("region", "省市区", 60), ("street", "详细地址", 120))


@require_POST
@session.page
def add(request: HttpRequest) -> HttpResponse:
    """Into the cart; with 立即购买 straight on to the checkout."""
    content = session.cart(request)
    sku, qty = request.POST.get("sku", "")[:32], session.number(request.POST.get("qty"), low=1, high=999)
    if sku:
        content[sku] = min(content.get(sku, 0) + qty, 999)
        session.keep(request, content)
    if request.POST.get("now"):
        return HttpResponseRedirect("/checkout")
    messages.success(request, "已加入购物车")
    return HttpResponseRedirect(session.back(request, "/cart"))


@require_http_methods(["GET", "POST"])
@session.page
def cart(request: HttpRequest) -> HttpResponse:
    """What lies in it, by shop, at the prices of this moment."""
    if request.method == "POST":
        changed = {sku: session.number(request.POST.get(sku), low=0, high=999) for sku in session.cart(request)}
        session.keep(request, changed)
        return HttpResponseRedirect("/cart")
    wanted = session.items(request)
    return render(request, "shop/cart.html", {"quote": orders.quote(wanted) if wanted else None})


@require_http_methods(["GET", "POST"])
@session.known
@session.page
def checkout(request: HttpRequest) -> HttpResponse:
    """Address and confirmation. The checkout's number is made before the form, so sending it twice places once."""
    wanted = session.items(request)
    if request.method == "POST":
        given = {name: request.POST.get(name, "").replace("\x00", "").strip()[:size] for name, _, size in FIELDS}
        number = request.POST.get("checkout_id", "")
        if not wanted and number == request.session.get("placed"):
            return HttpResponseRedirect(f"/pay/{number}")
        good = all(given.values()) and given["phone"].isdigit() and len(given["phone"]) == 11
        confirmed = frozenset(request.POST.getlist("confirmed"))
        if good and number == request.session.get("checkout") and not _to_confirm(wanted) <= confirmed:
            messages.error(request, "请先阅读并确认标注商品的退货说明")
            request.session["address"] = given
            return HttpResponseRedirect("/checkout")
        if good and number == request.session.get("checkout"):
            asked = PlaceRequest(
                checkout_id=number,
                buyer_id=session.buyer(request),
                items=wanted,
                address=Address(**given),
                now=clock.now(),
                confirmed=confirmed & {item.sku_id for item in wanted},
            )
            placed = place_attributed(asked, session.visitor(request))
            request.session.update({"address": given, "placed": placed.id})
            session.keep(request, {})
            return HttpResponseRedirect(f"/pay/{placed.id}")
        messages.error(request, "请填写完整的收货信息（手机号 11 位）")
        request.session["address"] = given
        return HttpResponseRedirect("/checkout")
    if not wanted:
        return HttpResponseRedirect("/cart")
    request.session["checkout"] = new_id("chk")
    known = request.session.get("address", {})
    fields = [(name, label, size, known.get(name, "")) for name, label, size in FIELDS]
    context = {"quote": orders.quote(wanted), "fields": fields, "checkout_id": request.session["checkout"]}
    return render(request, "shop/checkout.html", context)


def _to_confirm(wanted: tuple[Item, ...]) -> set[str]:
    """What stands in the buyer's way until it is confirmed, item by item (暂行办法: 商品销售必经流程中的确认程序)."""
    lines = [line for shop in orders.quote(wanted).shops for line in shop.lines]
    return {line.sku_id for line in lines if line.returns.rule is ReturnRule.CONFIRM}


@require_http_methods(["GET", "POST"])
@session.known
@session.page
def pay(request: HttpRequest, checkout_id: str) -> HttpResponse:
    """To the cashier (POST asks the gateway, outside any transaction), and what has become of it (GET)."""
    buyer_id, url, method = session.buyer(request), "", ""
    if request.method == "POST":
        now = clock.now()
        method = request.POST.get("method", Method.WECHAT)
        method = method if method in METHOD_NAMES else Method.WECHAT
        payment = orders.open_payment(
            checkout_id, buyer_id=buyer_id, payer_openid="", channel="h5", method=method, now=now
        )
        there = f"{settings.PUBLIC_URL.rstrip('/')}/pay/{checkout_id}"
        client_ip = request.META.get("REMOTE_ADDR", "")
        url = payments.pay_params(payment.id, now=now, client_ip=client_ip, return_url=there).h5_url
    with transaction.atomic():
        made = orders.checkout(checkout_id, buyer_id=buyer_id)
    context = {
        "checkout": made,
        "url": url,
        "method": METHOD_NAMES.get(method, ""),
        "methods": [(name, METHOD_NAMES[name]) for name in payments.methods()],
        "waiting": made.state is OrderState.PLACED,
        "state": STATE_NAMES[made.state],
    }
    return render(request, "shop/pay.html", context)


@require_safe
@session.known
@session.page
def mine(request: HttpRequest) -> HttpResponse:
    """My orders."""
    state = request.GET.get("state", "")
    state = state if state in STATE_NAMES else ""
    found, mark = orders.buyer_orders(
        session.buyer(request), state=state, after=request.GET.get("after", "")[:32], limit=20
    )
    rows = [(order, STATE_NAMES[order.state]) for order in found]
    tabs = [("", "全部")] + [(s, STATE_NAMES[s]) for s in ("placed", "paid", "shipped", "received")]
    context = {"rows": rows, "next": mark, "tabs": tabs, "state": state, "name": request.session.get("buyer_name")}
    return render(request, "shop/mine.html", context)


@require_http_methods(["GET", "POST"])
@session.known
@session.page
def order(request: HttpRequest, order_id: str) -> HttpResponse:
    """One order with its timeline; cancel, receive, ask for an after-sale."""
    buyer_id = session.buyer(request)
    if request.method == "POST":
        _act(request, order_id, buyer_id)
        return HttpResponseRedirect(f"/me/orders/{order_id}")
    file = orders.order_file(order_id, buyer_id=buyer_id)
    sales = [
        (sale, KIND_NAMES[sale.kind], AFTERSALE_NAMES[sale.state], SIDES[sale.waits_for]) for sale in file.after_sales
    ]
    lines = [(line, line.paid_fen - line.refund_pending_fen - line.refunded_fen) for line in file.order.lines]
    context = {
        "file": file,
        "order": file.order,
        "state": STATE_NAMES[file.order.state],
        "sales": sales,
        "lines": lines,
        "refundable": file.order.state in ("paid", "shipped", "received") and any(rest for _, rest in lines),
        "returnable": file.order.shipment is not None,
        "swaps": _swaps(file.order) if file.order.shipment else [],
    }
    return render(request, "shop/order.html", context)


def _swaps(order: Order) -> list[tuple[str, str]]:
    """What a line could be exchanged for besides the same again: the product's SKUs at the same price."""
    found = []
    for line in order.lines:
        skus = catalog.get(line.product_id).skus
        price = next((sku.price_fen for sku in skus if sku.id == line.sku_id), 0)
        found += [
            (sku.id, f"{line.title} · {sku.spec}")
            for sku in skus
            if sku.active and sku.price_fen == price and sku.id != line.sku_id
        ]
    return found


def _act(request: HttpRequest, order_id: str, buyer_id: str) -> None:
    verb, now = request.POST.get("verb", ""), clock.now()
    if verb == "cancel":
        orders.cancel(order_id, buyer_id=buyer_id, now=now)
        messages.success(request, "已取消")
    elif verb == "receive":
        orders.receive(order_id, buyer_id=buyer_id, now=now)
        messages.success(request, "已确认收货")
    elif verb == "ask":
        _ask(request, order_id, buyer_id)
        messages.success(request, "售后申请已提交，等待商家处理")
    elif verb == "withdraw":
        orders.cancel_after_sale(request.POST.get("sale", "")[:32], buyer_id=buyer_id, now=now)
        messages.success(request, "售后已撤销")
    elif verb == "send_back":
        _send_back(request, buyer_id)
        messages.success(request, "已登记寄回，等待商家收货")
    elif verb == "got_it":
        orders.confirm_replacement(request.POST.get("sale", "")[:32], buyer_id=buyer_id, now=now)
        messages.success(request, "已确认收到换货商品")


def _send_back(request: HttpRequest, buyer_id: str) -> None:
    carrier = request.POST.get("carrier", "").replace("\x00", "").strip()[:30]
    number = request.POST.get("tracking_no", "").strip()
    if not carrier or not re.fullmatch(r"[0-9A-Za-z-]{4,40}", number):
        raise BadAfterSale("请填写承运商和运单号（4 到 40 位字母、数字）")
    sale = request.POST.get("sale", "")[:32]
    orders.send_back(sale, buyer_id=buyer_id, carrier=carrier, tracking_no=number, now=clock.now())


def _ask(request: HttpRequest, order_id: str, buyer_id: str) -> None:
    given = request.POST
    chosen = given.get("kind")
    kind = AfterSaleKind(chosen) if chosen in KIND_NAMES else AfterSaleKind.REFUND_ONLY
    fen = 0 if kind is AfterSaleKind.EXCHANGE else _fen(given.get("yuan", ""))
    orders.request_after_sale(
        order_id,
        buyer_id=buyer_id,
        kind=kind,
        parts=[RefundPart(given.get("line", "")[:32], fen, session.number(given.get("qty"), low=0, high=999))],
        reason=given.get("reason", "").replace("\x00", "").strip()[:200] or "其他原因",
        now=clock.now(),
        exchange_sku_id=given.get("swap", "")[:32] if kind is AfterSaleKind.EXCHANGE else "",
    )


def _fen(text: str) -> int:
    """Amounts are typed in yuan; they become whole fen without passing through a float."""
    whole, _, cents = text.strip().partition(".")
    if not (
        whole.isascii() and whole.isdigit() and len(whole) <= 8 and (not cents or cents.isdigit()) and len(cents) <= 2
    ):
        raise BadAfterSale("退款金额请填写数字，最多两位小数")
    return int(whole) * 100 + int(cents.ljust(2, "0") or 0)


@require_safe
@session.known
@session.page
def receipt(request: HttpRequest, order_id: str) -> HttpResponse:
    """交易凭证."""
    paper = orders.receipt(order_id, buyer_id=session.buyer(request))
    headers = {"Content-Disposition": f'attachment; filename="{paper.filename}"', "X-Proof-Code": paper.proof}
    return HttpResponse(paper.pdf, content_type="application/pdf", headers=headers)
