"""Every address the server answers."""

import sys

from django.contrib import admin
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from xintui.entrypoints import api, consoles, mobile
from xintui.foundation.payments.http import alipay_callback, wechat_callback
from xintui.infra.console import merchant_site, ops_site

admin.autodiscover()
consoles.furnish()


_BUSY = "<!doctype html><meta charset=utf-8><title>请稍候</title><h1>系统正忙，请稍后重试</h1>"


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers too, and has every table of this version."""
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except Exception:
        return JsonResponse({"ready": False, "database": False}, status=503)
    return JsonResponse({"ready": not waiting, "database": True}, status=503 if waiting else 200)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """JSON for programs, a short page for people."""
    if request.path_info.startswith("/api/"):
        return api.http_refusal(404)
    return HttpResponse("<!doctype html><meta charset=utf-8><title>没有找到</title><h1>没有找到该页面</h1>", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """A bug: the log has it, the answer says nothing of it. A database that cannot now is 503, which callers repeat."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError):
        answer = api.busy(request.path, error)
        if not request.path_info.startswith("/api/"):
            answer.content, answer["Content-Type"] = _BUSY, "text/html; charset=utf-8"
        return answer
    if request.path_info.startswith("/api/"):
        return api.refusal("server.error", "服务器内部错误，已记录", 500)
    return HttpResponse(
        "<!doctype html><meta charset=utf-8><title>出错了</title><h1>服务器内部错误，已记录</h1>", status=500
    )


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.build().urls),
    path("ops/", ops_site.urls),
    path("merchant/", merchant_site.urls),
    path("callbacks/wechat", wechat_callback),
    path("callbacks/alipay", alipay_callback),
    path("m/", mobile.page),
    path("m/s/<str:code>", mobile.shared),
    path("m/<path:path>", mobile.page),
    path("", include("xintui.entrypoints.shop.urls")),
    path("favicon.ico", RedirectView.as_view(url=static("shop/icon.svg"), permanent=True)),
    path("healthz", healthz),
    path("readyz", readyz),
]
handler404 = not_found
handler500 = broken
