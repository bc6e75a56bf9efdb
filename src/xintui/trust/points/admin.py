"""Console pages: whose points, each move in words, what was redeemed; points given and taken, with a reason."""

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
from xintui.infra.console import ReadOnlyAdmin, ReasonForm, called, cells, detail_action, ops_site, place, words
from xintui.kernel.times import accounting_date, month_of
from xintui.trust.points import facade
from xintui.trust.points.contracts import VOUCHER_NAMES, VoucherState
from xintui.trust.points.models import Member, Settled, Voucher

READERS: Final = frozenset({Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
CORRECTORS: Final = frozenset({Role.OPERATOR})

place("ptv", "points_voucher", "积分兑换")
words("object", {"points": "信任积分", "voucher": "积分兑换"})
words("action", {
    "points.grant": "补发积分", "points.take": "扣回积分", "points.redeem": "兑换工具", "points.use": "使用兑换",
    "points.give_back": "退回兑换", "points.voucher_expired": "兑换过期",
})  # fmt: skip
words("reason", {
    "points.earned": "获得积分", "points.redeemed": "兑换", "points.returned": "退回兑换",
    "points.pledged": "积分抵保证金", "points.released": "取回抵扣的积分", "points.expired": "积分到期",
    "points.taken": "扣回积分",
})  # fmt: skip
words("key", {"points": "积分", "tool": "工具", "used_for": "用于"})
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
    list_display = ("name", "free", "pledged", "ever", "gone", "expiring", "number")
    search_fields = ("id__exact",)
    ordering = ("-earned", "id")
    empty_says = "还没有积分：成交、守规与服务按规则得到的积分出现在这里。"
    fields = ("name", "number", "free", "pledged", "ever", "gone", "expiring", "told")
    readonly_fields = ("name", "number", "free", "pledged", "ever", "gone", "expiring", "told")
    actions_detail = ("grant", "take")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Names and balances of everybody on the page, in as many questions as there are of them."""
        page = super().get_changelist_instance(request)
        rows = list(page.result_list)
        page.result_list = rows
        names, ids = called(row.id for row in rows), [row.id for row in rows]
        found = facade.accounts(ids, today=accounting_date(clock.now()))
        for row in rows:
            row.name, row.there = names.get(row.id, row.id), found[row.id]
        return page

    def _there(self, row: Any) -> Any:
        if not hasattr(row, "there"):
            row.there = facade.account(row.id, today=accounting_date(clock.now()))
        return row.there

    @admin.display(description="推客")
    def name(self, row: Any) -> str:
        return str(getattr(row, "name", "") or called([row.id]).get(row.id, row.id))

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
        "补发", roles=CORRECTORS, form=CorrectForm, icon="add", warning="补发的积分立即可用，当事人会看到理由。"
    )
    def grant(self, request: HttpRequest, form: CorrectForm, object_id: str) -> None:
        who, given = identity.require(request.principal), form.cleaned_data  # type: ignore[attr-defined]
        facade.grant(object_id, given["number"], given["points"], given["reason"], by=who, now=clock.now())
        self.message_user(request, "已补发并记入审计", messages.SUCCESS)

    @detail_action(
        "扣回", roles=CORRECTORS, form=CorrectForm, icon="remove", warning="最多扣到可用积分为零；当事人会看到理由。"
    )
    def take(self, request: HttpRequest, form: CorrectForm, object_id: str) -> None:
        who, given = identity.require(request.principal), form.cleaned_data  # type: ignore[attr-defined]
        facade.take(object_id, given["number"], given["points"], given["reason"], by=who, now=clock.now())
        self.message_user(request, "已扣回并记入审计", messages.SUCCESS)


class VoucherAdmin(ReadOnlyAdmin):
    icon = "confirmation_number"
    ops_roles = READERS
    good = frozenset({VoucherState.HELD, VoucherState.USED})
    audited_as = "voucher"
    list_display = ("who", "title", "points", "state", "at", "valid_until", "used_for")
    list_filter = ("state", "tool", "at")
    search_fields = ("id__exact", "member_id__exact", "used_for__exact")
    ordering = ("-id",)
    empty_says = "还没有人兑换。"
    fields = ("who", "title", "points", "state", "at", "valid_until", "used_for", "ended_at", "version", "id")
    readonly_fields = ("who",)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The names of everybody on the page in one question."""
        page = super().get_changelist_instance(request)
        rows = list(page.result_list)
        page.result_list = rows
        names = called(row.member_id for row in rows)
        for row in rows:
            row.name = names.get(row.member_id, row.member_id)
        return page

    @admin.display(description="推客")
    def who(self, row: Any) -> str:
        return str(getattr(row, "name", "") or called([row.member_id]).get(row.member_id, row.member_id))


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
ops_site.register(Settled, SettledAdmin)
