"""Console pages: every paper with its picture and what its number says; what waits; what is not accepted."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import (
    Queue,
    ReadOnlyAdmin,
    ReasonForm,
    detail_action,
    merchant_site,
    ops_site,
    place,
    queue,
    waiting,
    words,
)
from xintui.trust.qualification import facade, reviewing
from xintui.trust.qualification.contracts import STATE_NAMES, BadNumber, Holder, HolderKind, Kind, State
from xintui.trust.qualification.models import Blocked, Certificate

DECIDERS: Final = reviewing.DECIDERS
EXPORTERS: Final = ReadOnlyAdmin.exporters | {Role.REVIEWER.value}
"""Whoever reviews papers may take the list along: it says no more than the list does, personal numbers stay masked."""
OWNER: Final = frozenset({Role.MERCHANT_OWNER})

place("qlf", "qualification_certificate", "资质")
place("qbl", "qualification_blocked", "停用名单")
words("object", {"qualification": "资质", "qualification_file": "资质图片", "qualification_blocked": "资质停用名单"})
words("action", {
    "qualification.submit": "提交资质", "qualification.pass": "资质通过", "qualification.refuse": "资质不通过",
    "qualification.look_again": "资质复核", "qualification.expire": "资质到期", "qualification.withdraw": "撤回资质",
    "qualification.upload": "上传资质图片", "qualification.block": "加入停用名单",
    "qualification.lift_block": "移出停用名单", "qualification.reveal": "查看完整编号",
})  # fmt: skip
words("key", {
    "number": "编号", "kind": "类别", "check_on": "下次核验", "checking": "待复核", "value": "内容", "lifted": "已解除",
    "size": "大小", "wanted": "拟经营类目", "credit_code": "信用代码",
})  # fmt: skip
words("value", {one.value: says for one, says in STATE_NAMES.items()})
words("value", {one.value: says for one, says in facade.TITLES.items()})


class AppealForm(BaseDialogForm):  # type: ignore[misc]
    words = forms.CharField(
        label="说明（由人答复）", min_length=4, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )


class CertificateAdmin(ReadOnlyAdmin):
    icon = "verified"
    key = "z"
    ops_roles = reviewing.LOOKERS
    exporters = EXPORTERS
    good = frozenset({State.PASSED})
    audited_as = "qualification"
    named_by = "holder_id"
    list_display = ("who", "kind", "number", "name", "state", "expires_on", "check_on", "submitted_at")
    list_filter = ("state", "kind", "holder_kind", "expires_on", "submitted_at")
    search_fields = ("number__exact", "name__contains", "holder_id__exact", "id__exact")
    ordering = ("-id",)
    codes = frozenset({"number"})
    empty_says = "没有资质。"
    fieldsets = (
        ("资质", {"fields": ("who", "kind", "number", "says", "name", "issued_on", "expires_on", "state", "pictures")}),
        ("核查", {"fields": ("found", "reason", "decided_by", "decided_at", "checked_at", "check_on", "check_since")}),
        ("记录", {"fields": ("submitted_by", "submitted_at", "version", "id")}),
    )
    readonly_fields = ("who", "says", "pictures", "found")
    actions_detail = ("pass_it", "refuse_it", "holds", "holds_not", "withdraw", "file_appeal")

    def merchant_rows(self, queryset: QuerySet[Certificate], merchant_id: str) -> QuerySet[Certificate]:
        return queryset.filter(holder_kind=HolderKind.MERCHANT, holder_id=merchant_id)

    @admin.display(description="持有人")
    def who(self, row: Any) -> str:
        return f"{row.get_holder_kind_display()} {self.name_of(row)}"

    @admin.display(description="编号含义")
    def says(self, row: Certificate) -> SafeString | str:
        if row.sealed:
            return "个人证件，编号已加密"
        try:
            parts = [one for one in facade.check(Kind(row.kind), row.number).parts if one.says]
        except BadNumber as refusal:
            return str(refusal)
        return format_html_join("；", "{}：{}", ((one.name, one.says) for one in parts)) or "—"

    @admin.display(description="证书图片")
    def pictures(self, row: Certificate) -> SafeString:
        site = "merchant" if self.admin_site.scoped else "ops"
        return render_to_string("qualification/pictures.html", {"files": row.files, "site": site})

    @admin.display(description="核查结果")
    def found(self, row: Certificate) -> SafeString | str:
        return format_html_join("；", "{}", ((one["says"],) for one in row.findings)) or "编号、名称与查重均通过"

    def _decide(self, request: HttpRequest, form: ReasonForm, object_id: str, *, passed: bool) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.decide(object_id, passed, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已办理并记入审计", messages.SUCCESS)

    @detail_action("通过", roles=DECIDERS, icon="check", when=lambda row: row.state == State.REVIEW)
    def pass_it(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._decide(request, form, object_id, passed=True)

    @detail_action(
        "不通过", roles=DECIDERS, icon="close", when=lambda row: row.state == State.REVIEW,
        warning="持有人会看到原因，可以申诉或重新提交。",
    )  # fmt: skip
    def refuse_it(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._decide(request, form, object_id, passed=False)

    def _again(self, request: HttpRequest, form: ReasonForm, object_id: str, *, holds: bool) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.look_again(object_id, holds, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已复核并记入审计", messages.SUCCESS)

    @detail_action("复核有效", roles=DECIDERS, icon="event_repeat", when=lambda row: row.check_since is not None)
    def holds(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._again(request, form, object_id, holds=True)

    @detail_action(
        "复核无效", roles=DECIDERS, icon="block", when=lambda row: row.check_since is not None,
        warning="需要该资质的商品立即停售。",
    )  # fmt: skip
    def holds_not(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._again(request, form, object_id, holds=False)

    @detail_action(
        "撤回", roles=OWNER, icon="undo", when=lambda row: row.state in {State.REVIEW, State.PASSED},
        warning="撤回有效的资质后，需要它的商品立即停售。",
    )  # fmt: skip
    def withdraw(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *OWNER)  # type: ignore[attr-defined]
        facade.withdraw(object_id, Holder(HolderKind.MERCHANT, merchant_id), by=who, now=clock.now())
        self.message_user(request, "已撤回", messages.SUCCESS)

    @detail_action("申诉", roles=OWNER, form=AppealForm, icon="gavel", when=lambda row: row.state == State.REFUSED)
    def file_appeal(self, request: HttpRequest, form: AppealForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *OWNER)  # type: ignore[attr-defined]
        holder = Holder(HolderKind.MERCHANT, merchant_id)
        facade.appeal(object_id, holder, form.cleaned_data["words"], by=who, now=clock.now())
        self.message_user(request, "已提交，由人在 72 小时内答复", messages.SUCCESS)


class BlockedAdmin(ReadOnlyAdmin):
    icon = "block"
    ops_roles = reviewing.LOOKERS
    exporters = EXPORTERS
    audited_as = "qualification_blocked"
    list_display = ("value", "reason", "by", "at", "lifted_at")
    list_filter = ("at",)
    search_fields = ("value__contains",)
    ordering = ("-id",)
    empty_says = "停用名单是空的。被吊销、伪造的证书编号或主体名称登记后，新提交的同号资质自动不通过，可以申诉。"
    actions_detail = ("lift",)

    @detail_action("移出名单", roles=DECIDERS, icon="undo", when=lambda row: row.lifted_at is None)
    def lift(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.lift_block(object_id, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已移出并记入审计", messages.SUCCESS)


ops_site.register(Certificate, CertificateAdmin)
merchant_site.register(Certificate, CertificateAdmin)
ops_site.register(Blocked, BlockedAdmin)


@queue(ops_site, roles=DECIDERS, order=16)
def to_review(request: HttpRequest) -> Iterable[Queue]:
    """Papers that wait for a person: new ones, and those of the half-yearly look."""
    rows = Certificate.objects.filter(state=State.REVIEW)
    found = waiting(rows, since="submitted_at", hours=24)
    yield Queue("待审核的资质", "/ops/qualification/review/", *found, "提交后超过 24 小时")
    again = waiting(Certificate.objects.filter(check_since__isnull=False), since="check_since", hours=168)
    yield Queue("待复核的资质", "/ops/qualification/review/", *again, "到期后超过 7 天")
