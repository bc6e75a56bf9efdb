"""/m/: the shop in the hand. The built H5 files, and one page for every address inside it."""

import re
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.html import escape
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.catalog.http import ProductOut
from xintui.infra import clock, tenancy
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import TargetKind
from xintui.trust.compliance import facade as compliance

BUILT: Final = Path(__file__).resolve().parent / "web_dist"
"""What tools/web.sh builds from web/; not in the repository, carried by the wheel."""
CSP: Final = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "object-src": ["'none'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
"""uni-h5 sets styles on elements; no script, picture or request may come from or go to another host."""
MISSING: Final = "手机商城还没有构建：请在项目目录运行 make web，然后重新启动服务。"
_PRODUCT_PAGE: Final = "pages/product/index"
_HASHED: Final = re.compile(r"/assets/.+[-.][0-9A-Za-z_-]{8}\.\w+$")
_CODE: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")
_PLACE: Final = "<!--share-->"
_EARLY: Final = "<!--early-->"


class Files(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """whitenoise, serving the build too: compressed where a .gz lies beside, hashed names for ever."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if BUILT.is_dir():
            self.add_files(str(BUILT), prefix="m/")
            self.files.pop("/m/index.html", None)  # only with its policy and its share card: see `page`

    def immutable_file_test(self, path: str, url: str) -> bool:
        """A name with a hash in it never changes its content."""
        if url.startswith("/m/"):
            return bool(_HASHED.search(url))
        return bool(super().immutable_file_test(path, url))


def built() -> bool:
    """Whether there is an H5 shop to lead anybody to."""
    return (BUILT / "index.html").is_file()


@require_safe
@gzip_page  # nothing of one visitor's stands in it
def page(request: HttpRequest, path: str = "") -> HttpResponse:
    """The one page of the H5 build, with the share card of the product it shows."""
    index = BUILT / "index.html"
    if path and not path.startswith(("pages/", "promoter/", "disputes/")):
        return HttpResponse("没有找到", status=404, content_type="text/plain; charset=utf-8")
    if not built():
        html = f"<!doctype html><meta charset=utf-8><title>尚未构建</title><h1>{MISSING}</h1>"
        return HttpResponse(html, status=503)
    product = _product(request.GET.get("id", "")[:32])
    label = compliance.label("disclosure", accounting_date(clock.now())).text if request.GET.get("s") else ""
    card = _card(product, label) if product else ""
    early = _early(product, label) if product and path == _PRODUCT_PAGE else ""
    told = f"{card}\n    {_without_script(request)}".lstrip()
    response = HttpResponse(index.read_text().replace(_PLACE, told, 1).replace(_EARLY, early, 1))
    response["Cache-Control"] = "no-cache"
    response._csp_replace = CSP  # type: ignore[attr-defined]
    return response


@require_safe
def shared(request: HttpRequest, code: str) -> HttpResponse:
    """A share link into the H5 shop. The click itself is told by the device, which knows its visitor's name."""
    query = f"s={code}"
    try:
        with tenancy.as_platform(), transaction.atomic():
            target = attribution.resolve(code).target
    except DomainError:
        return HttpResponseRedirect("/m/")
    if target.kind is TargetKind.PRODUCT:
        return HttpResponseRedirect(f"/m/pages/product/index?id={target.id}&{query}")
    return HttpResponseRedirect(f"/m/pages/open/index?{query}")


def _without_script(request: HttpRequest) -> str:
    """A browser that runs no scripts is led to the shop that needs none, by the same share link if there was one."""
    code, product = request.GET.get("s", ""), request.GET.get("id", "")
    place = "/"
    if _CODE.fullmatch(code):
        place = f"/s/{code}?plain"
    elif _CODE.fullmatch(product) and request.path.endswith("/product/index"):
        place = f"/p/{product}"
    return f'<noscript><meta http-equiv="refresh" content="0; url={place}"></noscript>'


def _product(product_id: str) -> Product | None:
    """What the address speaks of, if it is on sale."""
    if not product_id.isalnum():
        return None
    try:
        with tenancy.as_platform(), transaction.atomic():
            return catalog.on_sale(product_id)
    except DomainError:
        return None


def _early(product: Product, label: str) -> str:
    """Picture, label, price and title as the page will show them, before a line of its program has come."""
    prices = [sku.price_fen for sku in product.skus if sku.active] or [0]
    shown = {"product": product, "price_fen": min(prices), "varied": len(set(prices)) > 1, "label": label}
    return render_to_string("mobile/early.html", shown)


def _card(product: Product, label: str) -> str:
    """Title, words and picture as chat programs show a link; a promoter's link says that it is advertising (T-15)."""
    home = settings.PUBLIC_URL.rstrip("/")
    told = {
        "og:type": "product",
        "og:title": f"{label} {product.title}".lstrip(),
        "og:description": product.subtitle or product.merchant_name,
        "og:url": f"{home}/m/pages/product/index?id={product.id}",
    }
    early = [f'<link rel="modulepreload" href="/m/assets/{one}">' for one in _chunks("pages-product-index")]
    if product.pictures:
        told["og:image"] = f"{home}/api/v1/catalog/pictures/{product.pictures[0]}"
        early.append(f'<link rel="preload" as="image" href="/api/v1/catalog/pictures/{product.pictures[0]}">')
    lines = [f'<meta property="{name}" content="{escape(words)}">' for name, words in told.items()]
    lines.append(f'<meta name="description" content="{escape(told["og:description"])}">')
    given = ProductOut.from_orm(product).model_dump_json().replace("<", "\\u003c")
    early.append(f'<script type="application/json" id="xt-product">{given}</script>')
    return "\n    ".join([*lines, *early])


def _chunks(page: str) -> list[str]:
    """The built file of a page, so that a phone asks for it together with the rest and not after reading the rest."""
    return [found.name for found in (BUILT / "assets").glob(f"{page}.*.js")]
