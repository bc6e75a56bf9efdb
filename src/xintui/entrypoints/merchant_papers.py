"""商家后台 › 店铺资质 and 入驻协议: what is asked of this shop, what it holds and until when."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from xintui.commerce.merchants import facade as merchants
from xintui.entrypoints.qualification import categories_of, facts_of
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.console import merchant_site
from xintui.infra.console.actions import sentence
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.trust.agreements import facade as agreements
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Holder as DepositHolder
from xintui.trust.deposits.contracts import HolderKind as DepositHolderKind
from xintui.trust.deposits.contracts import RiskClass
from xintui.trust.deposits.contracts import State as DepositState
from xintui.trust.qualification import facade
from xintui.trust.qualification.contracts import (
    STATE_NAMES,
    BadNumber,
    Certificate,
    Draft,
    Holder,
    HolderKind,
    Kind,
    State,
)

OWNER: Final = frozenset({Role.MERCHANT_OWNER})
LOOKERS: Final = OWNER | {Role.MERCHANT_GOODS, Role.MERCHANT_FINANCE}
AGREEMENT: Final = "merchant"
LONG: Final = 365
"""Days that fill the bar of what is left."""


class PaperForm(forms.Form):
    """Filled with the company's name; whether one insists is asked only after the rule has refused the number."""

    kind = forms.ChoiceField(label="资质", choices=[], widget=UnfoldAdminSelectWidget())
    number = forms.CharField(
        label="证书编号", max_length=60, widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label="证书上的名称", min_length=2, max_length=100, widget=UnfoldAdminTextInputWidget())
    issued_on = forms.DateField(
        label="发证日期", required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"})
    )
    expires_on = forms.DateField(
        label="有效期至", required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text="长期有效的留空",
    )  # fmt: skip
    picture = forms.FileField(
        label="证书图片",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="支持 JPG、PNG、WebP，不超过 8 MB；加密保存，仅本店与平台审核可见",
    )
    insists = forms.BooleanField(
        label="已核对原件，编号无误，请人工核对", required=False, widget=UnfoldBooleanSwitchWidget()
    )

    def __init__(self, *args: Any, insisting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = facade.catalogue(accounting_date(clock.now())).kinds.values()
        offered = [(one.kind.value, f"{one.title}（{one.says}）") for one in kinds if one.of == "merchant"]
        self.fields["kind"].choices = offered  # type: ignore[attr-defined]
        if not insisting:
            self.fields["insists"].widget = forms.HiddenInput()


def _asks(request: HttpRequest) -> tuple[Principal, Holder]:
    who, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    if not who.has(*LOOKERS):
        raise PermissionDenied
    return who, Holder(HolderKind.MERCHANT, merchant_id)


def papers(request: HttpRequest) -> HttpResponse:
    """What is asked, what is held, and the form."""
    who, holder = _asks(request)
    form, insisting = None, False
    if request.method == "POST":
        form = PaperForm(request.POST, request.FILES, insisting="insists" in request.POST)
        if form.is_valid():
            try:
                made = _handed_in(form.cleaned_data, who, holder)
                _say(request, made)
                return HttpResponseRedirect(reverse("merchant:papers"))
            except DomainError as refusal:
                messages.error(request, sentence(refusal))
                insisting = isinstance(refusal, BadNumber)
        if insisting:
            form = PaperForm(request.POST, insisting=True)
            form.errors.pop("picture", None)
    facts = facts_of(holder)
    wanted = {"name": facts.name, "number": "", "kind": request.GET.get("kind", "")}
    return TemplateResponse(request, "console/papers.html", {
        **merchant_site.each_context(request), "title": "店铺资质", "form": form or PaperForm(initial=wanted),
        "may": who.has(*OWNER), **_shown(holder),
    })  # fmt: skip


def _handed_in(given: dict[str, Any], who: Principal, holder: Holder) -> Certificate:
    if not who.has(*OWNER):
        raise PermissionDenied
    now = clock.now()
    with transaction.atomic():
        scan = facade.upload(given["picture"].read(), by=who, now=now)
        draft = Draft(
            Kind(given["kind"]), given["number"], given["name"], given["issued_on"], given["expires_on"], (scan,),
            given["insists"],
        )  # fmt: skip
        return facade.submit(holder, draft, facts_of(holder), by=who, now=now)


def _say(request: HttpRequest, made: Certificate) -> None:
    if made.state is State.PASSED:
        messages.success(request, f"{made.title}已自动通过，立即生效")
    elif made.state is State.REFUSED:
        messages.error(request, f"{made.title}未通过：{made.reason}。可以在资质详情页申诉")
    else:
        messages.info(request, f"已提交，由人审核：{'；'.join(one.says for one in made.findings)}")


def _shown(holder: Holder) -> dict[str, Any]:
    today = accounting_date(clock.now())
    terms = facade.catalogue(today)
    categories = categories_of(holder)
    held = facade.of(holder, limit=50).items
    lines = []
    for one in held:
        left = (one.expires_on - today).days if one.expires_on else None
        width = 100 if left is None else max(min(100 * left // LONG, 100), 0)
        tone = "bad" if left is not None and left <= 7 else "warn" if left is not None and left <= 30 else "good"
        page = reverse("merchant:qualification_certificate_change", args=[one.id])
        lines.append({
            "one": one, "state": STATE_NAMES[one.state], "left": left, "width": width, "tone": tone,
            "live": one.state is State.PASSED, "page": page,
        })  # fmt: skip
    asked = [one for one in terms.classes if set(one.categories) & categories]
    return {
        "needs": facade.needs(holder, categories, today=today),
        "goods": [(one, [facade.says(group) for group in one.product]) for one in asked if one.product],
        "lines": lines, "terms": terms, "business": Kind.BUSINESS in facade.in_force(holder, today=today),
    }  # fmt: skip


def agreement(request: HttpRequest) -> HttpResponse:
    """The contract with the platform, read and signed by the owner in their own name for the shop."""
    who, holder = _asks(request)
    now = clock.now()
    text = agreements.document(AGREEMENT, on=accounting_date(now))
    if request.method == "POST" and who.has(*OWNER):
        try:
            version = request.POST.get("version", "")
            agreements.accept(who.user_id, AGREEMENT, version, device_id=request.device_id, now=now)  # type: ignore[attr-defined]
            object_ = ("merchant", holder.id)
            identity.audit(who, "merchants.sign", object_, {}, {"document": AGREEMENT, "version": version})
            messages.success(request, f"已签署{text.title}（{text.version} 版）")
            return HttpResponseRedirect(reverse("merchant:index"))
        except DomainError as refusal:
            messages.error(request, sentence(refusal))
    signed = next((one for one in agreements.accepted(who.user_id) if one.code == AGREEMENT), None)
    return TemplateResponse(request, "console/agreement.html", {
        **merchant_site.each_context(request), "title": text.title, "text": text, "may": who.has(*OWNER),
        "signed": signed, "done": _signed(holder.id),
    })  # fmt: skip


def _signed(merchant_id: str) -> bool:
    """One of the shop's owners has agreed to the text in force."""
    version = agreements.document(AGREEMENT, on=accounting_date(clock.now())).version
    return any(
        (one.code, one.version) == (AGREEMENT, version)
        for member in identity.members_of(merchant_id)
        if Role.MERCHANT_OWNER in member.roles
        for one in agreements.accepted(member.user_id)
    )


@merchants.onboarding_step(
    "papers", "提交资质", page="merchant:papers", order=12, hint="营业执照，以及所售类目要求的许可或备案"
)
def _has_papers(merchant_id: str) -> bool:
    holder, today = Holder(HolderKind.MERCHANT, merchant_id), accounting_date(clock.now())
    missing = [one for one in facade.needs(holder, categories_of(holder), today=today) if not one.met_by]
    return not missing and Kind.BUSINESS in facade.in_force(holder, today=today)


@merchants.onboarding_step("agreement", "签署入驻协议", page="merchant:agreement", order=14, hint="双方的权利与责任")
def _has_signed(merchant_id: str) -> bool:
    return _signed(merchant_id)


@merchants.onboarding_step(
    "deposit", "缴纳保证金", page="merchant:deposit", order=35, hint="只有中高风险的商品需要，随时可退"
)
def _has_deposit(merchant_id: str) -> bool | None:
    """None where nothing that the shop sells asks for one."""
    today = accounting_date(clock.now())
    categories = categories_of(Holder(HolderKind.MERCHANT, merchant_id))
    if all(deposits.class_of(one, today=today) is RiskClass.LOW for one in categories):
        return None
    own = deposits.current(DepositHolder(DepositHolderKind.MERCHANT, merchant_id), today=today)
    return own is not None and own.state is DepositState.OPEN and own.paid_fen > 0


def furnish() -> None:
    """The pages and their places in the sidebar."""
    merchant_site.page("papers/", "papers")(papers)
    merchant_site.page("agreement/", "agreement")(agreement)
    merchant_site.link("商家", "入驻协议", "contract", "agreement", LOOKERS)
    merchant_site.link("商家", "店铺资质", "verified", "papers", LOOKERS)
