"""What a person agreed to, and what they have to be asked again."""

from datetime import datetime

from xintui.kernel.times import accounting_date
from xintui.trust.agreements import tables
from xintui.trust.agreements.contracts import Acceptance, Document
from xintui.trust.agreements.models import Acceptance as Row


def accepted(user_id: str) -> tuple[Acceptance, ...]:
    """Oldest first."""
    found = Row.objects.filter(user_id=user_id).order_by("at", "id")
    return tuple(Acceptance(row.code, row.version, row.at, row.device_id) for row in found)


def due(user_id: str, *, now: datetime) -> tuple[Document, ...]:
    """Texts in force that the person has not agreed to: those for everybody, new versions of what they knew."""
    known = set(Row.objects.filter(user_id=user_id).values_list("code", "version"))
    codes = {code for code, _ in known}
    return tuple(
        one
        for one in tables.current(accounting_date(now)).values()
        if (one.everyone or one.code in codes) and (one.code, one.version) not in known
    )
