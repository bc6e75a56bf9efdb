"""/merchant/open/: 快速开店. A stranger with a phone and a licence; low risk is open before the page has loaded."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import Application, Merchant
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, UserView
from xintui.infra import clock, tenancy
from xintui.infra.console import merchant_site
from xintui.infra.console.actions import sentence
from xintui.kernel.errors import DomainError
from xintui.trust.qualification import facade as qualification
from xintui.trust.qualification.contracts import BadNumber

NUMERIC: Final = {"inputmode": "numeric", "autocomplete": "off"}


class OpeningForm(forms.Form):
    name = forms.CharField(label="店铺名", min_length=2, max_length=40, widget=UnfoldAdminTextInputWidget())
    legal_name = forms.CharField(
        label="营业执照上的名称", min_length=2, max_length=100, widget=UnfoldAdminTextInputWidget()
    )
    credit_code = forms.CharField(
        label="统一社会信用代码", max_length=24, widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )
    insists = forms.BooleanField(
        label="已核对原件，代码无误，请人工核对", required=False, widget=UnfoldBooleanSwitchWidget()
    )
    licence = forms.FileField(
        label="营业执照图片", help_text="支持 JPG、PNG、WebP，不超过 8 MB；加密保存",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )  # fmt: skip
    wanted = forms.MultipleChoiceField(label="打算卖什么", choices=[], widget=forms.CheckboxSelectMultiple())
    contact_name = forms.CharField(label="联系人", max_length=30, widget=UnfoldAdminTextInputWidget())
    phone = forms.RegexField(
        r"^1[3-9]\d{9}$", label="手机号", widget=UnfoldAdminTextInputWidget(attrs=NUMERIC), help_text="用来登录商家后台"
    )
    sms = forms.CharField(
        label="短信验证码", max_length=8, required=False, help_text="该手机号已设置过密码的可不填",
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip
    password = forms.CharField(
        label="登录密码", max_length=128, widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text="至少 10 位；已有账号填原密码",
    )  # fmt: skip

    def __init__(self, *args: Any, insisting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with tenancy.as_platform(), transaction.atomic():
            self.fields["wanted"].choices = list(catalog.category_names().items())  # type: ignore[attr-defined]
        if not insisting:
            self.fields["insists"].widget = forms.HiddenInput()


@never_cache
@sensitive_post_parameters()
def opening(request: HttpRequest) -> HttpResponse:
    """The form; a code by SMS; the answer with every reason."""
    posted = request.method == "POST"
    form = OpeningForm(request.POST, request.FILES, insisting="insists" in request.POST) if posted else OpeningForm()
    if posted:
        try:
            if "code" in request.POST:
                identity.send_code(request.POST.get("phone", ""), now=clock.now())
                messages.success(request, "验证码已发送")
                form = _again(request)
            elif form.is_valid():
                return _answered(request, _applied(form.cleaned_data))
        except DomainError as refusal:
            messages.error(request, sentence(refusal))
            form = _again(request, insisting=isinstance(refusal, BadNumber))
    context = {
        **merchant_site.each_context(request), "title": "快速开店", "form": form, "sends": identity.sms_ready(),
    }  # fmt: skip
    return TemplateResponse(request, "console/open.html", context)


def _again(request: HttpRequest, *, insisting: bool = False) -> OpeningForm:
    """As it was typed, without the complaints about what is still empty."""
    given = {name: request.POST.get(name, "") for name in OpeningForm.base_fields if name != "wanted"}
    return OpeningForm(initial=given | {"wanted": request.POST.getlist("wanted")}, insisting=insisting)


def _applied(given: dict[str, Any]) -> Merchant:
    now = clock.now()
    with tenancy.as_platform():
        # Proved outside the transaction of the application: a wrong try stays counted whatever becomes of the rest.
        person = identity.prove_or_enrol(
            number=given["phone"], password=given["password"], sms=given["sms"], name=given["contact_name"], now=now
        )
        with transaction.atomic():
            by = _as(person)
            scan = qualification.upload(given["licence"].read(), by=by, now=now)
            asked = Application(
                name=given["name"], contact_name=given["contact_name"], contact_phone=given["phone"],
                legal_name=given["legal_name"], credit_code=given["credit_code"], files=(scan,),
                wanted=tuple(given["wanted"]), insists=given["insists"],
            )  # fmt: skip
            return merchants.apply(asked, by=by, now=now)


def _as(person: UserView) -> Principal:
    return Principal(person.user_id, frozenset(), None, person.display_name, 0)


def _answered(request: HttpRequest, made: Merchant) -> HttpResponse:
    if made.state == "active":
        messages.success(request, f"「{made.name}」已开通，请用手机号登录，按开店清单继续")
        return HttpResponseRedirect(reverse("merchant:login"))
    context = {**merchant_site.each_context(request), "title": "已提交", "made": made}
    return TemplateResponse(request, "console/open.html", context)


def furnish() -> None:
    """Nobody is logged in here."""
    merchant_site.more_urls.append(path("open/", opening, name="open"))
