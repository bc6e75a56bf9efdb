"""The graph's scores as other modules' statements may read them."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("graph", "0001_initial"),)
    operations = (*sql.migration("xintui.trust.graph", "facts"),)
