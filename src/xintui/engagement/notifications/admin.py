"""Console pages: what shops are told, what went out by WeChat, and how many people look."""

from datetime import timedelta

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from xintui.engagement.notifications import facade
from xintui.engagement.notifications.models import Delivery, ShopMessage, Tally
from xintui.engagement.notifications.tables import templates
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import MERCHANT_ROLES, Role
from xintui.infra import clock
from xintui.infra.console import (
    Figure,
    ReadOnlyAdmin,
    Section,
    action,
    dashboard,
    merchant_site,
    ops_site,
    place,
    words,
)
from xintui.infra.console.cells import NOTHING
from xintui.kernel.times import accounting_date

place("smg", "notifications_shopmessage", "店铺消息")
words("object", {"shop_message": "店铺消息"})
words("action", {"notifications.shop_read": "店铺消息：已读", "notifications.shop_read_all": "店铺消息：全部已读"})
OBSERVERS = frozenset({Role.OPERATOR, Role.AUDITOR})


def titles() -> dict[str, str]:
    """Template codes in Chinese."""
    found = templates(accounting_date(clock.now()))
    return {code: one.title.split("¥")[0].strip(" −") or "佣金到账" for code, one in found.items()}


class ShopMessageAdmin(ReadOnlyAdmin):
    icon = "notifications"
    list_display = ("title", "words", "object_id", "made_at", "read_at", "read_by")
    list_filter = (("read_at", admin.EmptyFieldListFilter), "made_at")
    search_fields = ("object_id__exact",)
    ordering = ("-id",)
    empty_says = "还没有消息。新订单、售后申请会出现在这里。"
    fields = ("title", "words", "object_id", "made_at", "read_at", "read_by")
    actions = ("mark_read",)

    @action("标为已读", roles=MERCHANT_ROLES)
    def mark_read(self, request: HttpRequest, queryset: QuerySet[ShopMessage]) -> None:
        who, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
        ids = list(queryset.filter(read_at=None).values_list("id", flat=True))
        for one in ids:
            facade.shop_read(one, merchant_id=merchant_id, by=who, now=clock.now())
        self.message_user(request, f"{len(ids)} 条已标为已读", messages.SUCCESS)


class DeliveryAdmin(ReadOnlyAdmin):
    icon = "forward_to_inbox"
    ops_roles = OBSERVERS
    list_display = ("made_at", "template", "user_id", "state", "errcode", "attempts", "not_before", "settled_at")
    list_filter = ("state", "made_at")
    search_fields = ("user_id__exact", "id__exact")
    ordering = ("-made_at",)
    empty_says = "还没有微信订阅消息。需要先配置模板，并由用户在小程序里逐条允许。"
    fields = ("template", "user_id", "state", "errcode", "msgid", "attempts", "made_at", "not_before", "expires_at")
    readonly_fields = ("template",)

    @admin.display(description="模板", ordering="code")
    def template(self, row: Delivery) -> str:
        return titles().get(row.code, "已停用的模板")


def percent(part: int, whole: int) -> str:
    """`38%`, or a dash where there is nothing to compare with."""
    return f"{round(100 * part / whole)}%" if whole else NOTHING


class TallyAdmin(ReadOnlyAdmin):
    icon = "monitoring"
    ops_roles = OBSERVERS
    list_display = (
        "day", "template", "made", "shown", "opened", "rate", "sent", "opened_there", "refused", "failed", "unknown",
    )  # fmt: skip
    list_filter = ("day",)
    ordering = ("-day", "-made")
    empty_says = "还没有统计。消息产生后每十分钟重新计数。"
    fields = list_display
    readonly_fields = ("template", "rate")

    @admin.display(description="模板", ordering="code")
    def template(self, row: Tally) -> str:
        return titles().get(row.code, "已停用的模板")

    @admin.display(description="打开率")
    def rate(self, row: Tally) -> str:
        return percent(row.opened, row.shown)


@dashboard(merchant_site, order=15)
def unread_of_shop(request: HttpRequest) -> Section | None:
    """Where the staff see that something waits for them."""
    principal = request.principal  # type: ignore[attr-defined]
    if principal is None or not principal.merchant_id:
        return None
    waiting = facade.shop_unread(principal.merchant_id)
    href = "/merchant/notifications/shopmessage/?read_at__isempty=1"
    return Section("消息", [Figure("未读", str(waiting), "新订单、售后申请", href, "warn" if waiting else "good")])


@dashboard(ops_site, order=90)
def opened_lately(request: HttpRequest) -> Section | None:
    """Whether anybody reads what we say."""
    principal = request.principal  # type: ignore[attr-defined]
    if principal is None or not principal.has(*OBSERVERS):
        return None
    until = accounting_date(clock.now())
    found = facade.rates(until - timedelta(days=6), until)
    rows = [
        (one.title, f"{one.made:,}", percent(one.shown, one.made), percent(one.opened, one.shown), f"{one.sent:,}")
        for one in found[:6]
    ]
    lost = sum(one.unknown + one.failed for one in found)
    figures = [
        Figure("产生", f"{sum(one.made for one in found):,}", "近 7 天", "/ops/notifications/tally/"),
        Figure("打开率", percent(sum(one.opened for one in found), sum(one.shown for one in found)), "打开 ÷ 展示"),
        Figure(
            "微信未送达", f"{lost:,}", "被拒绝或结果不明", "/ops/notifications/delivery/", "warn" if lost else "good"
        ),
    ]
    return Section("通知", figures, ("模板", "产生", "展示", "打开", "微信已发"), rows)


ops_site.register(Delivery, DeliveryAdmin)
ops_site.register(Tally, TallyAdmin)
merchant_site.register(ShopMessage, ShopMessageAdmin)
