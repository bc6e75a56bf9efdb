"""A shop's shortlist, and the file of a search: both on record."""

import csv
import io
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.kernel.cells import harmless
from xintui.kernel.times import accounting_date
from xintui.promotion.screening import engine, models, queries, tables
from xintui.promotion.screening.contracts import NotFound, Search, ShortlistFull
from xintui.promotion.screening.rules import language


@transaction.atomic
def keep(merchant_id: str, promoter_id: str, note: str, *, by: Principal, now: datetime) -> None:
    """Put somebody on the shop's list, or change her note. Raises `NotFound`, `ShortlistFull`."""
    if not queries.profiles([promoter_id]):
        raise NotFound(promoter_id)
    row = models.Candidate.objects.filter(merchant_id=merchant_id, promoter_id=promoter_id)
    if row.update(note=note):
        identity.audit(by, "screening.note", ("promoter", promoter_id), None, {"note": note})
        return
    limit = tables.terms(accounting_date(now)).shortlist
    models.Shop.objects.get_or_create(merchant_id=merchant_id, defaults={"allowed": limit, "listed": 0})
    try:
        with transaction.atomic():
            models.Shop.objects.filter(merchant_id=merchant_id).update(listed=F("listed") + 1, allowed=limit)
            models.Candidate(
                merchant_id=merchant_id, promoter_id=promoter_id, note=note, added_by=by.user_id, added_at=now
            ).save(force_insert=True)
    except IntegrityError as error:
        if _constraint(error) == "screening_list_within":
            raise ShortlistFull(limit) from error
        return  # somebody of the shop was quicker
    identity.audit(by, "screening.keep", ("promoter", promoter_id), None, {"note": note})


@transaction.atomic
def let_go(merchant_id: str, promoter_id: str, *, by: Principal) -> None:
    """Off the list; who is not on it stays so."""
    rows = models.Candidate.objects.filter(merchant_id=merchant_id, promoter_id=promoter_id)
    note = rows.values_list("note", flat=True).first()
    gone, _ = rows.delete()
    if gone:
        models.Shop.objects.filter(merchant_id=merchant_id).update(listed=F("listed") - 1)
        identity.audit(by, "screening.let_go", ("promoter", promoter_id), {"note": note}, None)


@transaction.atomic
def export(merchant_id: str, search: Search, *, by: Principal, now: datetime) -> str:
    """The first of a search as a file, as the page shows them; that it was taken goes on record."""
    today = accounting_date(now)
    fields, limit = queries.fields(today), tables.terms(today).exported
    with engine.columns(today) as columns:
        slots = columns.cut(search.filters, search.sort, None, limit).slots
    found = {row.slot: row for row in models.Profile.objects.filter(slot__in=slots, listed=True)}
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["推客号", "名称", *(one.title for one in fields.values()), "截至"])
    rows = [queries.profile(found[slot]) for slot in slots if slot in found]
    for one in rows:
        cells = [language.shown(field, one.values[key]) for key, field in fields.items()]
        writer.writerow([harmless(cell) for cell in (one.promoter_id, one.name, *cells)] + [one.as_of.isoformat()])
    told = {"rows": len(rows), "filters": [language.written(one) for one in search.filters]}
    identity.audit(by, "screening.export", ("merchant", merchant_id), None, told)
    return out.getvalue()


def _constraint(error: IntegrityError) -> str:
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))
