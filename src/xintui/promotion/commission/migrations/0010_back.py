"""A refund may be undone: a row of the opposite sign, which counts where the refund did."""

from django.db import migrations, models

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("commission", "0009_rate"),)
    operations = (
        migrations.AddField("commissionrefund", "early", models.BooleanField("释放前", null=True)),
        migrations.RemoveConstraint("commissionrefund", "commission_refund_not_negative"),
        migrations.AddConstraint(
            "commissionrefund",
            models.CheckConstraint(
                condition=models.Q(refund_fen__gte=0, delta_fen__gte=0)
                | models.Q(refund_fen__lt=0, delta_fen__lte=0, refund_id__endswith="/back"),
                name="commission_refund_or_back",
            ),
        ),
        *sql.migration("xintui.promotion.commission", "undone"),
    )
