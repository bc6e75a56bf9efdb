"""Console pages: people, roles, where they are logged in, and the trail."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from xintui.foundation.identity import facade, rules
from xintui.foundation.identity.contracts import ROLE_NAMES, Role
from xintui.foundation.identity.models import ROLES, AuditEntry, Device, RoleGrant, User
from xintui.infra import clock
from xintui.infra.console import (
    ProofForm,
    ReadOnlyAdmin,
    ReasonForm,
    Saved,
    TrailLine,
    called,
    detail_action,
    merchant_site,
    names,
    on_export,
    on_import,
    on_proof,
    on_saved,
    on_trail,
    ops_site,
    place,
    words,
)
from xintui.infra.console.cells import NOTHING
from xintui.infra.console.names import all_words, word
from xintui.infra.console.search import FOUR, PHONE, Finds, Rows, by_number


def _record_export(request: HttpRequest, table: str, rows: int) -> None:
    facade.audit(request.principal, "console.export", ("table", table), {}, {"rows": rows})  # type: ignore[attr-defined]


on_export(_record_export)


def _record_import(request: HttpRequest, which: str, counts: Mapping[str, int]) -> None:
    facade.audit(request.principal, "console.import", ("table", which), {}, dict(counts))  # type: ignore[attr-defined]


on_import(_record_import)


def _trail(request: HttpRequest, kind: str, key: str) -> list[TrailLine]:
    """The newest lines about a thing; a shop's people read what happened in their shop's name."""
    found = AuditEntry.objects.filter(object_type=kind, object_id=key)
    place = request.principal.merchant_id  # type: ignore[attr-defined]
    rows = list((found.filter(merchant_id=place) if place else found).order_by("-id")[:30])
    known = called(row.actor_id for row in rows)
    return [
        TrailLine(row.at, known.get(row.actor_id, "—"), word("action", row.action), row.before, row.after, row.reason)
        for row in rows
    ]


on_trail(_trail)


class _Filters:
    """常用筛选, kept by this module."""

    def of(self, request: HttpRequest, page: str) -> list[Saved]:
        found = facade.saved_filters(request.principal, page)  # type: ignore[attr-defined]
        known = called(one.user_id for one in found if not one.mine)
        return [
            Saved(one.id, one.name, one.query, one.mine, one.shared, one.by_default, known.get(one.user_id, ""))
            for one in found
        ]

    def keep(self, request: HttpRequest, page: str, name: str, query: str, *, shared: bool, by_default: bool) -> None:
        who = request.principal  # type: ignore[attr-defined]
        facade.keep_filter(who, page, name, query, shared=shared, by_default=by_default, now=clock.now())

    def drop(self, request: HttpRequest, page: str, key: str) -> None:
        facade.drop_filter(request.principal, page, key)  # type: ignore[attr-defined]

    def prefer(self, request: HttpRequest, page: str, key: str) -> None:
        facade.prefer_filter(request.principal, page, key)  # type: ignore[attr-defined]


on_saved(_Filters())


def _prove(request: HttpRequest, proof: str) -> None:
    who, device_id = request.principal, request.device_id  # type: ignore[attr-defined]
    if proof:
        facade.step_up(who, device_id, otp=proof, password=proof, now=clock.now())
    facade.require_fresh(who, device_id, now=clock.now())


on_proof(_prove)


PRIVATE = (Role.BUYER.value, Role.PROMOTER.value)


@names("usr")
def people(ids: set[str]) -> dict[str, str]:
    """Staff by name; buyers and promoters by the first character, as everywhere else in the consoles."""
    staff = set(RoleGrant.objects.filter(user_id__in=ids).exclude(role__in=PRIVATE).values_list("user_id", flat=True))
    known = User.objects.filter(id__in=ids).values_list("id", "display_name")
    return {key: name if key in staff else rules.hint_name(name) for key, name in known if name}


place("usr", "identity_user", "用户")
place("dev", "identity_device", "设备")
words("object", {"user": "用户", "device": "登录设备", "table": "列表"})
words("action", {
    "identity.login": "登录", "identity.phone_login": "手机验证码登录", "identity.step_up": "再次验证身份",
    "identity.step_up_refused": "再次验证未通过",
    "identity.wechat_login": "微信登录", "identity.login_refused": "登录被拒",
    "identity.bind_phone": "绑定手机号", "identity.bind_wechat": "绑定微信", "identity.token_reused": "凭证被重复使用",
    "identity.revoke_device": "退出设备",
    "identity.totp_enrolled": "绑定动态口令", "identity.totp_reset": "重置动态口令", "identity.create_user": "创建用户",
    "identity.change_password": "修改密码", "identity.grant_role": "授予角色", "identity.revoke_role": "收回角色",
    "identity.set_active": "启用或停用账号", "identity.set_staff": "更改店铺成员角色",
    "identity.first_password": "首次设置密码", "console.export": "导出列表",
    "console.import": "导入文件",
})  # fmt: skip
words("key", {
    "roles": "角色", "role": "角色", "merchant_id": "商家", "is_active": "启用", "why": "原因", "rows": "行数",
    "changed": "有变化", "unchanged": "无变化", "refused": "未导入",
    "state": "状态", "phone": "手机号", "openid": "微信", "way": "方式",
})  # fmt: skip
words("value", {"otp": "动态口令", "sms": "短信验证码", "": "—"})
words("value", {"logout": "本人退出", "closed": "账号停用", "password": "修改密码", "reuse": "凭证被重复使用"})
words("value", {role.value: name for role, name in ROLE_NAMES.items()})
WHY_ENDED = {"logout": "本人退出", "closed": "账号停用", "password": "修改密码", "reuse": "凭证被重复使用"}


class RoleForm(ProofForm):
    role = forms.ChoiceField(label="角色", choices=ROLES, widget=UnfoldAdminSelectWidget())
    merchant_id = forms.CharField(
        label="商家编号", required=False, max_length=32, widget=UnfoldAdminTextInputWidget(), help_text="仅商家角色填写"
    )


def _users(rows: Rows, text: str) -> Rows | None:
    """By number, phone or its last four digits, login name, or the whole display name."""
    if PHONE.fullmatch(text):
        return rows.filter(phone=text)
    if FOUR.fullmatch(text):
        return rows.filter(phone__endswith=text)
    found = by_number(rows, text)
    return rows.filter(Q(login=text.lower()) | Q(display_name=text)) if found is None else found


class UserAdmin(ReadOnlyAdmin):
    icon = "person"
    key = "u"
    finds = Finds(
        _users,
        lambda row: people({row.id}).get(row.id, "用户") + f" {row.id[-8:]}",
        lambda row: rules.mask_phone(row.phone) if row.phone else "没有手机号",
    )
    ops_roles = frozenset({Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
    list_display = ("display_name", "login", "phone_masked", "roles_held", "is_active", "enrolled", "created_at", "id")
    list_filter = ("is_active", "grants__role")
    search_fields = ("id__exact", "login__exact", "phone__exact", "display_name__startswith")
    ordering = ("-id",)
    fields = (
        "display_name", "login", "id", "phone_masked", "roles_held", "is_active", "enrolled", "totp_enrolled_at",
        "permission_version", "last_login", "created_at",
    )  # fmt: skip
    readonly_fields = ("phone_masked", "roles_held", "enrolled")
    actions_detail = ("grant_role", "revoke_role", "close_account", "reopen_account", "reset_totp")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("grants")

    @admin.display(description="手机号")
    def phone_masked(self, row: User) -> str:
        return rules.mask_phone(row.phone) if row.phone else NOTHING

    @admin.display(description="角色")
    def roles_held(self, row: User) -> str:
        grants = list(row.grants.all())
        if not hasattr(row, "shops"):
            vars(row)["shops"] = called(grant.merchant_id for grant in grants)
        shops: dict[str, str] = vars(row)["shops"]
        held = (
            g.get_role_display() + (f"（{shops.get(g.merchant_id, g.merchant_id)}）" if g.merchant_id else "")
            for g in grants
        )
        return "、".join(held) or NOTHING

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Names of the shops whose people are on the page, in one question."""
        page = super().get_changelist_instance(request)
        shops = called(grant.merchant_id for row in page.result_list for grant in row.grants.all())
        for row in page.result_list:
            row.shops = shops
        return page

    @admin.display(description="动态口令")
    def enrolled(self, row: User) -> str:
        return "已绑定" if row.totp_enrolled_at else "未绑定"

    @detail_action("授予角色", roles={Role.OPERATOR}, form=RoleForm, icon="add_moderator")
    def grant_role(self, request: HttpRequest, form: RoleForm, object_id: str) -> None:
        given = form.cleaned_data
        facade.grant_role(
            request.principal,  # type: ignore[attr-defined]
            object_id,
            Role(given["role"]),
            given["merchant_id"],
            reason=given["reason"],
            now=clock.now(),
        )
        self.message_user(request, "角色已授予，对方下次请求起生效", messages.SUCCESS)

    @detail_action("收回角色", roles={Role.OPERATOR}, form=RoleForm, icon="remove_moderator")
    def revoke_role(self, request: HttpRequest, form: RoleForm, object_id: str) -> None:
        given = form.cleaned_data
        facade.revoke_role(
            request.principal,  # type: ignore[attr-defined]
            object_id,
            Role(given["role"]),
            given["merchant_id"],
            reason=given["reason"],
            now=clock.now(),
        )
        self.message_user(request, "角色已收回，对方下次请求即被拒绝", messages.SUCCESS)

    @detail_action(
        "停用账号",
        roles={Role.OPERATOR},
        icon="block",
        warning="该账号的全部登录立即失效。",
        when=lambda row: row.is_active,
    )
    def close_account(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        reason = form.cleaned_data["reason"]
        facade.set_active(request.principal, object_id, False, reason=reason, now=clock.now())  # type: ignore[attr-defined]
        self.message_user(request, "账号已停用", messages.SUCCESS)

    @detail_action("启用账号", roles={Role.OPERATOR}, icon="check_circle", when=lambda row: not row.is_active)
    def reopen_account(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        reason = form.cleaned_data["reason"]
        facade.set_active(request.principal, object_id, True, reason=reason, now=clock.now())  # type: ignore[attr-defined]
        self.message_user(request, "账号已启用", messages.SUCCESS)

    @detail_action(
        "重置动态口令", roles={Role.OPERATOR}, icon="lock_reset", warning="请先线下核实本人身份。",
        when=lambda row: row.totp_enrolled_at is not None,
    )  # fmt: skip
    def reset_totp(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        reason = form.cleaned_data["reason"]
        facade.reset_totp(request.principal, object_id, reason=reason, now=clock.now())  # type: ignore[attr-defined]
        self.message_user(request, "动态口令已重置，对方下次登录时重新绑定", messages.SUCCESS)


class RoleGrantAdmin(ReadOnlyAdmin):
    icon = "badge"
    ops_roles = frozenset({Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
    merchant_roles = frozenset({Role.MERCHANT_OWNER})
    list_display = ("user", "role", "merchant_id", "granted_by", "granted_at")
    list_filter = ("role",)
    search_fields = ("user__id__exact", "merchant_id__exact")
    list_select_related = ("user",)
    ordering = ("-granted_at",)


class DeviceAdmin(ReadOnlyAdmin):
    icon = "devices"
    ops_roles = frozenset({Role.OPERATOR, Role.AUDITOR})
    merchant_roles = frozenset({Role.MERCHANT_OWNER})
    list_display = ("user", "name", "merchant_id", "ip", "created_at", "last_seen_at", "revoked_at", "revoked_for")
    spoken = {"revoked_for": WHY_ENDED}
    list_filter = ("revoked_for", "personal")
    search_fields = ("user__id__exact",)
    list_select_related = ("user",)
    ordering = ("-created_at",)
    actions_detail = ("end_session",)

    @detail_action(
        "强制退出", roles={Role.OPERATOR, Role.MERCHANT_OWNER}, icon="logout", when=lambda row: row.revoked_at is None
    )
    def end_session(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        reason = form.cleaned_data["reason"]
        facade.revoke_any_device(request.principal, object_id, reason=reason, now=clock.now())  # type: ignore[attr-defined]
        self.message_user(request, "该设备已退出", messages.SUCCESS)


class Told(Mapping[str, str]):
    """The words of a kind as they are when a page asks: modules are still adding theirs when this class is made."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __getitem__(self, code: str) -> str:
        return all_words(self.kind)[code]

    def __iter__(self) -> Iterator[str]:
        return iter(all_words(self.kind))

    def __len__(self) -> int:
        return len(all_words(self.kind))


class AuditEntryAdmin(ReadOnlyAdmin):
    spoken = {"action": Told("action"), "object_type": Told("object")}
    icon = "history"
    ops_roles = frozenset({Role.OPERATOR, Role.AUDITOR})
    merchant_roles = frozenset({Role.MERCHANT_OWNER})
    list_display = ("at", "actor_name", "action", "object_type", "object_id", "merchant_id", "reason", "ip")
    list_filter = ("action", "object_type")
    fields = (
        "at", "actor_id", "action", "object_type", "object_id", "merchant_id", "reason", "ip", "before", "after",
    )  # fmt: skip
    search_fields = ("object_id__exact", "actor_id__exact")
    date_hierarchy = "at"
    ordering = ("-id",)


ops_site.register(User, UserAdmin)
for site in (ops_site, merchant_site):
    site.register(RoleGrant, RoleGrantAdmin)
    site.register(Device, DeviceAdmin)
    site.register(AuditEntry, AuditEntryAdmin)
