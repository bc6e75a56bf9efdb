"""商家后台 › 找推客: the search with its picture, the list, the comparison, and the letter."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductFilter
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import clock
from xintui.infra.console import merchant_site
from xintui.infra.console.actions import sentence
from xintui.infra.paging import BadCursor
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.promotion.screening import facade
from xintui.promotion.screening.admin import drawing, forms
from xintui.promotion.screening.admin.lists import SHOP
from xintui.promotion.screening.contracts import Field, Found, Profile, Search

ALWAYS: Final = ("service", "deposit_fen", "credit", "level", "orders", "return_bp", "category")
PAGE: Final = 50
GOODS: Final = 100
EMPTY: Final = Search()
ORDER: Final = "-service"


def _asks(request: HttpRequest) -> tuple[Principal, str]:
    who, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    if not who.has(*SHOP):
        raise PermissionDenied
    return who, merchant_id


def _to(name: str, query: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"merchant:{name}") + query)


def search_page(request: HttpRequest) -> HttpResponse:
    """The search; what is posted keeps somebody, lets somebody go or takes the file."""
    who, merchant_id = _asks(request)
    now = clock.now()
    fields = facade.fields(accounting_date(now))
    order = request.GET.get("sort", ORDER)
    try:
        if "go" in request.GET:
            search = facade.parse(forms.read(request.GET, fields), order, fields)
            return _to("screening", forms.address(search.filters, order))
        search = facade.parse(request.GET.getlist("where"), order, fields)
        if request.method == "POST":
            return _done(request, who, merchant_id, search, order)
        found = facade.find(search, after=request.GET.get("after", ""), limit=PAGE, today=accounting_date(now))
    except BadCursor:
        return _to("screening")
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        return _to("screening")
    shown = _shown(search, order, found, fields, merchant_id)
    return TemplateResponse(request, "screening/search.html", _context(request, "找推客") | shown)


def _done(request: HttpRequest, who: Principal, merchant_id: str, search: Search, order: str) -> HttpResponse:
    now, given = clock.now(), request.POST
    if "export" in given:
        text = facade.export(merchant_id, search, by=who, now=now)
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="promoters.csv"'
        return response
    _listed(request, who, merchant_id)
    after = request.GET.get("after", "")
    return _to("screening", forms.address(search.filters, order, **({"after": after} if after else {})))


def _listed(request: HttpRequest, who: Principal, merchant_id: str) -> None:
    """Somebody goes on the list, is noted, or off it."""
    given = request.POST
    if key := given.get("keep", ""):
        note = given.get(f"note_{key}", "").strip()[:200]
        facade.keep(merchant_id, key[:32], note, by=who, now=clock.now())
        messages.success(request, "已在候选名单")
    elif key := given.get("let_go", ""):
        facade.let_go(merchant_id, key[:32], by=who)
        messages.success(request, "已移出候选名单")


def _shown(
    search: Search, order: str, found: Found, fields: Mapping[str, Field], merchant_id: str
) -> dict[str, Any]:  # fmt: skip
    today = accounting_date(clock.now())
    terms = facade.terms(today)
    used = [one.key for one in search.filters] + [search.sort.key]
    columns = list(dict.fromkeys([*ALWAYS, *used]))
    kept = facade.listed_of(merchant_id, [one.promoter_id for one in found.items])
    return {
        "chips": forms.chips(search, order, fields),
        "groups": forms.lines(search, fields),
        "order": order,
        "heads": [_head(fields[key], search) for key in columns],
        "rows": [_row(one, columns, fields) | {"kept": one.promoter_id in kept} for one in found.items],
        "count": f"超过 {terms.counted_up_to:,}" if found.count > terms.counted_up_to else f"{found.count:,}",
        "next": forms.address(search.filters, order, after=found.next) if found.next else "",
        "drawing": drawing.draw(facade.cells(search, today=today), search, order, fields, terms),
        "compared": terms.compared,
        "exported": terms.exported,
        "standing": facade.standing(now=clock.now()),
        "here": forms.address(search.filters, order),
    }


def _row(one: Profile, columns: list[str], fields: Mapping[str, Field]) -> dict[str, Any]:
    cells = [(facade.shown(fields[key], one.values[key]), one.values[key] is None) for key in columns]
    return {"id": one.promoter_id, "name": one.name, "cells": cells, "as_of": one.as_of, "featured": one.featured}


def _head(field: Field, search: Search) -> dict[str, Any]:
    """A column's name, which orders by it: best first, then the other way round."""
    mine = search.sort.key == field.key
    order = field.key if mine and search.sort.descending else f"-{field.key}"
    arrow = ("↓" if search.sort.descending else "↑") if mine else ""
    return {"title": field.title, "says": field.source, "href": forms.address(search.filters, order), "arrow": arrow}


def compare_page(request: HttpRequest) -> HttpResponse:
    """Up to five side by side; every line says whose fact it is."""
    _asks(request)
    today = accounting_date(clock.now())
    try:
        found = facade.compare([one[:32] for one in request.GET.getlist("ids")], today=today)
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        return _to("screening")
    if not found:
        messages.error(request, "请先勾选要比较的推客")
        return _to("screening")
    lines = [
        {"field": field, "cells": [shown[n] for _, shown in found], "as_of": found[0][1][n].as_of}
        for n, field in enumerate(facade.fields(today).values())
    ]
    context = _context(request, "比较推客") | {"people": [one for one, _ in found], "lines": lines}
    return TemplateResponse(request, "screening/compare.html", context)


def shortlist_page(request: HttpRequest) -> HttpResponse:
    """The shop's list with its notes."""
    who, merchant_id = _asks(request)
    try:
        if request.method == "POST":
            _listed(request, who, merchant_id)
            return _to("screening_shortlist")
        page = facade.shortlist(merchant_id, after=request.GET.get("after", ""), limit=PAGE)
    except BadCursor:
        return _to("screening_shortlist")
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        return _to("screening_shortlist")
    fields = facade.fields(accounting_date(clock.now()))
    rows = [{"one": one, "row": _row(one.profile, list(ALWAYS), fields) if one.profile else None} for one in page.items]
    context = _context(request, "候选名单") | {
        "rows": rows, "heads": [fields[key].title for key in ALWAYS], "next": page.next,
        "limit": facade.terms(accounting_date(clock.now())).shortlist,
    }  # fmt: skip
    return TemplateResponse(request, "screening/shortlist.html", context)


def invite_page(request: HttpRequest) -> HttpResponse:
    """The letter to one promoter."""
    who, merchant_id = _asks(request)
    now = clock.now()
    to = request.GET.get("to", "")[:32]
    words, product = request.POST.get("message", "").strip(), request.POST.get("product", "")[:32]
    try:
        ((one, _),) = facade.compare([to], today=accounting_date(now))
        if request.method == "POST":
            if not 4 <= len(words) <= 300:
                messages.error(request, "邀请语应为 4 到 300 个字")
            else:
                facade.invite(merchant_id, to, words, product_id=product, by=who, now=now)
                messages.success(request, f"已邀请 {one.name}，对方会在手机上收到")
                return _to("screening_invitation_changelist")
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        if request.method != "POST" or refusal.code == "screening.not_found":
            return _to("screening")
    cards, _ = catalog.goods_of(ProductFilter(merchant_id=merchant_id, state="on_shelf"), limit=GOODS)
    sent, allowed = facade.sent_today(merchant_id, now=now)
    context = _context(request, "邀请推客") | {
        "one": one, "goods": cards, "words": words, "product": product, "sent": sent, "allowed": allowed,
        "days": facade.terms(accounting_date(now)).invitation_days,
    }  # fmt: skip
    return TemplateResponse(request, "screening/invite.html", context)


def _context(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**merchant_site.each_context(request), "title": title}


merchant_site.page("screening/", "screening")(search_page)
merchant_site.page("screening/compare/", "screening_compare")(compare_page)
merchant_site.page("screening/shortlist/", "screening_shortlist")(shortlist_page)
merchant_site.page("screening/invite/", "screening_invite")(invite_page)
merchant_site.link("找推客", "候选名单", "bookmark", "screening_shortlist", SHOP)
merchant_site.link("找推客", "找推客", "person_search", "screening", SHOP)
