"""接受邀请: the page behind an invitation's link. Nobody is logged in here; the secret and a proof open it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from xintui.commerce.merchants import facade
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import ROLE_NAMES
from xintui.infra import clock
from xintui.infra.console import merchant_site
from xintui.kernel.errors import DomainError

PASSWORD = {"autocomplete": "off"}


class JoinForm(forms.Form):
    """The same fields whether or not the account exists: the page tells nobody which."""

    name = forms.CharField(
        label="您的姓名", max_length=30, required=False, widget=UnfoldAdminTextInputWidget(),
        help_text="新账号使用；已有账号不会更改",
    )  # fmt: skip
    sms = forms.CharField(
        label="短信验证码", max_length=8, required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text="该手机号尚未设置过密码时必填",
    )  # fmt: skip
    password = forms.CharField(
        label="密码", max_length=128, widget=UnfoldAdminPasswordWidget(attrs=PASSWORD),
        help_text="已有账号填登录密码；没有账号则在此设置，至少 10 位",
    )  # fmt: skip
    otp = forms.CharField(
        label="动态口令", max_length=8, required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="已绑定动态口令的账号必填",
    )  # fmt: skip


@never_cache
@sensitive_post_parameters()
def _join(request: HttpRequest, secret: str) -> HttpResponse:
    """Shows which shop asks for what; takes the proof."""
    try:
        invited, shop = facade.invitation_behind(secret, now=clock.now())
    except DomainError as refusal:
        context = {**merchant_site.each_context(request), "title": "邀请已失效", "says": str(refusal)}
        return TemplateResponse(request, "merchants/join.html", context, status=404)
    form = JoinForm(request.POST if request.method == "POST" and "code" not in request.POST else None)
    if not invited.by_phone:
        del form.fields["sms"]
    if request.method == "POST":
        try:
            if "code" in request.POST:
                facade.send_invited_code(secret, now=clock.now())
                messages.success(request, "验证码已发送")
            elif form.is_valid():
                facade.accept_invitation(secret, now=clock.now(), **form.cleaned_data)
                messages.success(request, f"您已加入「{shop}」，请登录")
                return HttpResponseRedirect(reverse("merchant:login"))
        except DomainError as refusal:
            messages.error(request, str(refusal))
    context = {
        **merchant_site.each_context(request),
        "title": "接受邀请",
        "shop": shop,
        "invited": invited,
        "roles": "、".join(ROLE_NAMES[role] for role in invited.roles),
        "form": form,
        "sends": invited.by_phone and identity.sms_ready(),
    }
    response = TemplateResponse(request, "merchants/join.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response


merchant_site.more_urls.append(path("join/<str:secret>/", _join, name="join"))
