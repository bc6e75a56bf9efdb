"""Looking: home, product, share link, and saying one's name."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductFilter, Sort
from xintui.commerce.quality import facade as quality
from xintui.entrypoints import mobile
from xintui.entrypoints.shop import session
from xintui.foundation.identity import facade as identity
from xintui.infra import clock
from xintui.kernel.errors import DomainError
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import TargetKind, Visitor

SORTS = ((Sort.NEWEST, "新品"), (Sort.BEST_SELLING, "热销"), (Sort.PRICE_UP, "价格低"), (Sort.PRICE_DOWN, "价格高"))


@require_safe
@session.page
def home(request: HttpRequest) -> HttpResponse:
    """Goods of all shops: search, category, order."""
    asked = request.GET
    sort = next((one for one, _ in SORTS if one.value == asked.get("sort")), Sort.NEWEST)
    text, category = asked.get("q", "").strip()[:60], asked.get("category", "")[:32]
    wanted = ProductFilter(text=text.replace("\x00", ""), category=category.replace("\x00", ""), sort=sort)
    cards, mark = catalog.window(wanted, after=asked.get("after", "")[:60], limit=20)
    return render(
        request,
        "shop/home.html",
        {
            "cards": cards,
            "next": mark,
            "wanted": wanted,
            "sorts": SORTS,
            "categories": catalog.categories()[:12],
            "pieces": sum(session.cart(request).values()),
        },
    )


@require_safe
@session.page
def product(request: HttpRequest, product_id: str) -> HttpResponse:
    """The picture, the price, the label if somebody shared it, and one button."""
    found = catalog.on_sale(product_id)
    skus = [sku for sku in found.skus if sku.active]
    chosen = next((sku.id for sku in skus if sku.available_qty), "")
    via = request.session.get("via", {})
    label = via.get(found.id) or via.get(found.merchant_id) or via.get("home") or ""
    context = {
        "product": found,
        "skus": skus,
        "chosen": chosen,
        "label": label,
        "paused": bool(label) and bool(quality.paused([found.id])),
        "low": min((sku.price_fen for sku in skus), default=0),
        "high": max((sku.price_fen for sku in skus), default=0),
        "sold": sum(sku.sold_qty for sku in skus),
        "pieces": sum(session.cart(request).values()),
    }
    return render(request, "shop/product.html", context)


@require_safe
def shared(request: HttpRequest, code: str) -> HttpResponse:
    """A share link: the click is written down, the label remembered, and on to the thing itself.

    Where there is an H5 shop, everybody goes there: what a browser says of itself decides nothing. `?plain` stays here,
    and so does whoever the H5 shop sends back because no script runs.
    """
    if mobile.built() and "plain" not in request.GET:
        return HttpResponseRedirect(f"/m/s/{quote(code, safe='')}")

    @session.page
    def touched(request: HttpRequest) -> HttpResponse:
        headers = request.headers
        who = Visitor(
            visitor_id=session.visitor(request),
            buyer_id=session.buyer(request),
            user_agent=headers.get("User-Agent", "")[:400],
            purpose=headers.get("Sec-Purpose", headers.get("Purpose", ""))[:40],
        )
        landing = attribution.touch(code, who, now=clock.now())
        target = landing.target
        place = target.id if target.kind is not TargetKind.HOME else "home"
        request.session["via"] = {**request.session.get("via", {}), place: landing.label}
        return HttpResponseRedirect(f"/p/{target.id}" if target.kind is TargetKind.PRODUCT else "/")

    return touched(request)


@require_http_methods(["GET", "POST"])
@session.page
def enter(request: HttpRequest) -> HttpResponse:
    """A phone number with a code by SMS, or a guest's name. With WeChat one comes by the mini-program."""
    onward = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = "/"
    name = request.POST.get("name", "").replace("\x00", "").strip()[:20]
    if request.method == "POST" and name:
        session.enter(request, name)
        return HttpResponseRedirect(onward)
    said, entered = _by_phone(request) if request.method == "POST" else ({}, False)
    if entered:
        return HttpResponseRedirect(onward)
    return render(request, "shop/enter.html", {"next": onward, "sms": identity.sms_ready(), **said})


def _by_phone(request: HttpRequest) -> tuple[dict[str, object], bool]:
    """What to say after a form with a number (and a code), and whether the person is in."""
    phone, code = request.POST.get("phone", "")[:20], request.POST.get("code", "").strip()[:8]
    if not phone or not identity.sms_ready():
        return {}, False
    try:
        if not code:
            identity.send_code(phone, now=clock.now())
            return {"phone": phone, "sent": True}, False
        session.sit_down(request, identity.phone_visit(phone, code, now=clock.now()))
        return {}, True
    except DomainError as refusal:
        return {"phone": phone, "refusal": str(refusal), "sent": bool(code)}, False
