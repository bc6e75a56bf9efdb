"""员工管理: who works for the shop, what each may do, who was invited. The owner's page."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from xintui.commerce.merchants import facade
from xintui.commerce.merchants.contracts import INVITATION_STATES, Invitation
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import MERCHANT_ROLES, ROLE_NAMES, Principal, Role, StaffMember
from xintui.infra import clock
from xintui.infra.console import ProofForm, called, merchant_site, words
from xintui.infra.console.cells import pill
from xintui.kernel.errors import DomainError

OWNER: Final = frozenset({Role.MERCHANT_OWNER})
MAY: Final = {
    Role.MERCHANT_OWNER: "全部功能，并可管理员工",
    Role.MERCHANT_GOODS: "商品、价格与库存",
    Role.MERCHANT_FINANCE: "资金、佣金与分账",
    Role.MERCHANT_SERVICE: "发货、售后与评价回复",
}
CHOICES: Final = [(role.value, f"{ROLE_NAMES[role]}：{MAY[role]}") for role in Role if role in MERCHANT_ROLES]
words("action", {
    "merchants.invite": "邀请员工", "merchants.withdraw_invitation": "撤回员工邀请", "merchants.join": "加入店铺",
    "merchants.set_staff": "更改员工角色",
})  # fmt: skip
words("key", {"to": "对象"})


class InviteForm(ProofForm):
    reason = None  # type: ignore[assignment]  # the invitation says by itself what it is for
    login = forms.CharField(
        label="登录名", required=False, max_length=32, widget=UnfoldAdminTextInputWidget(),
        help_text="对方已有账号时填其登录名；没有时填为其预留的登录名，由对方设置密码",
    )  # fmt: skip
    phone = forms.CharField(
        label="或手机号", required=False, max_length=11,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "tel"}),
    )  # fmt: skip
    roles = forms.MultipleChoiceField(label="角色", choices=CHOICES, widget=UnfoldAdminCheckboxSelectMultipleWidget())

    field_order = ("login", "phone", "roles", "proof")


class RolesForm(ProofForm):
    roles = forms.MultipleChoiceField(
        label="角色", choices=CHOICES, widget=UnfoldAdminCheckboxSelectMultipleWidget(), required=False,
        help_text="全部取消即移出店铺",
    )  # fmt: skip

    field_order = ("roles", "reason", "proof")


def _asks(request: HttpRequest) -> tuple[Principal, str]:
    who, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    if not who.has(*OWNER):
        raise PermissionDenied
    return who, merchant_id


def _line(one: StaffMember, who: Principal) -> dict[str, Any]:
    return {
        "one": one,
        "roles": "、".join(ROLE_NAMES[role] for role in one.roles),
        "self": one.user_id == who.user_id,
        "trail": reverse("merchant:identity_auditentry_changelist") + f"?q={one.user_id}",
        "page": reverse("merchant:staff_member", args=[one.user_id]),
    }


def _invited(one: Invitation, people: dict[str, str]) -> dict[str, Any]:
    return {
        "one": one,
        "roles": "、".join(ROLE_NAMES[role] for role in one.roles),
        "by": people.get(one.invited_by, "—"),
        "state": pill({"open": "open", "accepted": "done"}.get(one.state, one.state), INVITATION_STATES[one.state]),
    }


def _staff(request: HttpRequest) -> HttpResponse:
    """The list, the invitations, and the form of a new one; its link is shown once."""
    who, merchant_id = _asks(request)
    form = InviteForm(request, data=request.POST if request.POST.get("verb") == "invite" else None)
    link = ""
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "withdraw":
                facade.withdraw_invitation(merchant_id, request.POST.get("id", ""), by=who, now=clock.now())
                messages.success(request, "邀请已撤回，链接不再有效")
                return HttpResponseRedirect(reverse("merchant:staff"))
            if form.is_valid():
                given = form.cleaned_data
                made = facade.invite(
                    merchant_id, [Role(role) for role in given["roles"]], login=given["login"], phone=given["phone"],
                    by=who, now=clock.now(),
                )  # fmt: skip
                link = settings.PUBLIC_URL.rstrip("/") + reverse("merchant:join", args=[made.secret])
                form = InviteForm(request)
        except DomainError as refusal:
            messages.error(request, str(refusal))
    members, invited = identity.members_of(merchant_id), facade.invitations(merchant_id, now=clock.now())
    people = called(one.invited_by for one in invited)
    context = {
        **merchant_site.each_context(request),
        "title": "员工",
        "members": [_line(one, who) for one in members],
        "invited": [_invited(one, people) for one in invited],
        "form": form,
        "link": link,
    }
    return TemplateResponse(request, "merchants/staff.html", context)


def _member(request: HttpRequest, user_id: str) -> HttpResponse:
    """One member's roles; none left: removed."""
    who, merchant_id = _asks(request)
    back = reverse("merchant:staff")
    try:
        one = facade.member(merchant_id, user_id)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    form = RolesForm(request, data=request.POST or None, initial={"roles": [role.value for role in one.roles]})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            facade.set_roles(
                merchant_id, user_id, [Role(role) for role in given["roles"]], by=who, reason=given["reason"],
                now=clock.now(),
            )  # fmt: skip
            messages.success(request, "角色已更改，对方需重新登录" if given["roles"] else "已移出店铺，对方立即退出")
            return HttpResponseRedirect(back)
        except DomainError as refusal:
            messages.error(request, str(refusal))
    context = {
        **merchant_site.each_context(request),
        "title": f"{one.display_name}的角色",
        "line": _line(one, who),
        "form": form,
        "back": back,
    }
    return TemplateResponse(request, "merchants/member.html", context)


merchant_site.page("staff/", "staff")(_staff)
merchant_site.more_urls.append(path("staff/<str:user_id>/", merchant_site.admin_view(_member), name="staff_member"))
merchant_site.link("商家", "员工", "group", "staff", OWNER)
