"""Console pages: the queue of withdrawals with four eyes, tax as it was computed, limits."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import Figure, ReadOnlyAdmin, ReasonForm, Section, called, dashboard, detail_action, ops_site
from xintui.infra.console.cells import money, story
from xintui.kernel.money import yuan
from xintui.promotion.payouts import facade, models
from xintui.promotion.payouts.contracts import State, Withdrawal

DESK = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR})
TITLES = dict(models.STATES)
ACTORS = {"system": "系统"}
VERBS = {
    "request": "申请", "ask_cancel": "申请撤销", "cancel": "撤销", "propose": "初审通过", "approve": "复核通过",
    "reject": "驳回", "send": "提交打款", "stop": "停止", "silence": "渠道未应答", "pay": "到账", "fail": "未成功",
    "wait": "等待额度", "expire": "逾期未确认",
}  # fmt: skip


class BankForm(ReasonForm):
    outcome = forms.ChoiceField(
        label="银行结果", choices=[("paid", "已到账"), ("failed", "未成功，退回余额")], widget=UnfoldAdminSelectWidget()
    )
    reference = forms.CharField(
        label="银行流水号", required=False, max_length=64, widget=UnfoldAdminTextInputWidget(), help_text="已到账时必填"
    )

    def clean(self) -> dict[str, str]:
        given: dict[str, str] = super().clean() or self.cleaned_data
        if given.get("outcome") == "paid" and not given.get("reference"):
            raise forms.ValidationError("请填写银行流水号")
        return given


class WithdrawalAdmin(ReadOnlyAdmin):
    spoken = {"kind": {"individual": "个人", "sole_trader": "个体工商户", "company": "企业"}}
    icon = "payments"
    ops_roles = DESK
    list_display = (
        "id", "state", "promoter_id", "amount", "tax", "net", "waited", "needs_review", "maker", "checker",
        "requested_at",
    )  # fmt: skip
    list_filter = ("state", "rail", "kind", "needs_review")
    search_fields = ("id__exact", "promoter_id__exact", "transfer_id__exact", "invoice_ref__exact")
    ordering = ("-id",)
    fields = (
        "id", "promoter_id", "kind", "amount", "tax", "net", "state", "reason", "rail", "transfer_id", "payee_masked",
        "payee_version", "payee_digest", "invoice_ref", "needs_review", "maker", "checker",
        "requested_at",
        "not_before", "sent_at", "settled_at", "paid_month", "bank_ref", "explained", "told",
    )  # fmt: skip
    readonly_fields = ("amount", "tax", "net", "explained", "told")
    actions_detail = ("propose", "approve", "reject", "record_bank")

    @admin.display(description="申请", ordering="amount_fen")
    def amount(self, row: models.Withdrawal) -> Any:
        return money(row.amount_fen)

    @admin.display(description="个税")
    def tax(self, row: models.Withdrawal) -> Any:
        return money(row.tax_fen)

    @admin.display(description="实付")
    def net(self, row: models.Withdrawal) -> Any:
        return money(row.amount_fen - row.tax_fen)

    @admin.display(description="已等待")
    def waited(self, row: models.Withdrawal) -> str:
        if row.settled_at:
            return "—"
        return f"{(clock.now() - row.requested_at).total_seconds() / 3600:.1f} 小时"

    @admin.display(description="个税计算")
    def explained(self, row: models.Withdrawal) -> Any:
        line = facade.tax_line(row.id)
        return format_html_join("", "<div>{}</div>", ((one,) for one in line.step.lines)) if line else "打款时计算"

    @admin.display(description="经过")
    def told(self, row: models.Withdrawal) -> Any:
        lines = facade.history(row.id)
        people = called(line.actor for line in lines)
        return story(
            (line.at, f"{VERBS.get(line.verb, line.verb)} → {TITLES[line.state.value]}",
             f"{people.get(line.actor, ACTORS.get(line.actor, line.actor))} {line.note}")
            for line in lines
        )  # fmt: skip

    def _record(self, request: HttpRequest, verb: str, made: Withdrawal, reason: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        after = {"state": made.state.value, "amount_fen": made.amount_fen, "tax_fen": made.tax_fen}
        identity.audit(who, f"payouts.{verb}", ("withdrawal", made.id), {}, after, reason=reason)

    def _actor(self, request: HttpRequest) -> str:
        return identity.require(request.principal).user_id  # type: ignore[attr-defined]

    @detail_action("初审通过", roles={Role.FINANCE, Role.OPERATOR}, icon="looks_one", warning="还需另一位财务复核。")
    def propose(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        note = form.cleaned_data["reason"]
        made = facade.propose(object_id, actor=self._actor(request), note=note, now=clock.now())
        self._record(request, "propose", made, note)

    @detail_action("复核通过", roles={Role.FINANCE}, icon="looks_two", warning="复核人不能是初审人或收款人。")
    def approve(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        note = form.cleaned_data["reason"]
        made = facade.approve(object_id, actor=self._actor(request), note=note, now=clock.now())
        self._record(request, "approve", made, note)

    @detail_action("驳回", roles={Role.FINANCE, Role.OPERATOR}, icon="close", warning="金额退回可提现余额。")
    def reject(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        reason = form.cleaned_data["reason"]
        made = facade.reject(object_id, actor=self._actor(request), reason=reason, now=clock.now())
        self._record(request, "reject", made, reason)

    @detail_action("登记对公打款结果", roles={Role.FINANCE}, form=BankForm, icon="account_balance")
    def record_bank(self, request: HttpRequest, form: BankForm, object_id: str) -> None:
        given = form.cleaned_data
        made = facade.record_bank(
            object_id, paid=given["outcome"] == "paid", reference=given["reference"], actor=self._actor(request),
            note=given["reason"], now=clock.now(),
        )  # fmt: skip
        self._record(request, "record_bank", made, given["reason"])


class TaxYearAdmin(ReadOnlyAdmin):
    icon = "calculate"
    ops_roles = DESK
    list_display = ("promoter_id", "year", "months", "last_month", "income", "withheld")
    list_filter = ("year",)
    search_fields = ("promoter_id__exact",)
    ordering = ("-id",)

    @admin.display(description="累计收入", ordering="income_fen")
    def income(self, row: models.TaxYear) -> Any:
        return money(row.income_fen)

    @admin.display(description="累计已预扣", ordering="withheld_fen")
    def withheld(self, row: models.TaxYear) -> Any:
        return money(row.withheld_fen)


class TaxLineAdmin(ReadOnlyAdmin):
    icon = "receipt_long"
    ops_roles = DESK
    list_display = (
        "withdrawal_id",
        "promoter_id",
        "month",
        "method",
        "version",
        "base",
        "rate_bp",
        "taken",
        "reversed_at",
    )
    list_filter = ("month", "method")
    search_fields = ("withdrawal_id__exact", "promoter_id__exact")
    ordering = ("-id",)

    @admin.display(description="应纳税所得额（元）")
    def base(self, row: models.TaxLine) -> Any:
        return money(row.base_fen)

    @admin.display(description="本次预扣（元）")
    def taken(self, row: models.TaxLine) -> Any:
        return money(row.tax_fen)


class CapAdmin(ReadOnlyAdmin):
    icon = "speed"
    ops_roles = DESK
    list_display = ("scope", "owner", "period", "used_fen", "limit_fen")
    list_filter = ("scope",)
    search_fields = ("owner__exact", "period__exact")
    ordering = ("-id",)


class PolicyAdmin(ReadOnlyAdmin):
    icon = "gavel"
    ops_roles = DESK
    list_display = (
        "version", "effective_from", "tax_method", "review_above_fen", "payee_daily_fen", "platform_daily_fen",
        "cooling_hours", "verified_on",
    )  # fmt: skip
    ordering = ("-effective_from",)


ops_site.register(models.Withdrawal, WithdrawalAdmin)
ops_site.register(models.TaxLine, TaxLineAdmin)
ops_site.register(models.TaxYear, TaxYearAdmin)
ops_site.register(models.Cap, CapAdmin)
ops_site.register(models.Policy, PolicyAdmin)


@dashboard(ops_site, order=20)
def _queue(request: HttpRequest) -> Section | None:
    principal = getattr(request, "principal", None)
    if principal is None or not principal.has(*DESK):
        return None
    return Section(
        "提现",
        [
            Figure(
                TITLES[one.state.value],
                str(one.count),
                f"共 {yuan(one.amount_fen)} 元，最早一笔已等 {one.oldest_age_s // 3600} 小时"
                if one.count
                else "队列为空",
                href=f"/ops/payouts/withdrawal/?state__exact={one.state.value}",
                tone="bad" if one.state is State.UNKNOWN and one.count else "warn" if one.oldest_age_s > 86_400 else "",
            )
            for one in facade.queue(clock.now())
        ],
    )
