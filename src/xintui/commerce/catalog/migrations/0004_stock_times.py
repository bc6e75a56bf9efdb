"""Every change of stock has its own time, so that many orders can be placed in one call."""

from typing import ClassVar

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("catalog", "0003_search")]
    operations: ClassVar = sql.migration("xintui.commerce.catalog", "functions")
