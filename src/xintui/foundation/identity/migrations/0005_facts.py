"""Whether an account is in use, as other modules' statements may read it."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("identity", "0004_saved_filter"),)
    operations = (*sql.migration("xintui.foundation.identity", "facts"),)
