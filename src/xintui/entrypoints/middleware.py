"""Two doors, one before the API, one before the consoles: who asks, for which tenant, in which transaction."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import logout
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from xintui.entrypoints.api import http_refusal, refused
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Caller, Principal
from xintui.infra import clock, tenancy
from xintui.infra.idempotency import facade as idempotency
from xintui.infra.throttle import facade as throttle
from xintui.kernel.errors import DomainError

View = Callable[[HttpRequest], HttpResponse]
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SHAPED: Final = frozenset({400, 404, 405, 413})
CONSOLES: Final = {"/ops/": "ops", "/merchant/": "merchant"}
CONSOLE_CSP: Final = {
    "default-src": ["'none'"],
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
"""unfold's Alpine.js evaluates attributes and sets styles; nothing else may."""


def caller_address(request: HttpRequest) -> str:
    """The peer, or what the named proxy in front of us says of its peer; never what a stranger's header says."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if peer and peer in settings.TRUSTED_PROXIES:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip() or peer
    return peer


def scope_of(principal: Principal | None) -> AbstractContextManager[None]:
    """Merchant staff see their merchant's rows; everybody else's rows are filtered by the application."""
    if principal is not None and principal.merchant_id is not None:
        return tenancy.as_merchant(principal.merchant_id)
    return tenancy.as_platform()


def api_door(get_response: View) -> View:
    """/api/…: size, token, rate, tenant, transaction, idempotency; and one shape for every refusal."""

    def door(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return get_response(request)
        try:
            with identity.calling_from(caller_address(request)):
                response = _answer(request, get_response)
        except DomainError as error:
            response = refused(error)
        if response.status_code in _SHAPED and not response.headers.get("Content-Type", "").startswith(
            "application/json"
        ):
            response = _shaped(response)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return door


def _shaped(plain: HttpResponse) -> HttpResponse:
    """Django's own refusals (unknown path, wrong verb) in our shape, keeping `Allow`."""
    response = http_refusal(plain.status_code)
    if allow := plain.headers.get("Allow"):
        response["Allow"] = allow
    return response


def _answer(request: HttpRequest, get_response: View) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.API_MAX_BYTES:
        return http_refusal(413)
    now = clock.now()
    caller = _bearer(request)
    principal = caller.principal if caller else None
    request.principal, request.device_id = principal, caller.device_id if caller else ""  # type: ignore[attr-defined]
    who = principal.user_id if principal else f"ip/{identity.caller_ip()}"
    if wait := throttle.hit(f"api/{who}", limit=settings.API_PER_MINUTE, seconds=60, now=now):
        response = http_refusal(429)
        response["Retry-After"] = str(wait)
        return response
    with scope_of(principal):
        if request.method in SAFE:
            return _read_only(request, get_response)
        if principal is not None and (key := request.headers.get("Idempotency-Key")):
            return _once(request, get_response, principal, key)
        return get_response(request)


def _bearer(request: HttpRequest) -> Caller | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    return identity.authenticate(token.strip(), now=clock.now())


def _read_only(request: HttpRequest, get_response: View) -> HttpResponse:
    """One transaction for all reads of a request: a consistent picture, and PostgreSQL itself refuses to write."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        response = get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response


def _once(request: HttpRequest, get_response: View, principal: Principal, key: str) -> HttpResponse:
    """Rule R7: 409 in flight, the stored answer on replay, 422 for another body; 5xx and 429 are never stored."""
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        return http_refusal(400)
    route = f"{request.method} {request.get_full_path()}"
    held = idempotency.claim(principal.user_id, route, key, request.body, now=clock.now())
    if isinstance(held, idempotency.Answer):
        response = HttpResponse(held.body, status=held.status, content_type="application/json; charset=utf-8")
        response["Idempotency-Replayed"] = "true"
        return response
    try:
        response = get_response(request)
    except BaseException:
        idempotency.release(held)
        raise
    is_file = not response.headers.get("Content-Type", "").startswith("application/json")
    if response.status_code >= 500 or response.status_code == 429 or response.streaming or is_file:
        idempotency.release(held)
    else:
        idempotency.keep(held, response.status_code, response.content.decode())
    return response


def console_door(get_response: View) -> View:
    """/ops/ and /merchant/: who sits there, for which merchant, in one transaction per page."""

    def door(request: HttpRequest) -> HttpResponse:
        site = next((name for prefix, name in CONSOLES.items() if request.path_info.startswith(prefix)), None)
        if site is None:
            return get_response(request)
        with identity.calling_from(caller_address(request)):
            response = _page(request, get_response, site)
        response._csp_replace = CONSOLE_CSP  # type: ignore[attr-defined]
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return door


def _page(request: HttpRequest, get_response: View, site: str) -> HttpResponse:
    request.principal, request.device_id = None, ""  # type: ignore[attr-defined]
    if request.user.is_authenticated:
        caller = _sitting(request)
        if caller is None:
            logout(request)
        else:
            request.principal, request.device_id = caller.principal, caller.device_id  # type: ignore[attr-defined]
    principal: Principal | None = request.principal  # type: ignore[attr-defined]
    scope: AbstractContextManager[None]
    if site == "ops":
        scope = tenancy.as_platform() if principal and principal.merchant_id is None else tenancy.as_nobody()
    else:
        scope = scope_of(principal) if principal and principal.merchant_id else tenancy.as_nobody()
    with scope:
        response = _whole(request, get_response, site, principal)
        # What speaks to the outside world waits for the page's transaction to be over (`merchant_deposit`).
        outside: Callable[[], HttpResponse] | None = getattr(response, "outside", None)
        return outside() if outside else response


def _whole(request: HttpRequest, get_response: View, site: str, principal: Principal | None) -> HttpResponse:
    with transaction.atomic():
        enrol = f"/{site}/totp/"
        if principal and request.path_info not in {enrol, f"/{site}/logout/"} and _must_enrol(request, principal):
            return HttpResponseRedirect(enrol)
        response: Any = get_response(request)
        if hasattr(response, "render") and not response.is_rendered:
            response.render()
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response  # type: ignore[no-any-return]


def _sitting(request: HttpRequest) -> Caller | None:
    kept = request.session.get("console") or {}
    if not kept:
        return None
    return identity.session_caller(str(request.user.pk), kept["device"], kept["version"], now=clock.now())


def _must_enrol(request: HttpRequest, principal: Principal) -> bool:
    return settings.TOTP_REQUIRED and identity.whether_to_enrol(principal) == "must"
