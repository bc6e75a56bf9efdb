"""Console pages: the queue of withdrawals with four eyes, tax as it was computed, limits."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import (
    Figure,
    ReadOnlyAdmin,
    ReasonForm,
    Section,
    called,
    dashboard,
    detail_action,
    ops_site,
    place,
    words,
)
from xintui.infra.console.cells import ago, money, story
from xintui.kernel.errors import DomainError
from xintui.kernel.money import yuan
from xintui.kernel.times import accounting_date
from xintui.promotion.payouts import facade, models
from xintui.promotion.payouts.contracts import Rail, Registration, State, Withdrawal
from xintui.promotion.payouts.papers import recorded, recorded_file, shown

DESK = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR})
TITLES = dict(models.STATES)
ACTORS = {"system": "系统"}
VERBS = {
    "request": "申请", "ask_cancel": "申请撤销", "cancel": "撤销", "propose": "初审通过", "approve": "复核通过",
    "reject": "驳回", "send": "提交打款", "stop": "停止", "silence": "渠道未应答", "pay": "到账", "fail": "未成功",
    "wait": "等待额度", "expire": "逾期未确认",
}  # fmt: skip


METHODS = {"iit_platform": "平台从业人员累计预扣", "iit_labour": "劳务报酬预扣"}
SCOPES = {"payee_day": "每人每日", "payee_month": "每人每月", "platform_day": "平台每日"}
place("wdr", "payouts_withdrawal", "提现")
words("object", {"withdrawal": "提现", "tax_report": "涉税报送"})
words(
    "action",
    {f"payouts.{verb}": f"提现{says}" for verb, says in VERBS.items()}
    | {
        "payouts.record_bank": "登记对公打款结果",
        "payouts.set_tax_profile": "登记税务身份",
        "payouts.export_tax_report": "导出涉税报送",
    },
)
words("reason", {"payouts.hold": "提现冻结", "payouts.paid": "提现到账"})
words("key", {
    "year": "年度", "months": "连续月数", "last_month": "最近月份", "income_fen": "累计收入",
    "withheld_fen": "累计已预扣",
    "exempt_fen": "累计免税", "relief_fen": "累计减免", "other_deductions_fen": "累计其他扣除", "amount_fen": "金额",
    "tax_fen": "个税",
})  # fmt: skip
words("value", TITLES)


class MoneyForm(ReasonForm):
    """Money moves on: the person proves again that it is them when the last proof is older than five minutes."""

    proof = forms.CharField(
        label="动态口令", required=False, max_length=128,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text="距上次验证超过 5 分钟时必填；未绑定动态口令的账号填登录密码",
    )  # fmt: skip

    def clean(self) -> dict[str, str]:
        """Here and not in the action: a refused action is undone, and a wrong try must stay counted."""
        given: dict[str, str] = super().clean() or self.cleaned_data
        who, device_id, proof = self.request.principal, self.request.device_id, given.get("proof", "")
        try:
            if proof:
                identity.step_up(who, device_id, otp=proof, password=proof, now=clock.now())
            identity.require_fresh(who, device_id, now=clock.now())
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return given


class BankForm(MoneyForm):
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


class ProfileForm(ReasonForm):
    resident = forms.ChoiceField(
        label="居民身份", choices=[("yes", "居民个人"), ("no", "非居民个人")], widget=UnfoldAdminSelectWidget()
    )
    registration = forms.ChoiceField(label="税务登记", choices=models.REGISTRATIONS, widget=UnfoldAdminSelectWidget())
    country = forms.RegexField("^[A-Z]{3}$", label="国家或地区（三位字母）", widget=UnfoldAdminTextInputWidget())
    from_month = forms.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$", label="自月份起", required=False, widget=UnfoldAdminTextInputWidget(),
        help_text="留空为本月；原因栏请写依据材料",
    )  # fmt: skip


def _unseen(row: models.Withdrawal) -> bool:
    return row.state == State.REVIEW.value and not row.maker


def _seen_once(row: models.Withdrawal) -> bool:
    return row.state == State.REVIEW.value and bool(row.maker)


def _rejectable(row: models.Withdrawal) -> bool:
    return row.state in (State.REVIEW.value, State.APPROVED.value)


def _at_the_bank(row: models.Withdrawal) -> bool:
    return row.rail == Rail.BANK.value and row.state in (State.SENDING.value, State.UNKNOWN.value)


class WithdrawalAdmin(ReadOnlyAdmin):
    spoken = {"kind": {"individual": "个人", "sole_trader": "个体工商户", "company": "企业"}}
    icon = "payments"
    codes = frozenset({"payee_digest"})
    ops_roles = DESK
    list_display = (
        "id", "state", "promoter_id", "amount", "vat", "tax", "net", "waited", "needs_review", "maker", "checker",
        "requested_at",
    )  # fmt: skip
    list_filter = ("state", "rail", "kind", "needs_review")
    search_fields = ("id__exact", "promoter_id__exact", "transfer_id__exact", "invoice_ref__exact")
    ordering = ("-id",)
    fields = (
        "id", "state", "promoter_id", "kind", "amount", "vat", "tax", "net", "reason", "rail", "transfer_id",
        "payee_masked", "payee_version", "invoice_ref", "bank_ref", "needs_review", "maker", "checker", "requested_at",
        "not_before", "sent_at", "settled_at", "paid_month", "payee_digest", "explained", "told",
    )  # fmt: skip
    readonly_fields = ("amount", "vat", "tax", "net", "explained", "told")
    actions_detail = ("propose", "approve", "reject", "record_bank", "set_profile")

    @admin.display(description="申请", ordering="amount_fen")
    def amount(self, row: models.Withdrawal) -> Any:
        return money(row.amount_fen)

    @admin.display(description="增值税")
    def vat(self, row: models.Withdrawal) -> Any:
        return money(row.vat_fen)

    @admin.display(description="个税")
    def tax(self, row: models.Withdrawal) -> Any:
        return money(row.tax_fen)

    @admin.display(description="实付")
    def net(self, row: models.Withdrawal) -> Any:
        return money(row.amount_fen - row.tax_fen - row.vat_fen)

    @admin.display(description="已等待")
    def waited(self, row: models.Withdrawal) -> str:
        if row.settled_at:
            return "—"
        return ago(row.requested_at).removesuffix("前")

    @admin.display(description="税款计算")
    def explained(self, row: models.Withdrawal) -> Any:
        found = [("增值税", facade.vat_line(row.id)), ("个税", facade.tax_line(row.id))]
        lines = [(name, one) for name, line in found if line for one in line.step.lines]
        if not lines:
            return "打款时计算"
        return format_html('<div class="xt-lines">{}</div>', format_html_join("", "<div>{}：{}</div>", lines))

    @admin.display(description="经过")
    def told(self, row: models.Withdrawal) -> Any:
        lines = facade.history(row.id)
        people = called(line.actor for line in lines)
        return story(
            (line.at, f"{VERBS.get(line.verb, line.verb)} → {TITLES[line.state.value]}",
             f"{people.get(line.actor, ACTORS.get(line.actor, line.actor))} {line.note}")
            for line in lines
        )  # fmt: skip

    def _record(self, request: HttpRequest, verb: str, before: Withdrawal, made: Withdrawal, reason: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        recorded(who, verb, before, made, reason)

    def _actor(self, request: HttpRequest) -> str:
        return identity.require(request.principal).user_id  # type: ignore[attr-defined]

    @detail_action(
        "初审通过",
        roles={Role.FINANCE, Role.OPERATOR},
        form=MoneyForm,
        icon="looks_one",
        warning="还需另一位财务复核。",
        when=_unseen,
    )
    def propose(self, request: HttpRequest, form: MoneyForm, object_id: str) -> None:
        note = form.cleaned_data["reason"]
        before = facade.get(object_id)
        made = facade.propose(object_id, actor=self._actor(request), note=note, now=clock.now())
        self._record(request, "propose", before, made, note)

    @detail_action(
        "复核通过",
        roles={Role.FINANCE},
        form=MoneyForm,
        icon="looks_two",
        warning="复核人不能是初审人或收款人。",
        when=_seen_once,
    )
    def approve(self, request: HttpRequest, form: MoneyForm, object_id: str) -> None:
        note = form.cleaned_data["reason"]
        before = facade.get(object_id)
        made = facade.approve(object_id, actor=self._actor(request), note=note, now=clock.now())
        self._record(request, "approve", before, made, note)

    @detail_action(
        "驳回", roles={Role.FINANCE, Role.OPERATOR}, icon="close", warning="金额退回可提现余额。", when=_rejectable
    )
    def reject(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        reason = form.cleaned_data["reason"]
        before = facade.get(object_id)
        made = facade.reject(object_id, actor=self._actor(request), reason=reason, now=clock.now())
        self._record(request, "reject", before, made, reason)

    @detail_action("登记对公打款结果", roles={Role.FINANCE}, form=BankForm, icon="account_balance", when=_at_the_bank)
    def record_bank(self, request: HttpRequest, form: BankForm, object_id: str) -> None:
        given = form.cleaned_data
        before = facade.get(object_id)
        made = facade.record_bank(
            object_id, paid=given["outcome"] == "paid", reference=given["reference"], actor=self._actor(request),
            note=given["reason"], now=clock.now(),
        )  # fmt: skip
        self._record(request, "record_bank", before, made, given["reason"])

    @detail_action(
        "收款人税务身份", roles={Role.FINANCE}, form=ProfileForm, icon="badge",
        warning="决定之后打款适用的税表；当月已扣税的自次月起生效。",
    )  # fmt: skip
    def set_profile(self, request: HttpRequest, form: ProfileForm, object_id: str) -> None:
        who, given = identity.require(request.principal), form.cleaned_data  # type: ignore[attr-defined]
        promoter_id = facade.get(object_id).promoter_id
        before = facade.profile(promoter_id, "9999-12")
        made = facade.set_profile(
            promoter_id, resident=given["resident"] == "yes", registration=Registration(given["registration"]),
            country=given["country"], proof=given["reason"][:200], from_month=given["from_month"], actor=who.user_id,
            now=clock.now(),
        )  # fmt: skip
        identity.audit(
            who, "payouts.set_tax_profile", ("promoter", promoter_id), shown(before), shown(made),
            reason=given["reason"],
        )  # fmt: skip


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
    spoken = {"method": METHODS, "agent": {"platform": "平台"}}
    list_filter = ("month", "method")
    search_fields = ("withdrawal_id__exact", "promoter_id__exact")
    ordering = ("-id",)

    @admin.display(description="应纳税所得额")
    def base(self, row: models.TaxLine) -> Any:
        return money(row.base_fen)

    @admin.display(description="本次预扣")
    def taken(self, row: models.TaxLine) -> Any:
        return money(row.tax_fen)


class VatLineAdmin(ReadOnlyAdmin):
    icon = "percent"
    ops_roles = DESK
    list_display = (
        "withdrawal_id", "promoter_id", "month", "period", "gross_fen", "sales_fen", "rate_bp", "vat_fen",
        "carried_fen", "reversed_at",
    )  # fmt: skip
    list_filter = ("month", "period")
    search_fields = ("withdrawal_id__exact", "promoter_id__exact")
    ordering = ("-id",)


class TaxProfileAdmin(ReadOnlyAdmin):
    icon = "badge"
    ops_roles = DESK
    list_display = (
        "promoter_id", "from_month", "resident", "registration", "country", "proof", "set_by", "set_at",
    )  # fmt: skip
    list_filter = ("resident", "registration")
    search_fields = ("promoter_id__exact",)
    ordering = ("-id",)


class CapAdmin(ReadOnlyAdmin):
    icon = "speed"
    ops_roles = DESK
    spoken = {"scope": SCOPES}
    list_display = ("scope", "owner", "period", "used_fen", "limit_fen")
    list_filter = ("scope",)
    search_fields = ("owner__exact", "period__exact")
    ordering = ("-id",)


class PolicyAdmin(ReadOnlyAdmin):
    spoken = {"tax_method": METHODS}
    icon = "gavel"
    ops_roles = DESK
    list_display = (
        "version", "effective_from", "tax_method", "vat_method", "review_above_fen", "payee_daily_fen",
        "platform_daily_fen", "cooling_hours", "verified_on",
    )  # fmt: skip
    ordering = ("-effective_from",)


ops_site.register(models.Withdrawal, WithdrawalAdmin)
ops_site.register(models.TaxLine, TaxLineAdmin)
ops_site.register(models.VatLine, VatLineAdmin)
ops_site.register(models.TaxProfile, TaxProfileAdmin)
ops_site.register(models.TaxYear, TaxYearAdmin)
ops_site.register(models.Cap, CapAdmin)
ops_site.register(models.Policy, PolicyAdmin)


@dashboard(ops_site, order=20, first_for={Role.FINANCE})
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
                f"共 ¥{yuan(one.amount_fen)}，最早一笔已等 {one.oldest_age_s // 3600} 小时"
                if one.count
                else "队列为空",
                href=f"/ops/payouts/withdrawal/?state__exact={one.state.value}",
                tone="bad" if one.state is State.UNKNOWN and one.count else "warn" if one.oldest_age_s > 86_400 else "",
            )
            for one in facade.queue(clock.now())
        ],
    )


def _tax_report(request: HttpRequest) -> HttpResponse:
    """涉税信息报送: what the quarter's file will say, what is missing, and the file for finance."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if not who.has(*DESK):
        raise PermissionDenied
    now = clock.now()
    quarters = facade.report_quarters(now)
    asked = request.GET.get("quarter", "")
    quarter = asked if asked in quarters else quarters[min(1, len(quarters) - 1)]
    report = facade.tax_report(quarter, now=now)
    if request.method == "POST" and (kind := request.POST.get("file", "")) in ("csv", "xlsx"):
        if not who.has(Role.FINANCE):
            raise PermissionDenied
        return recorded_file(who, report, kind)
    context = {
        **ops_site.each_context(request),
        "title": "涉税信息报送",
        "quarters": quarters,
        "report": report,
        "rows": sorted(report.rows, key=lambda row: not row.missing)[:200],
        "late": not report.complete or accounting_date(now) > report.due_on,
        "may_export": who.has(Role.FINANCE),
    }
    return TemplateResponse(request, "payouts/tax_report.html", context)


ops_site.page("payouts/tax-report/", "tax_report")(_tax_report)
ops_site.link("提现", "涉税信息报送", "description", "tax_report", DESK)
