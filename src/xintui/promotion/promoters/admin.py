"""Console pages: promoters and their queue, payees, levels, rules of joining."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminSelectWidget

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import (
    Figure,
    Queue,
    ReadOnlyAdmin,
    ReasonForm,
    Section,
    bulk_action,
    dashboard,
    detail_action,
    names,
    ops_site,
    place,
    queue,
    waiting,
    words,
)
from xintui.infra.console.cells import NOTHING, story
from xintui.infra.console.search import Finds, Rows, by_number
from xintui.promotion.promoters import facade, models
from xintui.promotion.promoters.contracts import Promoter, State

VERBS = {
    "apply": "提交身份", "agree": "签署协议", "submit": "提交审核", "approve": "审核通过", "refuse": "审核不通过",
    "suspend": "停用", "restore": "恢复", "change_payee": "更换收款账户", "set_level": "调整等级", "leave": "退出",
    "clear": "自动通过", "hold": "转人工审核", "reapply": "重新申请",
}  # fmt: skip
DECIDERS = frozenset({Role.OPERATOR, Role.REVIEWER})


@names("pro")
def promoter_names(ids: set[str]) -> dict[str, str]:
    """Promoters: the masked name, and what tells namesakes apart."""
    return {key: f"{one.display_name} {key[-4:]}" for key, one in facade.get(ids).items()}


place("pro", "promoters_promoter", "推客")
words("object", {"promoter": "推客"})
words("action", {f"promoters.{verb}": f"推客{says}" for verb, says in VERBS.items()} | {
    "promoters.apply_identity": "推客提交身份", "promoters.apply_agreement": "推客签署协议",
    "promoters.apply_payee": "推客填写收款账户", "promoters.export_pyramid": "导出传销风险报告",
})  # fmt: skip
words("object", {"report": "报告"})
words("key", {"level": "等级", "code": "原因代码", "step": "申请步骤", "payee_version": "收款账户版本"})
words("value", dict(models.STEPS))
words("value", {level.code: level.title for level in facade.levels()} | facade.reasons() | dict(models.STATES))


class DecisionForm(ReasonForm):
    """A code from the catalogue, which the promoter reads, and a note, which he does not."""

    code = forms.ChoiceField(label="原因代码", choices=[], widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = sorted(facade.reasons().items())


class LevelForm(DecisionForm):
    level = forms.ChoiceField(label="等级", choices=[], widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(level.code, level.title) for level in facade.levels()]


LEVELS = {level.code: level.title for level in facade.levels()}


def _in_review(row: models.Promoter) -> bool:
    return row.state == State.REVIEW.value


def _people(rows: Rows, text: str) -> Rows | None:
    found = by_number(rows, text)
    return rows.filter(display_name__startswith=text) if found is None else found


class PromoterAdmin(ReadOnlyAdmin):
    key = "t"
    finds = Finds(
        _people,
        lambda row: f"{row.display_name} {row.id[-8:]}",
        lambda row: f"{row.get_state_display()} · {LEVELS.get(row.level, '未定级')}",
    )
    spoken = {"level": LEVELS}
    icon = "campaign"
    list_display = (
        "display_name", "state", "kind", "level", "depth", "sponsor_id", "reason_text", "submitted_at", "joined_at",
        "id",
    )  # fmt: skip
    list_filter = ("state", "kind", "level", "depth")
    search_fields = ("id__exact", "user_id__exact", "sponsor_id__exact", "display_name__startswith")
    ordering = ("-id",)
    fields = (
        "id", "user_id", "display_name", "kind", "state", "reason_text", "step", "level", "depth", "sponsor_id",
        "sponsor_source", "applied_at", "submitted_at", "joined_at", "document", "payee", "spread", "told",
    )  # fmt: skip
    readonly_fields = ("reason_text", "document", "payee", "spread", "told")
    actions = ("approve_many", "refuse_many")
    actions_detail = ("approve", "refuse", "suspend", "restore", "set_level")

    @admin.display(description="原因")
    def reason_text(self, row: models.Promoter) -> str:
        return facade.reasons().get(row.reason, row.reason) or NOTHING

    @admin.display(description="证件号（脱敏）")
    def document(self, row: models.Promoter) -> str:
        found = models.Identity.objects.filter(promoter_id=row.id).first()
        return found.number_masked if found else NOTHING

    @admin.display(description="收款账户（脱敏）")
    def payee(self, row: models.Promoter) -> str:
        found = models.Payee.objects.filter(promoter_id=row.id).order_by("-version").first()
        return f"{found.account_masked}（版本 {found.version}）" if found else NOTHING

    @admin.display(description="传播与团队")
    def spread(self, row: models.Promoter) -> Any:
        return format_html('<a class="xt-to" href="/ops/promoters/{}/spread/">查看传播层级与团队</a>', row.id)

    @admin.display(description="经过")
    def told(self, row: models.Promoter) -> Any:
        reasons, states = facade.reasons(), dict(models.STATES)
        return story(
            (line.at, f"{VERBS.get(line.verb, line.verb)} → {states.get(line.state.value, line.state.value)}",
             f"{reasons.get(line.reason, line.reason)} {line.note}")
            for line in facade.history(row.id)
        )  # fmt: skip

    def _review(self, request: HttpRequest, form: DecisionForm, promoter_id: str, approve: bool) -> None:
        who, given = identity.require(request.principal), form.cleaned_data  # type: ignore[attr-defined]
        was = facade.one(promoter_id)
        made = facade.review(
            promoter_id, approve=approve, reason=given["code"], actor=who.user_id, note=given["reason"][:200],
            now=clock.now(),
        )  # fmt: skip
        self._record(request, "approve" if approve else "refuse", was, made, given)

    def _record(self, request: HttpRequest, verb: str, was: Promoter, made: Promoter, given: dict[str, str]) -> None:
        before = {"state": was.state.value, "level": was.level, "code": was.reason}
        after = {"state": made.state.value, "level": made.level, "code": given["code"]}
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        identity.audit(who, f"promoters.{verb}", ("promoter", made.id), before, after, reason=given["reason"])

    @detail_action("通过申请", roles=DECIDERS, form=DecisionForm, icon="check", when=_in_review)
    def approve(self, request: HttpRequest, form: DecisionForm, object_id: str) -> None:
        self._review(request, form, object_id, True)

    @detail_action("驳回申请", roles=DECIDERS, form=DecisionForm, icon="close", when=_in_review)
    def refuse(self, request: HttpRequest, form: DecisionForm, object_id: str) -> None:
        self._review(request, form, object_id, False)

    @bulk_action("批量通过申请", roles=DECIDERS, form=DecisionForm)
    def approve_many(self, request: HttpRequest, form: DecisionForm, row: models.Promoter) -> None:
        self._review(request, form, row.id, True)

    @bulk_action("批量驳回申请", roles=DECIDERS, form=DecisionForm)
    def refuse_many(self, request: HttpRequest, form: DecisionForm, row: models.Promoter) -> None:
        self._review(request, form, row.id, False)

    @detail_action(
        "停用", roles=DECIDERS, form=DecisionForm, icon="block", warning="停用后链接不再计归因，已得佣金不受影响。",
        when=lambda row: row.state == State.ACTIVE.value,
    )  # fmt: skip
    def suspend(self, request: HttpRequest, form: DecisionForm, object_id: str) -> None:
        who, given = identity.require(request.principal), form.cleaned_data  # type: ignore[attr-defined]
        was = facade.one(object_id)
        made = facade.suspend(
            object_id, reason=given["code"], actor=who.user_id, note=given["reason"][:200], now=clock.now()
        )
        self._record(request, "suspend", was, made, given)

    @detail_action(
        "恢复", roles=DECIDERS, form=DecisionForm, icon="undo", when=lambda row: row.state == State.SUSPENDED.value
    )
    def restore(self, request: HttpRequest, form: DecisionForm, object_id: str) -> None:
        who, given = identity.require(request.principal), form.cleaned_data  # type: ignore[attr-defined]
        was = facade.one(object_id)
        made = facade.restore(
            object_id, reason=given["code"], actor=who.user_id, note=given["reason"][:200], now=clock.now()
        )
        self._record(request, "restore", was, made, given)

    @detail_action(
        "调整等级",
        roles={Role.OPERATOR},
        form=LevelForm,
        icon="military_tech",
        when=lambda row: row.state == State.ACTIVE.value,
    )
    def set_level(self, request: HttpRequest, form: LevelForm, object_id: str) -> None:
        who, given = identity.require(request.principal), form.cleaned_data  # type: ignore[attr-defined]
        was = facade.one(object_id)
        made = facade.set_level(object_id, given["level"], actor=who.user_id, reason=given["code"], now=clock.now())
        self._record(request, "set_level", was, made, given)


class PayeeAdmin(ReadOnlyAdmin):
    icon = "account_balance_wallet"
    codes = frozenset({"digest"})
    list_display = ("promoter_id", "version", "channel", "account_masked", "changed_at")
    list_filter = ("channel",)
    search_fields = ("promoter_id__exact",)
    ordering = ("-id",)
    fields = ("promoter_id", "version", "channel", "account_masked", "digest", "changed_at")


class LevelChangeAdmin(ReadOnlyAdmin):
    spoken = {"before": LEVELS, "after": LEVELS, "reason": facade.reasons()}
    icon = "military_tech"
    list_display = ("promoter_id", "at", "before", "after", "actor", "reason")
    list_filter = ("after",)
    search_fields = ("promoter_id__exact",)
    ordering = ("-id",)


class PolicyAdmin(ReadOnlyAdmin):
    icon = "gavel"
    list_display = ("version", "effective_from", "max_depth", "min_age", "source", "verified_on")
    ordering = ("-effective_from",)
    exporters: ClassVar[frozenset[str]] = frozenset()


ops_site.register(models.Promoter, PromoterAdmin)
ops_site.register(models.Payee, PayeeAdmin)
ops_site.register(models.LevelChange, LevelChangeAdmin)
ops_site.register(models.Policy, PolicyAdmin)


@dashboard(ops_site, order=40, first_for={Role.REVIEWER})
def _today(request: HttpRequest) -> Section:
    counts: dict[str, int] = models.Promoter.objects.aggregate(
        active=Count("id", filter=Q(state=State.ACTIVE.value)),
        paused=Count("id", filter=Q(state=State.SUSPENDED.value)),
    )
    return Section(
        "推客",
        [
            Figure("有效推客", f"{counts['active']:,}", href="/ops/promoters/promoter/?state__exact=active"),
            Figure("已停用", f"{counts['paused']:,}", href="/ops/promoters/promoter/?state__exact=suspended"),
        ],
    )


@queue(ops_site, roles=DECIDERS, order=40)
def _applications(request: HttpRequest) -> Iterable[Queue]:
    asked = waiting(models.Promoter.objects.filter(state=State.REVIEW.value), since="submitted_at", hours=24)
    yield Queue("待审核申请（推客）", "/ops/promoters/promoter/?state__exact=review", *asked, "提交后超过 24 小时")
