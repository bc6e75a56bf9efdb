"""Console pages: the queue of what is to be verified, every case with its evidence and what followed."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
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
from xintui.kernel.times import accounting_date
from xintui.trust.violations import facade
from xintui.trust.violations.contracts import Penalty, ShareReportState, State, Subject, SubjectKind
from xintui.trust.violations.models import Case, ShareReport

DECIDERS: Final = frozenset({Role.OPERATOR, Role.REVIEWER})
SHOP: Final = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE})

place("vio", "violations_case", "违规记录")
place("tip", "violations_sharereport", "分享举报")
words("object", {"violation": "违规记录", "share_report": "分享举报"})
words("action", {
    "violations.report": "登记违规", "violations.confirm": "核实违规", "violations.dismiss": "违规不成立",
    "violations.rectify": "提交整改", "violations.lift": "解除限制", "violations.set_aside": "分享举报不采纳",
})  # fmt: skip
words("key", {"subject": "当事人", "code": "类别", "penalty": "处理", "points": "扣分", "rectified": "整改说明"})
words("value", {one.code: one.title for one in facade.catalogue(accounting_date(clock.now())).classes.values()})


class WordsForm(BaseDialogForm):  # type: ignore[misc]
    words = forms.CharField(
        label="说明", min_length=4, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )


class CaseAdmin(ReadOnlyAdmin):
    icon = "report"
    ops_roles = DECIDERS | {Role.AUDITOR}
    good = frozenset({State.LIFTED, State.REVOKED, State.DISMISSED})
    audited_as = "violation"
    named_by = "subject_id"
    list_display = ("who", "title", "state", "penalty", "points", "until", "reported_at")
    list_filter = ("state", "code", "penalty", "subject_kind", "reported_at")
    search_fields = ("id__exact", "subject_id__exact", "ref__exact")
    ordering = ("-id",)
    empty_says = "没有违规记录。"
    fields = (
        "who", "title", "state", "evidence", "ref", "penalty", "points", "until", "rectified", "reason", "law",
        "reported_at", "reported_by", "decided_by", "decided_at", "ended_at", "version", "id",
    )  # fmt: skip
    readonly_fields = ("who", "law")
    actions_detail = ("confirm", "dismiss", "rectify", "file_appeal")

    def merchant_rows(self, queryset: QuerySet[Case], merchant_id: str) -> QuerySet[Case]:
        rows = queryset.filter(subject_kind=SubjectKind.MERCHANT, subject_id=merchant_id)
        return rows.exclude(state__in=[State.REPORTED, State.DISMISSED])

    @admin.display(description="当事人")
    def who(self, row: Any) -> str:
        return f"{row.get_subject_kind_display()} {self.name_of(row)}"

    @admin.display(description="规则")
    def law(self, row: Case) -> SafeString:
        found = facade.catalogue(accounting_date(row.reported_at)).classes[row.code]
        return format_html("{}<br>依据：{}<br>需要的证据：{}", found.counts, found.source, found.evidence)

    @detail_action(
        "核实成立", roles=DECIDERS, icon="check", when=lambda row: row.state == State.REPORTED,
        warning="扣分与处理按公示的规则立即生效，当事人会收到说明并可以申诉。",
    )  # fmt: skip
    def confirm(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.confirm(object_id, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已核实并记入审计", messages.SUCCESS)

    @detail_action("不成立", roles=DECIDERS, icon="close", when=lambda row: row.state == State.REPORTED)
    def dismiss(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.dismiss(object_id, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已记为不成立", messages.SUCCESS)

    @detail_action(
        "已整改", roles=SHOP, form=WordsForm, icon="build",
        when=lambda row: row.state == State.CONFIRMED and row.penalty == Penalty.RECTIFY and not row.rectified,
    )  # fmt: skip
    def rectify(self, request: HttpRequest, form: WordsForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *SHOP)  # type: ignore[attr-defined]
        subject = Subject(SubjectKind.MERCHANT, merchant_id)
        facade.rectify(object_id, subject, form.cleaned_data["words"], by=who, now=clock.now())
        self.message_user(request, "已提交，记录随之解除", messages.SUCCESS)

    @detail_action(
        "申诉", roles=SHOP, form=WordsForm, icon="gavel",
        when=lambda row: row.state in {State.CONFIRMED, State.LIFTED},
    )  # fmt: skip
    def file_appeal(self, request: HttpRequest, form: WordsForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *SHOP)  # type: ignore[attr-defined]
        subject = Subject(SubjectKind.MERCHANT, merchant_id)
        facade.appeal(object_id, subject, form.cleaned_data["words"], by=who, now=clock.now())
        self.message_user(request, "已提交，由人在 72 小时内答复", messages.SUCCESS)


class ShareReportAdmin(ReadOnlyAdmin):
    """Never by whom: the page has no such field, and neither has the promoter's."""

    icon = "campaign"
    ops_roles = DECIDERS | {Role.AUDITOR}
    good = frozenset({ShareReportState.SET_ASIDE})
    audited_as = "share_report"
    named_by = "promoter_id"
    list_display = ("who", "title", "bought", "words", "state", "at")
    list_filter = ("state", "reason", "bought", "at")
    search_fields = ("id__exact", "promoter_id__exact", "case_id__exact")
    ordering = ("-id",)
    empty_says = "没有分享举报。经推客链接进来的访客，可以在商品页的推广标识处举报。"
    fields = ("who", "title", "words", "bought", "state", "case_id", "link_id", "at", "rule", "id")
    readonly_fields = ("who", "rule")
    actions_detail = ("take_up", "set_aside")

    @admin.display(description="推客")
    def who(self, row: Any) -> str:
        return self.name_of(row)

    @admin.display(description="规则")
    def rule(self, row: ShareReport) -> str:
        found = facade.sharing(accounting_date(row.at))
        return (
            f"{found.window_days} 天内 {found.least} 位买过东西的人对同一推客举报同一类事，自动登记为待核实的违规；"
            "不足的由人翻看。举报人对任何人都不显示。"
        )

    @detail_action(
        "登记违规", roles=DECIDERS, icon="flag", when=lambda row: row.state == ShareReportState.OPEN,
        warning="登记后由另一位同事核实；核实之前不告知当事人。",
    )  # fmt: skip
    def take_up(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.take_up(object_id, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已登记，由另一位同事核实", messages.SUCCESS)

    @detail_action("不采纳", roles=DECIDERS, icon="close", when=lambda row: row.state == ShareReportState.OPEN)
    def set_aside(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.set_aside(object_id, form.cleaned_data["reason"], by=who)
        self.message_user(request, "已记为不采纳", messages.SUCCESS)


ops_site.register(Case, CaseAdmin)
ops_site.register(ShareReport, ShareReportAdmin)
merchant_site.register(Case, CaseAdmin)


@queue(ops_site, roles=DECIDERS, order=15)
def to_verify(request: HttpRequest) -> Iterable[Queue]:
    """What somebody has to look at."""
    rows = Case.objects.filter(state=State.REPORTED)
    found = waiting(rows, since="reported_at", hours=48)
    yield Queue("待核实的违规", "/ops/violations/case/?state__exact=reported", *found, "登记后超过 48 小时")


@queue(ops_site, roles=DECIDERS, order=16)
def to_look_at(request: HttpRequest) -> Iterable[Queue]:
    """What visitors said of shares and nobody has weighed."""
    rows = ShareReport.objects.filter(state=ShareReportState.OPEN)
    found = waiting(rows, since="at", hours=168)
    yield Queue("待看的分享举报", "/ops/violations/sharereport/?state__exact=open", *found, "举报后超过 7 天")
