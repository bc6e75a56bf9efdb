"""A posting is a loop over what was written; a repeated one finds its moves by their key however many there are."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("ledger", "0004_post"),)
    operations = tuple(sql.migration("xintui.foundation.ledger", "post"))
