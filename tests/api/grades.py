"""How the victim's goods stand in the world of F6: one is well, another is kept from promotion and was warned of."""

from datetime import datetime

from xintui.commerce.quality import facade as quality
from xintui.commerce.quality.models import Alert, Daily
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date


def grade(shop: str, product_id: str, says: str, now: datetime) -> str:
    """Count and judge; the number of the block there is then."""
    for product, returned in ((product_id, 0), ("prdBLOCKED", 30)):
        day = accounting_date(now)
        Daily.objects.create(merchant_id=shop, product_id=product, day=day, received=40, returned=returned)
    quality.judge(now=now)
    Alert.objects.create(
        id=new_id("qal"), merchant_id=shop, product_id="prdBLOCKED", risk_bp=7000, model="x", warned_at=now,
        reasons=[{"name": "asked", "says": says, "weight": 100}], unlists_at=now, ended="turned", ended_at=now,
    )  # fmt: skip
    return quality.blocks(merchant_id=shop).items[0].id
