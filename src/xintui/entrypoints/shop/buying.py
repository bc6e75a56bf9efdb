"""Buying: cart, checkout, the way to the cashier and back, orders, after-sales."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import (
    AFTERSALE_NAMES,
    KIND_NAMES,
    STATE_NAMES,
    Address,
    AfterSaleKind,
    BadAfterSale,
    OrderState,
    PlaceRequest,
    RefundPart,
)
from xintui.entrypoints.checkout import place_attributed
from xintui.entrypoints.shop import session
from xintui.foundation.payments import facade as payments
from xintui.infra import clock
from xintui.kernel.ids import new_id

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
        if good and number == request.session.get("checkout"):
            asked = PlaceRequest(number, session.buyer(request), wanted, Address(**given), clock.now())
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


@require_http_methods(["GET", "POST"])
@session.known
@session.page
def pay(request: HttpRequest, checkout_id: str) -> HttpResponse:
    """To the cashier (POST asks the gateway, outside any transaction), and what has become of it (GET)."""
    buyer_id, url = session.buyer(request), ""
    if request.method == "POST":
        now = clock.now()
        payment = orders.open_payment(checkout_id, buyer_id=buyer_id, payer_openid="", channel="h5", now=now)
        url = payments.pay_params(payment.id, now=now, client_ip=request.META.get("REMOTE_ADDR", "")).h5_url
    with transaction.atomic():
        made = orders.checkout(checkout_id, buyer_id=buyer_id)
    context = {
        "checkout": made,
        "url": url,
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
    sales = [(sale, KIND_NAMES[sale.kind], AFTERSALE_NAMES[sale.state]) for sale in file.after_sales]
    lines = [(line, line.paid_fen - line.refund_pending_fen - line.refunded_fen) for line in file.order.lines]
    context = {
        "file": file,
        "order": file.order,
        "state": STATE_NAMES[file.order.state],
        "sales": sales,
        "lines": lines,
        "refundable": file.order.state in ("paid", "shipped", "received") and any(rest for _, rest in lines),
        "returnable": file.order.shipment is not None,
    }
    return render(request, "shop/order.html", context)


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


def _ask(request: HttpRequest, order_id: str, buyer_id: str) -> None:
    """Amounts are typed in yuan; they become whole fen without passing through a float."""
    given = request.POST
    whole, _, cents = given.get("yuan", "").strip().partition(".")
    if not (
        whole.isascii() and whole.isdigit() and len(whole) <= 8 and (not cents or cents.isdigit()) and len(cents) <= 2
    ):
        raise BadAfterSale("退款金额请填写数字，最多两位小数")
    kind = AfterSaleKind.RETURN_REFUND if given.get("kind") == "return_refund" else AfterSaleKind.REFUND_ONLY
    orders.request_after_sale(
        order_id,
        buyer_id=buyer_id,
        kind=kind,
        parts=[
            RefundPart(
                given.get("line", "")[:32],
                int(whole) * 100 + int(cents.ljust(2, "0") or 0),
                session.number(given.get("qty"), low=0, high=999),
            )
        ],
        reason=given.get("reason", "").replace("\x00", "").strip()[:200] or "其他原因",
        now=clock.now(),
    )


@require_safe
@session.known
@session.page
def receipt(request: HttpRequest, order_id: str) -> HttpResponse:
    """交易凭证."""
    paper = orders.receipt(order_id, buyer_id=session.buyer(request))
    headers = {"Content-Disposition": f'attachment; filename="{paper.filename}"', "X-Proof-Code": paper.proof}
    return HttpResponse(paper.pdf, content_type="application/pdf", headers=headers)
