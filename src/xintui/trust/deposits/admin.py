"""Console pages: whose deposit, what it is made of, what holds it back, and what the desk has to give back."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextInputWidget

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger import facade as ledger
from xintui.infra import clock
from xintui.infra.console import (
    ProofForm,
    Queue,
    ReadOnlyAdmin,
    detail_action,
    ops_site,
    place,
    queue,
    waiting,
    words,
)
from xintui.infra.console.cells import money, percent, reason
from xintui.kernel.times import accounting_date
from xintui.trust.deposits import facade, holdings
from xintui.trust.deposits.contracts import (
    CLAIM_STATE_NAMES,
    PART_NAMES,
    PART_STATE_NAMES,
    RETURN_STATE_NAMES,
    ReturnState,
    State,
)
from xintui.trust.deposits.models import Claim, Deposit, Return
from xintui.trust.points import facade as points

DESK: Final = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR})
NO_LIMIT: Final = "不限"

place("dep", "deposits_deposit", "保证金")
place("dpr", "deposits_return", "保证金退还")
place("dpc", "deposits_claim", "保证金扣留")
words("object", {"deposit": "保证金"})
words("action", {
    "deposits.agree": "同意缴纳保证金", "deposits.leave": "申请退还保证金", "deposits.stay": "保证金继续使用",
    "deposits.claim": "扣留保证金", "deposits.claim_paid": "以保证金赔付", "deposits.claim_dropped": "撤销保证金扣留",
    "deposits.claim_restored": "改判，退还已赔付的保证金",
    "deposits.return_by_desk": "人工退还保证金", "deposits.offset": "积分抵保证金",
    "deposits.offset_back": "取回抵扣的积分", "deposits.postpone": "分期延期",
})  # fmt: skip
words("reason", {
    "deposits.paid": "缴纳保证金", "deposits.returned": "退还保证金", "deposits.claim": "保证金赔付",
    "deposits.return": "保证金退还中", "deposits.restored": "改判，补回保证金",
    "deposits.room": "保证金对应的积分抵扣额度", "disputes.case": "投诉", "commission.debt": "佣金欠款",
})  # fmt: skip
words("key", {
    "class": "商品风险", "band": "风险档", "target_fen": "应缴", "claim": "扣留", "key": "事由编号",
    "asked_fen": "主张金额", "held_fen": "扣留金额", "paid_fen": "赔付金额", "reference": "银行流水号",
    "part": "缴款", "due_on": "应缴日",
})  # fmt: skip
words("value", {"medium": "中风险", "high": "高风险"})


class DepositAdmin(ReadOnlyAdmin):
    icon = "shield"
    ops_roles = DESK
    good = frozenset({State.OPEN})
    audited_as = "deposit"
    list_display = ("id", "holder_kind", "holder_id", "risk_class", "band", "state", "target", "paid", "held", "allows")
    list_filter = ("holder_kind", "state", "risk_class", "band")
    search_fields = ("id__exact", "holder_id__exact")
    ordering = ("-id",)
    empty_says = "还没有保证金；推客和商家在自己的页面上缴纳，低风险商品不需要。"
    fields = (
        "id", "state", "holder_kind", "holder_id", "risk_class", "target", "paid", "held", "pledged", "allows",
        "opened_at", "closed_at", "told",
    )  # fmt: skip
    readonly_fields = ("target", "paid", "held", "pledged", "allows", "told")

    def prepare(self, rows: list[Any]) -> None:
        """The balances of everything on the page, in one question."""
        found = ledger.balances({holdings.account(row) for row in rows})
        for row in rows:
            row.balance = found[holdings.account(row)]

    def _balance(self, row: Any) -> Any:
        if not hasattr(row, "balance"):
            row.balance = ledger.balance(holdings.account(row))
        return row.balance

    @admin.display(description="应缴", ordering="target_fen")
    def target(self, row: Deposit) -> Any:
        return money(row.target_fen)

    @admin.display(description="账上")
    def paid(self, row: Deposit) -> Any:
        return money(0 if row.state == State.CLOSED else self._balance(row).posted_fen)

    @admin.display(description="扣留与在退")
    def held(self, row: Deposit) -> Any:
        return money(0 if row.state == State.CLOSED else self._balance(row).held_fen)

    @admin.display(description="积分抵扣")
    def pledged(self, row: Deposit) -> str:
        return f"{points.pledged([row.holder_id])[row.holder_id]:,}" if row.state != State.CLOSED else "0"

    @admin.display(description="在推 / 可推商品")
    def allows(self, row: Deposit) -> str:
        return f"{row.goods} / {NO_LIMIT if row.quota is None else row.quota}"

    @admin.display(description="明细")
    def told(self, row: Deposit) -> SafeString:
        one = facade.one(row.id, today=accounting_date(clock.now()))
        shown: dict[str, Any] = {"one": one, "facts": row.facts, "refunded": percent(row.facts["refunded_bp"])}
        shown["parts"] = [
            {"part": part, "name": f"{PART_NAMES[part.kind]} {part.seq}", "state": PART_STATE_NAMES[part.state]}
            for part in one.parts
        ]
        shown["claims"] = [{"claim": claim, "state": CLAIM_STATE_NAMES[claim.state]} for claim in one.claims]
        shown["returns"] = [{"back": back, "state": RETURN_STATE_NAMES[back.state]} for back in one.returns]
        return render_to_string("deposits/file.html", shown)


class ClaimAdmin(ReadOnlyAdmin):
    icon = "front_hand"
    ops_roles = DESK
    list_display = ("id", "deposit_id", "says", "state", "asked", "held", "paid", "opened_at", "closed_at")
    list_filter = ("state",)
    search_fields = ("id__exact", "deposit_id__exact", "key__exact")
    ordering = ("-id",)
    empty_says = "没有扣留：每一笔保证金都随时可退。"
    fields = ("id", "state", "deposit_id", "says", "asked", "held", "paid", "about", "opened_at", "closed_at")
    readonly_fields = ("asked", "held", "paid", "about")

    @admin.display(description="事由编号")
    def about(self, row: Claim) -> Any:
        return reason(row.key, "ops")

    @admin.display(description="主张", ordering="asked_fen")
    def asked(self, row: Claim) -> Any:
        return money(row.asked_fen)

    @admin.display(description="扣留", ordering="held_fen")
    def held(self, row: Claim) -> Any:
        return money(row.held_fen)

    @admin.display(description="赔付", ordering="paid_fen")
    def paid(self, row: Claim) -> Any:
        return money(row.paid_fen)


class TransferForm(ProofForm):
    reference = forms.CharField(
        label="银行流水号",
        min_length=4,
        max_length=64,
        widget=UnfoldAdminTextInputWidget(),
        help_text="退还到缴款人本人账户",
    )


class ReturnAdmin(ReadOnlyAdmin):
    icon = "undo"
    ops_roles = DESK
    good = frozenset({ReturnState.DONE})
    list_display = ("id", "deposit_id", "state", "amount", "asked_at", "done_at", "note")
    list_filter = ("state",)
    search_fields = ("id__exact", "deposit_id__exact")
    ordering = ("-id",)
    empty_says = "还没有退还过保证金。"
    fields = ("id", "state", "deposit_id", "part_id", "amount", "asked_at", "done_at", "note")
    readonly_fields = ("amount",)
    actions_detail = ("record",)

    @admin.display(description="金额", ordering="amount_fen")
    def amount(self, row: Return) -> Any:
        return money(row.amount_fen)

    @detail_action(
        "登记银行退还", roles={Role.FINANCE}, form=TransferForm, icon="account_balance",
        when=lambda row: row.state == ReturnState.DESK, warning="支付渠道不能原路退回，由财务转账后登记。",
    )  # fmt: skip
    def record(self, request: HttpRequest, form: TransferForm, object_id: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        given = form.cleaned_data
        facade.returned_by_desk(object_id, given["reference"], by=who, reason=given["reason"], now=clock.now())
        self.message_user(request, "已登记并记入审计", messages.SUCCESS)


ops_site.register(Deposit, DepositAdmin)
ops_site.register(Claim, ClaimAdmin)
ops_site.register(Return, ReturnAdmin)


@queue(ops_site, roles={Role.FINANCE}, order=18)
def _to_give_back(request: HttpRequest) -> Iterable[Queue]:
    """What only a person can give back."""
    rows = Return.objects.filter(state=ReturnState.DESK)
    found = waiting(rows, since="asked_at", hours=24)
    yield Queue("待人工退还的保证金", "/ops/deposits/return/?state__exact=desk", *found, "申请后超过 24 小时")
