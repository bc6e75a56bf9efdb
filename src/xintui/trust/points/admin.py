"""Console pages: whose points, each move in words, what was redeemed; corrections, asked for and done by two."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import (
    Queue,
    ReadOnlyAdmin,
    ReasonForm,
    cells,
    detail_action,
    ops_site,
    place,
    queue,
    waiting,
    words,
)
from xintui.kernel.times import accounting_date, month_of
from xintui.trust.points import facade
from xintui.trust.points.contracts import (
    CORRECTION_NAMES,
    VOUCHER_NAMES,
    CorrectionKind,
    CorrectionState,
    VoucherState,
)
from xintui.trust.points.models import Correction, Member, Settled, Voucher

READERS: Final = frozenset({Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
CORRECTORS: Final = frozenset({Role.OPERATOR, Role.REVIEWER})

place("ptv", "points_voucher", "积分兑换")
place("ptc", "points_correction", "积分更正")
words("object", {"points": "信任积分", "voucher": "积分兑换", "correction": "积分更正"})
words("action", {
    "points.correct": "提出积分更正", "points.approve": "执行积分更正", "points.refuse": "驳回积分更正",
    "points.redeem": "兑换工具", "points.use": "使用兑换",
    "points.give_back": "退回兑换", "points.voucher_expired": "兑换过期",
})  # fmt: skip
words("reason", {
    "points.earned": "获得积分", "points.redeemed": "兑换", "points.returned": "退回兑换",
    "points.pledged": "积分抵保证金", "points.released": "取回抵扣的积分", "points.expired": "积分到期",
    "points.taken": "扣回积分",
})  # fmt: skip
words("key", {"points": "积分", "tool": "工具", "used_for": "用于"})
words("value", {one.value: says for one, says in CORRECTION_NAMES.items()})
words("value", {one.code: one.title for one in facade.catalogue(accounting_date(clock.now())).tools.values()})


class CorrectForm(ReasonForm):
    points = forms.IntegerField(
        label="积分", min_value=1, max_value=10_000_000, widget=UnfoldAdminIntegerFieldWidget()
    )  # fmt: skip
    number = forms.RegexField(
        regex=r"^[\w.-]{2,64}$", label="事由编号", widget=UnfoldAdminTextInputWidget(),
        help_text="例如工单号、违规号；同一编号只计一次",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "理由（当事人可见）"


class MemberAdmin(ReadOnlyAdmin):
    icon = "savings"
    ops_roles = READERS
    audited_as = "points"
    named_by = "id"
    list_display = ("name", "free", "pledged", "ever", "gone", "expiring", "number")
    search_fields = ("id__exact",)
    ordering = ("-earned", "id")
    empty_says = "还没有积分：成交、守规与服务按规则得到的积分出现在这里。"
    fields = ("name", "number", "free", "pledged", "ever", "gone", "expiring", "told")
    readonly_fields = ("name", "number", "free", "pledged", "ever", "gone", "expiring", "told")
    actions_detail = ("grant", "take")

    def prepare(self, rows: list[Any]) -> None:
        """The balances of everybody on the page, in as many questions as for one."""
        found = facade.accounts([row.id for row in rows], today=accounting_date(clock.now()))
        for row in rows:
            row.there = found[row.id]

    def _there(self, row: Any) -> Any:
        if not hasattr(row, "there"):
            row.there = facade.account(row.id, today=accounting_date(clock.now()))
        return row.there

    @admin.display(description="推客")
    def name(self, row: Any) -> str:
        return self.name_of(row)

    @admin.display(description="编号", ordering="id")
    def number(self, row: Member) -> Any:
        return cells.copied(row.id)

    @admin.display(description="可用")
    def free(self, row: Member) -> str:
        return f"{self._there(row).free:,}"

    @admin.display(description="抵保证金")
    def pledged(self, row: Member) -> str:
        return f"{self._there(row).pledged:,}"

    @admin.display(description="累计获得", ordering="earned")
    def ever(self, row: Member) -> str:
        return f"{row.earned:,}"

    @admin.display(description="累计用去", ordering="used")
    def gone(self, row: Member) -> str:
        return f"{row.used:,}"

    @admin.display(description="最近到期")
    def expiring(self, row: Member) -> str:
        there = self._there(row)
        return f"{there.expires_on} 到期 {there.expiring:,}" if there.expiring else self.get_empty_value_display()

    @admin.display(description="明细")
    def told(self, row: Member) -> SafeString:
        earned = facade.earnings(row.id, limit=50)
        shown = {
            "lines": [(one, f"{one.points:+,}", f"{one.balance:,}") for one in facade.history(row.id)],
            "earnings": [(one, f"{one.points:,}") for one in earned.items],
            "more": earned.next,
            "vouchers": [(one, f"{one.points:,}", VOUCHER_NAMES[one.state]) for one in facade.vouchers(row.id)],
        }
        return render_to_string("points/file.html", shown)

    @detail_action(
        "补发", roles=CORRECTORS, form=CorrectForm, icon="add", warning="由另一人复核后生效；当事人会看到理由。"
    )
    def grant(self, request: HttpRequest, form: CorrectForm, object_id: str) -> None:
        self._ask(request, form, object_id, CorrectionKind.GRANT)

    @detail_action(
        "扣回",
        roles=CORRECTORS,
        form=CorrectForm,
        icon="remove",
        warning="由另一人复核后生效，最多扣到可用积分为零；当事人会看到理由。",
    )
    def take(self, request: HttpRequest, form: CorrectForm, object_id: str) -> None:
        self._ask(request, form, object_id, CorrectionKind.TAKE)

    def _ask(self, request: HttpRequest, form: CorrectForm, member_id: str, kind: CorrectionKind) -> None:
        who, given = identity.require(request.principal), form.cleaned_data  # type: ignore[attr-defined]
        facade.ask(
            member_id, kind, given["points"], number=given["number"], reason=given["reason"], by=who, now=clock.now()
        )
        self.message_user(request, "已提出，等待另一人复核", messages.SUCCESS)


class CorrectionAdmin(ReadOnlyAdmin):
    icon = "rule"
    ops_roles = READERS
    good = frozenset({CorrectionState.DONE})
    audited_as = "correction"
    named_by = "member_id"
    list_display = ("who", "kind", "amount", "reason", "state", "asked_at", "number")
    list_filter = ("state", "kind", "asked_at")
    search_fields = ("id__exact", "member_id__exact", "number__exact")
    ordering = ("-id",)
    empty_says = "没有积分更正：在信任积分里打开一个账户，可以提出补发或扣回。"
    fields = (
        "who", "kind", "amount", "reason", "number", "state", "asked_by", "asked_at", "decided_by", "decided_at",
        "answer", "id",
    )  # fmt: skip
    readonly_fields = ("who", "amount")
    actions_detail = ("approve", "refuse")

    @admin.display(description="当事人")
    def who(self, row: Any) -> str:
        return self.name_of(row)

    @admin.display(description="积分", ordering="points")
    def amount(self, row: Correction) -> str:
        return f"{row.points if row.kind == CorrectionKind.GRANT else -row.points:+,}"

    @detail_action(
        "复核通过", roles=CORRECTORS, icon="check", when=lambda row: row.state == CorrectionState.ASKED,
        warning="立即生效；当事人会看到提出时写明的理由。提出人不能复核自己的更正。",
    )  # fmt: skip
    def approve(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.approve(object_id, by=who, now=clock.now())
        self.message_user(request, "已执行并记入审计", messages.SUCCESS)

    @detail_action("驳回", roles=CORRECTORS, icon="close", when=lambda row: row.state == CorrectionState.ASKED)
    def refuse(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.refuse(object_id, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已驳回", messages.SUCCESS)


class VoucherAdmin(ReadOnlyAdmin):
    icon = "confirmation_number"
    ops_roles = READERS
    good = frozenset({VoucherState.HELD, VoucherState.USED})
    audited_as = "voucher"
    named_by = "member_id"
    list_display = ("who", "title", "points", "state", "at", "valid_until", "used_for")
    list_filter = ("state", "tool", "at")
    search_fields = ("id__exact", "member_id__exact", "used_for__exact")
    ordering = ("-id",)
    empty_says = "还没有人兑换。"
    fields = ("who", "title", "points", "state", "at", "valid_until", "used_for", "ended_at", "version", "id")
    readonly_fields = ("who",)

    @admin.display(description="推客")
    def who(self, row: Any) -> str:
        return self.name_of(row)


class SettledAdmin(ReadOnlyAdmin):
    icon = "event_available"
    ops_roles = READERS
    list_display = ("which", "members", "given", "version", "at")
    ordering = ("-month",)
    empty_says = "还没有发放过：每月 15 日发放上一个月的积分。"
    fields = ("which", "members", "given", "version", "at")
    readonly_fields = ("which", "given")

    @admin.display(description="月份", ordering="month")
    def which(self, row: Settled) -> str:
        return month_of(row.month)

    @admin.display(description="积分合计", ordering="points")
    def given(self, row: Settled) -> str:
        return f"{row.points:,}"


ops_site.register(Member, MemberAdmin)
ops_site.register(Voucher, VoucherAdmin)
ops_site.register(Correction, CorrectionAdmin)
ops_site.register(Settled, SettledAdmin)


@queue(ops_site, roles=CORRECTORS, order=17)
def to_check(request: HttpRequest) -> Iterable[Queue]:
    """What somebody asked for and another one has to look at."""
    rows = Correction.objects.filter(state=CorrectionState.ASKED)
    found = waiting(rows, since="asked_at", hours=48)
    yield Queue("待复核的积分更正", "/ops/points/correction/?state__exact=asked", *found, "提出后超过 48 小时")
