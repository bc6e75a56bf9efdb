"""Who is looking, what lies in the cart, who shared: in the server's session; the cookie holds a random key only."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from xintui.commerce.orders.contracts import Item
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role, UserView
from xintui.infra import clock, tenancy
from xintui.kernel.errors import DomainError, Kind

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page of the shop: acts for the platform (rows are filtered by buyer); a refusal becomes a sentence.

    Reads run in one transaction. Verbs open their own, because paying must speak to the gateway outside of any.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with tenancy.as_platform(), identity.calling_from(request.META.get("REMOTE_ADDR", "")):
            try:
                if request.method in ("GET", "HEAD"):
                    with transaction.atomic():
                        return view(request, *args, **kwargs)
                return view(request, *args, **kwargs)
            except DomainError as refusal:
                return _refused(request, refusal)

    return shown


def _refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    if request.method == "POST" and refusal.kind is not Kind.NOT_FOUND:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back(request, request.path if request.path.startswith("/me/") else "/cart"))
    return render(request, "shop/refused.html", {"says": str(refusal)}, status=refusal.kind.value)


def back(request: HttpRequest, otherwise: str) -> str:
    """Where the form was, if that is a page of ours."""
    came_from = request.POST.get("back", "")
    return came_from if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None) else otherwise


def buyer(request: HttpRequest) -> str:
    """The person's id, or ""."""
    return str(request.session.get("buyer", ""))


def known(view: View) -> View:
    """Only for somebody who has entered; others are asked for a name first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not buyer(request):
            return HttpResponseRedirect(f"/enter?next={request.path if request.method == 'GET' else '/cart'}")
        return view(request, *args, **kwargs)

    return guarded


def enter(request: HttpRequest, name: str) -> None:
    """A guest account of its own for this browser; it holds no role but the buyer's."""
    sit_down(request, identity.create_user(display_name=name, roles=[(Role.BUYER, "")], now=clock.now()))


def sit_down(request: HttpRequest, made: UserView) -> None:
    """This browser now speaks for that person, as a buyer."""
    kept = {key: request.session.get(key) for key in ("cart", "visitor", "via")}
    request.session.cycle_key()  # a key known before the person was is worth nothing after
    request.session.update({key: value for key, value in kept.items() if value})
    request.session.update({"buyer": made.user_id, "buyer_name": made.display_name})


def visitor(request: HttpRequest) -> str:
    """A first-party id for attribution; it names a browser, not a person."""
    if "visitor" not in request.session:
        request.session["visitor"] = secrets.token_urlsafe(16)
    return str(request.session["visitor"])


def cart(request: HttpRequest) -> dict[str, int]:
    """SKU → pieces."""
    return dict(request.session.get("cart", {}))


def items(request: HttpRequest) -> tuple[Item, ...]:
    return tuple(Item(sku, qty) for sku, qty in cart(request).items())


def keep(request: HttpRequest, content: dict[str, int]) -> None:
    request.session["cart"] = {sku: qty for sku, qty in content.items() if qty > 0}


def number(text: str | None, *, low: int, high: int) -> int:
    """A whole number from a form, put into its range; anything else is the lower end."""
    return min(max(int(text), low), high) if text and text.isascii() and text.lstrip("-").isdigit() else low
