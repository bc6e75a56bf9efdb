"""Counting a large table on every page view would cost more than the page."""

from functools import cached_property
from typing import Final

from django.core.paginator import Paginator
from django.db import connection

from xintui.infra import tenancy

EXACT_UP_TO: Final = 10_000


class EstimatingPaginator(Paginator):  # type: ignore[type-arg]
    """Exact up to ten thousand rows; beyond that PostgreSQL's own estimate, for the unfiltered list of the platform."""

    @cached_property
    def count(self) -> int:
        queryset = self.object_list
        seen: int = queryset.order_by()[: EXACT_UP_TO + 1].count()  # type: ignore[attr-defined]
        if seen <= EXACT_UP_TO:
            return seen
        query = queryset.query  # type: ignore[attr-defined]
        if query.where or tenancy.current() != tenancy.EVERYONE:
            return seen
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)", [query.model._meta.db_table]
            )
            (estimate,) = cursor.fetchone()
        return max(int(estimate), seen)
