"""Filters over coded columns, in the words of the page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


def spoken_filter(field: str, page: Any) -> type[admin.SimpleListFilter]:
    """A filter on `field` whose choices are the page's `spoken` words; its links look like Django's own."""

    class Spoken(admin.SimpleListFilter):
        title = str(page.model._meta.get_field(field).verbose_name)
        parameter_name = f"{field}__exact"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return [(str(value), says) for value, says in page.spoken[field].items() if value != ""]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{field: self.value()}) if self.value() else queryset

    return Spoken
