"""A buyer leaves: orders stay, as the shops' and the books' record; where they went and what was written does not."""

from django.db import transaction

from xintui.commerce.orders import models

NOWHERE = {"name": "已注销用户", "phone": "", "region": "", "street": ""}


@transaction.atomic
def forget(buyer_id: str) -> int:
    """No receiver, no address, no words of the buyer; how many orders there were."""
    models.AfterSale.objects.filter(buyer_id=buyer_id).update(reason="")
    return models.Order.objects.filter(buyer_id=buyer_id).update(address=NOWHERE, note="")
