"""后台: logging in with 动态口令, enrolling, the first page. The lists come from each module's `admin.py`."""

import base64
import io
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth import login as django_login
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.forms import AuthenticationForm as UnfoldAuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from xintui.entrypoints import merchant_deposit, merchant_papers, opening, pyramid, violation_report
from xintui.foundation.identity import facade as identity
from xintui.infra import clock
from xintui.infra.console import ConsoleSite, merchant_site, ops_site, queues, sections
from xintui.infra.console.search import asked, search
from xintui.kernel.errors import DomainError


class Backend(BaseBackend):
    """Finds the person of a session. Passwords are judged by identity alone (`ConsoleLoginForm`)."""

    def get_user(self, user_id: str) -> AbstractBaseUser | None:  # type: ignore[override]
        return get_user_model().objects.filter(id=user_id, is_active=True).first()


class ConsoleLoginForm(UnfoldAuthenticationForm):  # type: ignore[misc]
    """Name, password and the six digits in one step: whether a code was needed is not told to a stranger."""

    otp = forms.CharField(
        label="动态口令",
        required=False,
        max_length=8,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text="已绑定动态口令的账号必填",
    )
    opened: identity.ConsoleLogin | None = None
    site: ConsoleSite

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "登录名或手机号"

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        place = None if self.site.scoped else ""
        try:
            self.opened = identity.console_login(
                data.get("username") or "",
                data.get("password") or "",
                data.get("otp") or "",
                merchant_id=place,
                now=clock.now(),
            )
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from None
        if (
            self.site.roles.isdisjoint(self.opened.principal.roles)
            or bool(self.opened.principal.merchant_id) != self.site.scoped
        ):
            raise forms.ValidationError("该账号没有进入本后台的权限")
        self.user_cache = get_user_model().objects.get(id=self.opened.user_id)
        return data  # type: ignore[no-any-return]


class OpsLoginForm(ConsoleLoginForm):
    site = ops_site


class MerchantLoginForm(ConsoleLoginForm):
    site = merchant_site


def _login(site: ConsoleSite) -> Any:
    def view(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET" and site.has_permission(request):
            return HttpResponseRedirect(reverse(f"{site.name}:index"))
        form: AuthenticationForm = site.login_form(request, data=request.POST or None)
        if request.method == "POST" and form.is_valid():
            opened: identity.ConsoleLogin = form.opened  # type: ignore[attr-defined]
            django_login(request, form.get_user(), backend="xintui.entrypoints.consoles.Backend")
            request.session["console"] = {"device": opened.device_id, "version": opened.permission_version}
            return HttpResponseRedirect(_next(request, site))
        context = {
            **site.each_context(request),
            "title": "登录",
            "form": form,
            "app_path": request.get_full_path(),
            **(extra_context or {}),
        }
        request.current_app = site.name
        return TemplateResponse(request, "console/login.html", context)

    from django.views.decorators.cache import never_cache
    from django.views.decorators.debug import sensitive_post_parameters

    return never_cache(sensitive_post_parameters()(view))


def _next(request: HttpRequest, site: ConsoleSite) -> str:
    """Back to the page that asked for a login, if it is one of this console."""
    wanted = request.GET.get("next", "")
    home = reverse(f"{site.name}:index")
    return wanted if wanted.startswith(home) and "//" not in wanted and "\\" not in wanted else home


def _logout(site: ConsoleSite) -> Any:
    plain = site.logout

    def view(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        principal = getattr(request, "principal", None)
        if request.method == "POST" and principal is not None:
            identity.console_logout(principal, request.device_id, now=clock.now())  # type: ignore[attr-defined]
        return plain(request, extra_context)  # type: ignore[no-any-return]

    return view


def _totp(site: ConsoleSite) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        principal = request.principal  # type: ignore[attr-defined]
        state = identity.whether_to_enrol(principal)
        if state != "done" and request.method == "POST":
            try:
                identity.confirm_totp(principal, request.POST.get("code", ""), now=clock.now())
            except DomainError as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, "动态口令已绑定，下次登录时须填写")
                return HttpResponseRedirect(reverse(f"{site.name}:index"))
        picture = ""
        if state != "done":
            address = (
                identity.totp_uri(principal.user_id)
                if request.method == "POST"
                else identity.begin_totp(principal.user_id)
            )
            buffer = io.BytesIO()
            segno.make(address, error="m").save(buffer, kind="svg", scale=5, border=2)
            picture = "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()
        context = {**site.each_context(request), "title": "动态口令", "state": state, "picture": picture}
        return TemplateResponse(request, "console/totp.html", context)

    return view


def _find(site: ConsoleSite) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        """What the box at the top finds, kind by kind."""
        text = request.GET.get("q", "")
        context = {
            **site.each_context(request),
            "title": "搜索",
            "text": text[:64],
            "enough": bool(asked(text)),
            "groups": list(search(site, request, text)),
        }
        return TemplateResponse(request, "console/find.html", context)

    return view


def _dashboard(site: ConsoleSite) -> Any:
    def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
        context["title"] = "工作台"
        context["queues"] = queues(site, request)
        context["sections"] = sections(site, request)
        context["enrol"] = identity.whether_to_enrol(request.principal) == "may"  # type: ignore[attr-defined]
        context["principal"] = request.principal  # type: ignore[attr-defined]
        return context

    return fill


ops_dashboard = _dashboard(ops_site)
merchant_dashboard = _dashboard(merchant_site)


def furnish() -> None:
    """Give both sites their door, their exit and the enrolment page. Called once, by urls.py."""
    for site, form in ((ops_site, OpsLoginForm), (merchant_site, MerchantLoginForm)):
        site.login_form = form
        site.login = _login(site)
        site.logout = _logout(site)
        site.page("totp/", "totp")(_totp(site))
        site.page("find/", f"{site.name}_find")(_find(site))
        site.enable_nav_sidebar = True
    pyramid.furnish()
    merchant_deposit.furnish()
    violation_report.furnish()
    merchant_papers.furnish()
    opening.furnish()
