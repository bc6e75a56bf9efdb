"""What a payee is to the tax office, written by finance with its proof. Rows are facts: a change is a new row."""

from datetime import datetime

from django.db import transaction

from xintui.kernel.times import accounting_date, month_of
from xintui.promotion.payouts import models, taxation
from xintui.promotion.payouts.contracts import FourEyes, ProfileInUse, Registration, TaxProfile
from xintui.promotion.promoters import facade as promoters


@transaction.atomic
def set_profile(
    promoter_id: str,
    *,
    resident: bool,
    registration: Registration,
    country: str,
    proof: str,
    actor: str,
    now: datetime,
    from_month: str = "",
) -> TaxProfile:
    """In force from `from_month` on (this month when empty). Raises `ProfileInUse`, `FourEyes`, `NoSuchPromoter`.

    A month that something was withheld in already stays under the profile it was withheld under: two tables in one
    month would make the tax depend on the order of payments.
    """
    if promoters.one(promoter_id).user_id == actor:
        raise FourEyes("不能设定自己的税务身份")
    this_month = month_of(accounting_date(now))
    month = max(from_month, this_month)
    used = models.TaxMonth.objects.select_for_update().filter(promoter_id=promoter_id, month__gte=month)
    if used.exclude(income_fen=0).exists():
        raise ProfileInUse(month)
    row = models.TaxProfile.objects.create(
        promoter_id=promoter_id,
        from_month=month,
        resident=resident,
        registration=registration.value,
        country=country,
        proof=proof,
        set_by=actor,
        set_at=now,
    )
    return taxation.profile_contract(row)
