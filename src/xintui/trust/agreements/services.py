"""Agreeing."""

from datetime import datetime

from django.db import transaction

from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.agreements import tables
from xintui.trust.agreements.contracts import NotInForce
from xintui.trust.agreements.models import Acceptance


@transaction.atomic
def accept(user_id: str, code: str, version: str, *, device_id: str = "", now: datetime) -> None:
    """The person agrees to the text in force; doing so twice is once. Raises `NoSuchDocument`, `NotInForce`."""
    wanted = tables.document(code, on=accounting_date(now))
    if version != wanted.version:
        raise NotInForce(wanted.version)
    row = Acceptance(id=new_id("agr"), user_id=user_id, code=code, version=version, at=now, device_id=device_id)
    Acceptance.objects.bulk_create([row], ignore_conflicts=True)
