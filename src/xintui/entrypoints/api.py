"""开放 API: one NinjaAPI at /api/v1. Modules add one line to ROUTERS; everything else is the same for all of them."""

import logging
from functools import cache
from typing import Any, Final

from django.db import OperationalError, ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.constants import NOT_SET
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.security import HttpBearer

from xintui.entrypoints.openapi import Document, module_of
from xintui.foundation.identity.contracts import NotAllowed, NotAuthenticated, Principal
from xintui.kernel.errors import DomainError

log = logging.getLogger("xintui.api")

ROUTERS: Final[list[tuple[str, str]]] = [
    # prefix, "module:router" - append one line
    ("", "xintui.foundation.identity.http"),
    ("ledger", "xintui.foundation.ledger.http"),
    ("evidence", "xintui.foundation.evidence.http"),
    ("payments", "xintui.foundation.payments.http"),
    ("addresses", "xintui.commerce.addresses.http"),
    ("merchants", "xintui.commerce.merchants.http"),
    ("catalog", "xintui.commerce.catalog.http.goods"),
    ("catalog", "xintui.commerce.catalog.http.home"),
    ("reviews", "xintui.commerce.reviews.http"),
    ("quality", "xintui.commerce.quality.http"),
    ("orders", "xintui.commerce.orders.http.buyer"),
    ("disputes", "xintui.entrypoints.disputes"),
    ("disputes", "xintui.commerce.disputes.http.debts"),
    ("disputes", "xintui.commerce.disputes.http.desk"),
    ("disputes", "xintui.commerce.disputes.http.parties"),
    ("shop", "xintui.commerce.orders.http.shop"),
    ("sharing", "xintui.commerce.orders.http.sharing"),
    ("quarantine", "xintui.commerce.orders.http.desk"),
    ("checkouts", "xintui.entrypoints.checkout"),
    ("me", "xintui.entrypoints.wallet"),
    ("", "xintui.entrypoints.deposits"),
    ("", "xintui.entrypoints.points"),
    ("", "xintui.entrypoints.appeals"),
    ("", "xintui.entrypoints.credit"),
    ("", "xintui.entrypoints.violations"),
    ("", "xintui.entrypoints.share_reports"),
    ("", "xintui.entrypoints.bands"),
    ("", "xintui.entrypoints.qualification"),
    ("", "xintui.entrypoints.concentration"),
    ("ops", "xintui.entrypoints.pyramid"),
    ("", "xintui.promotion.promoters.http"),
    ("", "xintui.promotion.rosters.http.promoter"),
    ("", "xintui.promotion.rosters.http.shop"),
    ("", "xintui.entrypoints.rosters"),
    ("", "xintui.promotion.attribution.http"),
    ("", "xintui.promotion.materials.http.promoter"),
    ("", "xintui.promotion.materials.http.desk"),
    ("", "xintui.promotion.payouts.http.withdrawals"),
    ("", "xintui.promotion.payouts.http.taxes"),
    ("", "xintui.promotion.growth.http"),
    ("", "xintui.promotion.screening.http.shop"),
    ("", "xintui.promotion.screening.http.promoter"),
    ("", "xintui.promotion.commission.http.promoter"),
    ("", "xintui.promotion.commission.http.customers"),
    ("", "xintui.promotion.commission.http.live"),
    ("", "xintui.promotion.commission.http.shop"),
    ("", "xintui.promotion.commission.http.ops"),
    ("", "xintui.engagement.notifications.http"),
    ("", "xintui.engagement.followups.http"),
    ("", "xintui.engagement.academy.http.promoter"),
    ("", "xintui.engagement.academy.http.desk"),
    ("", "xintui.trust.agreements.http"),
    ("patterns", "xintui.insight.patterns.http"),
    ("privacy", "xintui.trust.privacy.http"),
    ("privacy", "xintui.entrypoints.mydata"),
]
PUBLIC: Final[frozenset[str]] = frozenset(
    {
        # Operations that answer without a token (`auth=None`), by operation id. Anything else is 401 to a stranger.
        "identity_login",
        "violations_catalogue",
        "share_reports_reasons",
        "share_reports_file",
        "qualification_requirements",
        "identity_wechat_login",
        "identity_wechat_door",
        "identity_wechat_enter",
        "identity_send_login_code",
        "identity_phone_login",
        "identity_refresh",
        "identity_logout",
        "merchants_accept",
        "catalog_categories",
        "catalog_return_classes",
        "catalog_home",
        "catalog_window",
        "catalog_product",
        "catalog_papers",
        "catalog_picture",
        "reviews_of_product",
        "reviews_score",
        "disputes_picture",
        "attribution_touch",
        "agreements_listing",
        "agreements_read",
        "commission_read_plans",
        "academy_verify",
        "evidence_list_published",
    }
)


class Bearer(HttpBearer):
    """The middleware has looked the token up already; here it is only asked for."""

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:
        principal: Principal | None = getattr(request, "principal", None)
        return principal


class Api(NinjaAPI):
    """Stable operation ids `<module>_<verb>` and the one error shape in the schema of every operation."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`xintui.commerce.orders.http.place` → `orders_place`."""
        return f"{module_of(operation)}_{operation.view_func.__name__}"

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Document:
        """See `Document`."""
        return Document(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)


def refusal(code: str, message: str, status: int, facts: dict[str, Any] | None = None) -> HttpResponse:
    """The one error shape."""
    from ninja.responses import Response

    return Response({"code": code, "message": message, "facts": facts or {}}, status=status)


def refused(error: DomainError) -> HttpResponse:
    """A module's "no" as HTTP says it."""
    response = refusal(error.code, str(error), error.kind.value, error.facts)
    if (wait := error.facts.get("retry_after_s")) is not None:
        response["Retry-After"] = str(wait)
    if error.kind.value == 401:
        response["WWW-Authenticate"] = 'Bearer realm="xintui"'
    return response


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Which field, and why; never the value, which may be somebody's number."""
    problems = [
        {"field": ".".join(str(part) for part in problem["loc"]), "problem": problem["type"]}
        for problem in error.errors
    ]
    field = problems[0]["field"] if problems else ""
    return refusal("request.invalid", f"请求参数不正确：{field}", 422, {"problems": problems})


_HTTP = {
    400: ("request.malformed", "请求内容无法解析"),
    403: ("request.forbidden", "没有权限"),
    404: ("request.not_found", "没有找到"),
    405: ("request.method_not_allowed", "不支持该请求方法"),
    413: ("request.too_large", "请求内容过大"),
    415: ("request.unsupported_media", "不支持该内容类型"),
    429: ("request.too_many", "请求过于频繁，请稍后再试"),
}


def http_refusal(status: int) -> HttpResponse:
    """A refusal that no module made, by status."""
    code, message = _HTTP.get(status, ("request.refused", "请求未被接受"))
    return refusal(code, message, status)


def _database(request: HttpRequest, error: ProgrammingError) -> HttpResponse:
    """The second wall held where the first should have: refused like any missing right, and loud in the log."""
    if "row-level security" not in str(error):
        return _broken(request, error)
    log.error("row-level security refused %s %s: the application did not", request.method, request.path)
    return refused(NotAllowed())


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A bug. The log gets the traceback, the caller does not."""
    log.exception("unhandled error at %s %s", request.method, request.path)
    return refusal("server.error", "服务器内部错误，已记录", 500)


def busy(path: str, error: BaseException | None) -> HttpResponse:
    """The database could not now: a lock that others held too long, a lost connection, a deadlock. Worth repeating."""
    log.warning("the database could not serve %s now: %s", path, error)
    response = refusal("server.busy", "系统正忙，请稍后重试", 503)
    response["Retry-After"] = "1"
    return response


def _handlers(api: Any) -> None:  # ninja types a handler's error as `Exception | type[Exception]`
    api.add_exception_handler(DomainError, lambda _, error: refused(error))
    api.add_exception_handler(AuthenticationError, lambda *_: refused(NotAuthenticated()))
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, lambda _, error: http_refusal(error.status_code))
    api.add_exception_handler(Http404, lambda *_: http_refusal(404))
    api.add_exception_handler(ProgrammingError, _database)
    api.add_exception_handler(OperationalError, lambda request, error: busy(request.path, error))
    api.add_exception_handler(Exception, _broken)


@cache
def build() -> Api:
    """The API with all routers. Fails at start when an operation is open to strangers and nobody wrote that down."""
    api = Api(
        title="信推",
        version="1.0.0",
        description="信推开放接口。金额一律为整数分；写操作可带 Idempotency-Key；错误为 {code, message, facts}。",
        auth=Bearer(),
        openapi_url="/openapi.json",
        docs_url=None,
        urls_namespace="api",
    )
    _handlers(api)
    for prefix, name in ROUTERS:
        api.add_router(prefix, f"{name}.router")
    open_to_all = {
        api.get_openapi_operation_id(operation) for operation in operations(api) if not operation.auth_callbacks
    }
    assert open_to_all == PUBLIC, f"public operations and PUBLIC differ: {sorted(open_to_all ^ PUBLIC)}"
    return api


def operations(api: NinjaAPI) -> list[Operation]:
    """Every operation of every router."""
    return [
        operation
        for bound in api._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
    ]


__all__ = ["NOT_SET", "PUBLIC", "ROUTERS", "Api", "Router", "build", "http_refusal", "operations", "refusal", "refused"]
