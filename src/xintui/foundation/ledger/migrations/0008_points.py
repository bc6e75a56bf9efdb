"""Points have accounts, and every deposit a room for them: what cash is there already makes room."""

from django.db import migrations

_KINDS = """
INSERT INTO ledger_kind VALUES
  ('points.issued', -1, NULL), ('points.balance', 1, 0), ('points.pledged', 1, 0), ('points.spent', 1, NULL),
  ('offset.limit', -1, NULL), ('offset.room', 1, 0)
ON CONFLICT DO NOTHING
"""
_ROOMS = """
SELECT ledger_post('shop', array_agg('deposits.room/' || owner), array_agg(0::smallint),
                   array_agg('offset.limit:platform@PTS'::text), array_agg('offset.room:' || owner || '@PTS'),
                   array_agg(posted_fen), array_agg((now() AT TIME ZONE 'Asia/Shanghai')::date))
  FROM (SELECT split_part(split_part(code, ':', 2), '@', 1) AS owner, posted_fen FROM ledger_account
         WHERE ledger = 'shop' AND posted_fen > 0
           AND split_part(code, ':', 1) IN ('promoter.deposit', 'merchant.deposit')) held
HAVING count(*) > 0
"""


class Migration(migrations.Migration):
    dependencies = (("ledger", "0007_buyer_debt"),)
    operations = (
        migrations.RunSQL(_KINDS, migrations.RunSQL.noop),
        migrations.RunSQL(_ROOMS, migrations.RunSQL.noop),
    )
