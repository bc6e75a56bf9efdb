"""Console pages of the operators: bills on their way, the inbox, what is quarantined, and the reconciliation."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from xintui.foundation.identity.contracts import Role
from xintui.foundation.payments import facade, models
from xintui.foundation.payments.contracts import METHOD_NAMES
from xintui.infra import clock
from xintui.infra.console import (
    Figure,
    Queue,
    ReadOnlyAdmin,
    ReasonForm,
    Section,
    action,
    bulk_action,
    dashboard,
    detail_action,
    ops_site,
    place,
    queue,
    waiting,
    words,
)
from xintui.infra.console.cells import moment
from xintui.infra.console.cells import money as shown
from xintui.kernel.money import yuan

READERS = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR})
ACTORS = frozenset({Role.OPERATOR, Role.FINANCE})
BILLS = {"payment": "支付单", "refund": "退款单", "transfer": "转账单", "share": "分账单"}
VERBS = {"prepay": "下单", "send": "提交", "query": "查询", "close": "关闭", "cancel": "撤销"}
OUTCOMES = {
    "ok": "成功",
    "done": "成功",
    "refused": "被拒绝",
    "unknown": "结果未知",
    "lost": "无应答",
    "busy": "稍后重试",
}
CAUSES = {"answer": "提交的应答", "callback": "渠道通知", "query": "主动查询", "clock": "到期", "person": "人工"}
LEARNED = {
    "prepay": "已下单", "lose": "无应答", "accept": "已受理", "await": "待收款人确认", "stray": "异常，待人工处理",
    "succeed": "成功", "fail": "失败", "expire": "超时未领", "close": "已关闭",
}  # fmt: skip
"""What was learned last, in words (`rules.Verb`)."""
STATES = {
    "SUCCESS": "成功", "PROCESSING": "处理中", "ACCEPTED": "已受理", "WAIT_USER_CONFIRM": "待收款人确认",
    "TRANSFERING": "转账中", "CANCELING": "撤销中", "CANCELLED": "已撤销", "FAIL": "失败", "CLOSED": "已关闭",
    "ABNORMAL": "异常", "NOTPAY": "未支付", "TRADE_SUCCESS": "交易成功", "TRADE_CLOSED": "交易关闭",
}  # fmt: skip
"""What a gateway calls a bill's state, where that is all it said."""
CODES = {
    "NOT_ENOUGH": "商户余额不足", "FREQUENCY_LIMITED": "请求过快", "SYSTEM_ERROR": "渠道系统繁忙",
    "PARAM_ERROR": "参数有误", "INVALID_REQUEST": "请求不合规", "NO_AUTH": "没有权限", "SIGN_ERROR": "签名有误",
    "QUOTA_EXCEED": "超出限额", "RULE_LIMIT": "超出渠道规则", "RESOURCE_NOT_EXISTS": "渠道查无此单",
    "NOT_FOUND": "渠道查无此单", "ORDER_NOT_EXIST": "渠道查无此单", "NO_REFUND": "渠道查无此退款",
    "ORDERPAID": "订单已支付", "ORDER_CLOSED": "订单已关闭", "NAME_NOT_CORRECT": "收款人姓名不符",
    "OPENID_MISMATCH": "收款人不符", "ACCOUNT_ERROR": "收款账户异常", "MCH_NOT_EXISTS": "商户号不存在",
    "MCH_CANCEL": "商户撤销", "OVERDUE_CLOSE": "超时关闭", "NO_RELATION": "未建立分账关系",
    "RECEIVER_RECEIPT_LIMIT": "接收方超出收款限额", "NOT_OFFERED": "渠道不支持", "FOREIGN_URL": "下载地址不可信",
    "BAD_HASH": "账单摘要不符", "BAD_BILL": "账单无法读取", "NO_STATEMENT_EXIST": "没有这天的账单",
    "STATEMENT_CREATING": "账单生成中", "UNREADABLE": "应答无法读取", "UNSIGNED": "应答没有签名",
    "FUND_CHANGE_N": "已受理", "ReadTimeout": "等待应答超时", "ConnectTimeout": "连接超时", "ConnectError": "连接不上",
    "ReadError": "连接中断", "RemoteProtocolError": "连接中断",
}  # fmt: skip
"""The refusals a person meets; one that is not here is shown as the gateway sent it, to be looked up there."""
VERDICTS = {
    "applied": "已入账", "stale": "早已得知，无需处理", "unconfirmed": "等待再次查询确认",
    "quarantined": "已隔离，待人工处理", "no such bill": "平台没有这笔单据",
}  # fmt: skip
BILL_STATES = dict([*models.SHARE_STATES, *models.TRANSFER_STATES, *models.REFUND_STATES, *models.PAYMENT_STATES])


RAILS = {str(method): title for method, title in METHOD_NAMES.items()}
CHANNELS = {"jsapi": "微信内支付", "native": "扫码支付", "h5": "浏览器支付"}
SAID = {
    "trade_status_sync": "支付宝交易通知",
    "TRANSACTION.SUCCESS": "支付成功", "REFUND.SUCCESS": "退款成功", "REFUND.ABNORMAL": "退款异常",
    "REFUND.CLOSED": "退款关闭", "MCHTRANSFER.BILL.FINISHED": "转账完成",
}  # fmt: skip
words("object", BILLS | {"difference": "对账差异", "quarantine": "隔离通知"})
words("action", {
    "payments.look_now": "立即查询", "payments.assign_difference": "指派差异", "payments.close_difference": "关闭差异",
    "payments.assign_quarantine": "指派隔离通知", "payments.close_quarantine": "关闭隔离通知",
})  # fmt: skip
words("reason", {"payments.gateway_fee": "渠道手续费", "payments.bill": "渠道对账单"})
words("key", {
    "number": "单号", "amount": "金额", "currency": "币种", "payer": "付款人", "at": "时间", "id": "编号",
    "owner": "处理人", "state": "状态",
})  # fmt: skip
words("value", {"open": "待处理", "assigned": "处理中", "closed": "已关闭", "captured": "已支付"})
place("pay", "payments_payment", "支付单")
place("rfd", "payments_refund", "退款单")
place("trf", "payments_transfer", "转账单")


class OwnerForm(ReasonForm):
    owner = forms.CharField(label="处理人", max_length=64, widget=UnfoldAdminTextInputWidget())


def money(field: str, description: str) -> Any:
    """A column in 元 for a field in 分."""

    @admin.display(description=description, ordering=field)
    def show(page: Any, row: Any) -> Any:
        return shown(getattr(row, field))

    return show


class Page(ReadOnlyAdmin):
    ops_roles = READERS
    codes = frozenset(
        {"last_code", "last_message", "refused_code", "code", "event_id", "sha1", "mchid", "transaction_id"}
    )
    spoken = {
        "psp": RAILS,
        "channel": CHANNELS,
        "currency": {"CNY": "人民币"},
        "source": {"callback": "渠道通知", "query": "主动查询"},
        "last_code": LEARNED | CODES,
        "last_message": LEARNED | CODES | STATES,
        "refused_code": CODES,
        "code": LEARNED | CODES,
    }


class BillPage(Page):
    """A bill whose fate the gateway decides: one may ask again, never repeat."""

    actions = ("look_now",)
    amount = money("amount_fen", "金额")

    @action("立即向渠道查询", roles=ACTORS)
    def look_now(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset.filter(settled_at=None)[:200]:
            facade.look_now(request.principal, row.pk, now=clock.now())  # type: ignore[attr-defined]
        self.message_user(request, "已安排查询，结果稍后更新", messages.SUCCESS)


class PaymentAdmin(BillPage):
    icon = "payments"
    list_display = ("id", "subject", "amount", "captured", "refunded", "channel", "state", "created_at", "paid_at")
    list_filter = ("state", "channel", "psp")
    search_fields = ("id__exact", "subject__exact", "transaction_id__exact")
    ordering = ("-id",)
    captured = money("captured_fen", "实收")
    refunded = money("refunded_fen", "已退与在退")
    fields = (
        "id", "subject", "amount", "captured", "refunded", "currency", "channel", "shared", "state", "psp", "mchid",
        "transaction_id", "description", "created_at", "expires_at", "paid_at", "close_asked_at", "attempts", "looks",
        "due_at",
    )  # fmt: skip
    readonly_fields = ("amount", "captured", "refunded")


class RefundAdmin(BillPage):
    icon = "undo"
    list_display = ("id", "payment_id", "amount", "state", "attempts", "last_code", "created_at", "settled_at")
    list_filter = ("state",)
    search_fields = ("id__exact", "payment__id__exact", "gateway_id__exact")
    ordering = ("-id",)
    fields = (
        "id", "payment_id", "amount", "reason", "state", "gateway_id", "attempts", "looks", "last_code",
        "last_message", "refused_code", "failing_since", "due_at", "created_at", "accepted_at", "settled_at",
    )  # fmt: skip
    readonly_fields = ("amount", "payment_id")


class TransferAdmin(BillPage):
    icon = "send_money"
    list_display = ("id", "subject", "amount", "state", "attempts", "last_code", "created_at", "settled_at")
    list_filter = ("state",)
    search_fields = ("id__exact", "subject__exact", "gateway_id__exact")
    ordering = ("-id",)
    fields = (
        "id", "subject", "amount", "remark", "state", "gateway_id", "attempts", "looks", "last_code", "last_message",
        "refused_code", "failing_since", "due_at", "created_at", "cancel_asked_at", "settled_at",
    )  # fmt: skip
    readonly_fields = ("amount",)


class ShareAdmin(BillPage):
    icon = "call_split"
    list_display = ("id", "kind", "payment_id", "amount", "state", "last_code", "created_at", "settled_at")
    list_filter = ("kind", "state")
    search_fields = ("id__exact", "payment__id__exact")
    ordering = ("-id",)
    fields = (
        "id", "kind", "payment_id", "of_share", "amount", "finish", "description", "results", "state", "attempts",
        "looks", "last_code", "last_message", "created_at", "settled_at",
    )  # fmt: skip
    readonly_fields = ("amount", "payment_id")


class AttemptAdmin(Page):
    spoken = Page.spoken | {"kind": BILLS, "verb": VERBS, "outcome": OUTCOMES}
    icon = "swap_horiz"
    list_display = ("number", "kind", "verb", "started_at", "finished_at", "outcome", "code", "message")
    list_filter = ("kind", "verb", "outcome")
    search_fields = ("number__exact",)
    ordering = ("-id",)


class LogAdmin(Page):
    spoken = Page.spoken | {
        "kind": BILLS,
        "from_state": BILL_STATES,
        "to_state": BILL_STATES,
        "cause": CAUSES,
        "detail": CODES,
    }
    icon = "history"
    list_display = ("number", "kind", "from_state", "to_state", "cause", "detail", "at")
    list_filter = ("kind", "to_state", "cause")
    search_fields = ("number__exact",)
    ordering = ("-id",)


class InboxAdmin(Page):
    spoken = Page.spoken | {"event_type": SAID, "note": VERDICTS}
    empty_says = "渠道的通知验签后先存放在这里，再依次处理。"
    icon = "inbox"
    list_display = ("event_id", "event_type", "state", "attempts", "received_at", "next_look", "note")
    list_filter = ("state", "event_type")
    search_fields = ("event_id__exact",)
    ordering = ("-id",)
    exclude = ("body", "headers", "due_at")
    readonly_fields = ("next_look",)

    @admin.display(description="下次处理")
    def next_look(self, row: models.InboxEvent) -> Any:
        """Of what is still to be handled: for the rest there is no next time."""
        return moment(row.due_at if row.state in {"new", "parked"} else None)


class CasePage(Page):
    """Something a person must take and close."""

    actions = ("assign_many", "close_many")
    actions_detail = ("assign", "close_case")

    def take(self, request: HttpRequest, number: str, owner: str) -> None:
        raise NotImplementedError

    def finish(self, request: HttpRequest, number: str, note: str) -> None:
        raise NotImplementedError

    @detail_action("指派", roles=ACTORS, form=OwnerForm, icon="assignment_ind", when=lambda row: row.state != "closed")
    def assign(self, request: HttpRequest, form: OwnerForm, object_id: str) -> None:
        self.take(request, object_id, form.cleaned_data["owner"])
        self.message_user(request, "已指派", messages.SUCCESS)

    @detail_action(
        "关闭", roles=ACTORS, icon="task_alt", warning="请写明处理结果；关闭不会改动任何金额。",
        when=lambda row: row.state != "closed",
    )  # fmt: skip
    def close_case(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self.finish(request, object_id, form.cleaned_data["reason"])
        self.message_user(request, "已关闭", messages.SUCCESS)

    @bulk_action("批量指派", roles=ACTORS, form=OwnerForm)
    def assign_many(self, request: HttpRequest, form: OwnerForm, row: Any) -> None:
        self.take(request, row.pk, form.cleaned_data["owner"])

    @bulk_action("批量关闭", roles=ACTORS, warning="请写明处理结果；关闭不会改动任何金额。")
    def close_many(self, request: HttpRequest, form: ReasonForm, row: Any) -> None:
        self.finish(request, row.pk, form.cleaned_data["reason"])


class QuarantineAdmin(CasePage):
    spoken = Page.spoken | {"kind": BILLS}
    empty_says = "没有验签通过但内容不符的通知。"
    icon = "gpp_maybe"
    list_display = ("id", "kind", "number", "reason", "proposal", "state", "owner", "found_at")
    list_filter = ("state", "kind", "source")
    search_fields = ("id__exact", "number__exact")
    ordering = ("-id",)

    def take(self, request: HttpRequest, number: str, owner: str) -> None:
        facade.assign_quarantined(request.principal, number, owner)  # type: ignore[attr-defined]

    def finish(self, request: HttpRequest, number: str, note: str) -> None:
        facade.close_quarantined(request.principal, number, note, now=clock.now())  # type: ignore[attr-defined]


class BillAdmin(Page):
    icon = "receipt_long"
    list_display = ("day", "psp", "lines", "paid", "refunded", "fee", "imported_at")
    list_filter = ("psp",)
    ordering = ("-day",)
    paid = money("paid_fen", "交易合计")
    refunded = money("refunded_fen", "退款合计")
    fee = money("fee_fen", "手续费")
    fields = ("id", "psp", "day", "sha1", "lines", "paid", "refunded", "fee", "imported_at")
    readonly_fields = ("paid", "refunded", "fee")


class DifferenceAdmin(CasePage):
    empty_says = "每天与渠道对账单逐笔核对，目前没有差异。"
    icon = "difference"
    list_display = ("id", "day", "kind", "subject_kind", "number", "ours", "theirs", "detail", "state", "owner")
    list_filter = ("state", "kind", "subject_kind", "psp")
    search_fields = ("id__exact", "number__exact", "owner__exact")
    ordering = ("-id",)
    ours = money("ours_fen", "平台")
    theirs = money("theirs_fen", "渠道")
    fields = (
        "id", "psp", "day", "kind", "subject_kind", "number", "ours", "theirs", "detail", "state", "owner", "note",
        "found_at", "closed_at",
    )  # fmt: skip
    readonly_fields = ("ours", "theirs")

    def take(self, request: HttpRequest, number: str, owner: str) -> None:
        facade.assign_difference(request.principal, number, owner)  # type: ignore[attr-defined]

    def finish(self, request: HttpRequest, number: str, note: str) -> None:
        facade.close_difference(request.principal, number, note, now=clock.now())  # type: ignore[attr-defined]


ops_site.register(models.Payment, PaymentAdmin)
ops_site.register(models.Refund, RefundAdmin)
ops_site.register(models.Transfer, TransferAdmin)
ops_site.register(models.Share, ShareAdmin)
ops_site.register(models.InboxEvent, InboxAdmin)
ops_site.register(models.Quarantine, QuarantineAdmin)
ops_site.register(models.Bill, BillAdmin)
ops_site.register(models.Difference, DifferenceAdmin)
ops_site.register(models.Attempt, AttemptAdmin)
ops_site.register(models.Log, LogAdmin)


DIFFERENCES: Final = "difference/?state__in=open,assigned"


@queue(ops_site, roles=ACTORS, order=25)
def cases(request: HttpRequest) -> Iterable[Queue]:
    """What fits no row of ours: a person finds out why."""
    differences = waiting(models.Difference.objects.exclude(state="closed"), since="found_at", hours=48)
    yield Queue("对账差异", f"/ops/payments/{DIFFERENCES}", *differences, "发现后超过 48 小时")
    apart = waiting(models.Quarantine.objects.exclude(state="closed"), since="found_at", hours=24)
    yield Queue("隔离通知", "/ops/payments/quarantine/?state__in=open,assigned", *apart, "收到后超过 24 小时")


@dashboard(ops_site, order=30, first_for={Role.FINANCE})
def money_on_its_way(request: HttpRequest) -> Section | None:
    """资金: what should be zero."""
    if request.principal.roles.isdisjoint(READERS):  # type: ignore[attr-defined]
        return None
    now = facade.health(clock.now())

    def figure(label: str, count: int, hint: str, page: str, tone: str) -> Figure:
        return Figure(label, str(count), hint, f"/ops/payments/{page}", tone if count else "good")

    return Section(
        "资金在途与对账",
        [
            figure("结果未知的指令", now.unknown, "等待渠道查询结果", "transfer/?state__exact=unknown", "warn"),
            figure("退款异常", now.abnormal_refunds, "需在渠道后台处理", "refund/?state__exact=abnormal", "bad"),
            Figure("对账差额", f"¥{yuan(now.unmatched_fen)}", "未关闭的差异合计", f"/ops/payments/{DIFFERENCES}",
                   "warn" if now.unmatched_fen else "good"),
            figure("停止处理的回调", now.dead_callbacks, "已重试 8 次", "inboxevent/?state__exact=dead", "bad"),
            figure("今日拒收回调", now.rejected_today, "验签未通过，仅计数", "inboxevent/", "warn"),
        ],
    )  # fmt: skip
