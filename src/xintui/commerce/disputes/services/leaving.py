"""A buyer leaves: what was ruled and paid stays as the shops' and the books' record; words and pictures do not."""

from django.db import transaction

from xintui.commerce.disputes import models
from xintui.commerce.disputes.contracts import Side


@transaction.atomic
def forget(user_id: str) -> int:
    """Nobody leaves with a dispute under way (`entrypoints/leaving.py`); fingerprints stay, so that a pack that was
    handed out before can still be checked. How many disputes there were."""
    mine = models.Case.objects.filter(buyer_id=user_id)
    ids = list(mine.values_list("id", flat=True))
    mine.update(words="")
    models.Entry.objects.filter(dispute_id__in=ids, side=Side.BUYER).update(words="")
    own = models.File.objects.filter(actor=user_id, side__in=[Side.BUYER, Side.PROMOTER])
    own.update(content=None, words="", removed=True)
    return len(ids)
