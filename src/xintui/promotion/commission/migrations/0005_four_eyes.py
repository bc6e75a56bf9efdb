"""The platform's own plan needs a second person from now on."""

from django.db import migrations, models
from django.db.models import F, Q

from xintui.infra import sql

ONE_PERSON = Q(state="published", merchant_id="", decided_by=F("created_by"))
KNOWN = migrations.AddConstraint(
    "commissiondraft", models.CheckConstraint(condition=~ONE_PERSON, name="commission_draft_four_eyes")
)


class Migration(migrations.Migration):
    dependencies = (("commission", "0004_analyze"),)
    operations = (
        migrations.SeparateDatabaseAndState(sql.migration("xintui.promotion.commission", "four_eyes"), [KNOWN]),
    )
