"""Placing takes many checkouts in one call; one is the call with arrays of one."""

from typing import ClassVar

from django.db import migrations

from xintui.infra import sql

OLD_PLACE = "text, text, text, text[], integer[], text[], jsonb, text, jsonb, text, timestamptz, timestamptz, text[]"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("orders", "0004_to_ship"), ("catalog", "0004_stock_times")]
    operations: ClassVar = [
        migrations.RunSQL(f"DROP FUNCTION IF EXISTS orders_place({OLD_PLACE})", migrations.RunSQL.noop),
        *sql.migration("xintui.commerce.orders", "place"),
    ]
