"""Months as the console's lists filter by them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from xintui.infra import clock
from xintui.kernel.times import accounting_date


class MonthFilter(admin.SimpleListFilter):
    """The month of release: the last twelve and the two that are scheduled, without asking the table which it has."""

    title = "释放月份"
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        today = accounting_date(clock.now())
        first = today.year * 12 + today.month - 1
        months = [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(first + 2, first - 12, -1)]
        return [(month, month) for month in months]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(month=self.value()) if self.value() else queryset
