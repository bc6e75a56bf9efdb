"""Sweeps over the catalog."""

from datetime import datetime

from django.db import transaction

from xintui.commerce.catalog.rules import HOT_WINDOW
from xintui.infra import sql


@transaction.atomic
def refresh_sales() -> int:
    """Bring the figures that "best selling" sorts by up to date; how many products changed."""
    return sql.run(__package__, "refresh_sales")


@transaction.atomic
def refresh_hot(*, now: datetime) -> int:
    """Bring the units of the last 30 days up to date (热卖 and 综合); how many products changed."""
    return sql.run(__package__, "refresh_hot", {"since": now - HOT_WINDOW})
