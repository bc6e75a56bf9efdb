"""Trainings with their seats; who booked, and who came."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xintui.engagement.academy import facade
from xintui.engagement.academy.admin.courses import READERS, WRITERS
from xintui.engagement.academy.contracts import BookingState, SessionState
from xintui.engagement.academy.models import Booking, Session
from xintui.infra import clock
from xintui.infra.console import ReadOnlyAdmin, ReasonForm, action, detail_action, ops_site


class SessionAdmin(ReadOnlyAdmin):
    icon = "event_seat"
    ops_roles = READERS
    good = frozenset({SessionState.PLANNED})
    audited_as = "academy_session"
    list_display = ("title", "mode", "state", "starts_at", "seats", "booked", "kept", "hold_until")
    list_filter = ("state", "mode", "starts_at")
    search_fields = ("title__contains", "id__exact")
    ordering = ("-starts_at", "-id")
    empty_says = "还没有培训场次；用左侧“新建培训”安排一场。"
    fieldsets = (
        ("场次", {"fields": ("title", "says", "mode", "place", "starts_at", "ends_at", "state", "reason", "id")}),
        ("名额", {"fields": ("seats", "booked", "kept", "hold_until", "who")}),
        ("经过", {"fields": ("created_by", "created_at")}),
    )
    readonly_fields = ("booked", "kept", "who")
    actions_detail = ("call_off",)

    @admin.display(description="已约")
    def booked(self, row: Session) -> str:
        return f"{row.taken + row.kept_taken} / {row.seats}"

    @admin.display(description="预留（已约 / 预留）")
    def kept(self, row: Session) -> str:
        return f"{row.kept_taken} / {row.reserved}" if row.reserved else self.get_empty_value_display()

    @admin.display(description="名单")
    def who(self, row: Session) -> SafeString:
        page = reverse(f"{self.admin_site.name}:academy_booking_changelist")
        return format_html('<a class="xt-to" href="{}?q={}">查看预约名单、登记到场、导出</a>', page, row.id)

    @detail_action(
        "取消这场培训", roles=WRITERS, icon="event_busy", when=lambda row: row.state == SessionState.PLANNED,
        warning="所有预约随之取消并通知本人，用掉的预留名额退回；原因推客可见。",
    )  # fmt: skip
    def call_off(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who: Any = request.principal  # type: ignore[attr-defined]
        facade.call_off(object_id, reason=form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已取消并通知预约的推客", messages.SUCCESS)


class BookingAdmin(ReadOnlyAdmin):
    icon = "how_to_reg"
    ops_roles = READERS
    good = frozenset({BookingState.ATTENDED})
    audited_as = "academy_booking"
    named_by = "session_id"
    list_display = ("promoter_id", "training", "state", "reserved", "booked_at", "ended_at")
    list_filter = ("state", "reserved", "booked_at")
    search_fields = ("session_id__exact", "promoter_id__exact", "id__exact")
    ordering = ("-id",)
    empty_says = "没有预约。"
    fields = ("promoter_id", "training", "state", "reserved", "booked_at", "ended_at", "id")
    readonly_fields = ("training",)
    actions = ("came", "missed")

    @admin.display(description="场次")
    def training(self, row: Booking) -> str:
        return self.name_of(row)

    def _attend(self, request: HttpRequest, queryset: QuerySet[Booking], came: bool) -> None:
        who: Any = request.principal  # type: ignore[attr-defined]
        rows = list(queryset.order_by("id").values_list("id", flat=True))
        for booking_id in rows:
            facade.attend(booking_id, came=came, by=who, now=clock.now())
        self.message_user(request, f"已登记 {len(rows)} 人", messages.SUCCESS)

    @action("登记到场", roles=WRITERS)
    def came(self, request: HttpRequest, queryset: QuerySet[Booking]) -> None:
        self._attend(request, queryset, True)

    @action("登记未到场", roles=WRITERS)
    def missed(self, request: HttpRequest, queryset: QuerySet[Booking]) -> None:
        self._attend(request, queryset, False)


ops_site.register(Session, SessionAdmin)
ops_site.register(Booking, BookingAdmin)
