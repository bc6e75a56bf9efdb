"""Sweeps over the catalog."""

from django.db import transaction

from xintui.infra import sql


@transaction.atomic
def refresh_sales() -> int:
    """Bring the figures that "best selling" sorts by up to date; how many products changed."""
    return sql.run(__package__, "refresh_sales")
