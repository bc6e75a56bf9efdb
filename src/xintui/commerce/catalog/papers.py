"""资质 of goods: the numbers they bear, and leaving the window while the shop lacks a paper for their category."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from xintui.commerce.catalog.contracts import Product, ProductState
from xintui.commerce.catalog.models import Change
from xintui.commerce.catalog.models import Product as Row
from xintui.commerce.catalog.queries import get
from xintui.commerce.catalog.services import Actor, locked, log, read_papers
from xintui.kernel.times import accounting_date
from xintui.trust.qualification import facade as qualification
from xintui.trust.qualification.contracts import CertificateMoved, HolderKind, Kind, Paper

PAPER_KINDS: Final = (Kind.HEALTH_FOOD, Kind.COSMETIC, Kind.DRUG, Kind.DEVICE, Kind.FOOD_MAKING, Kind.GTIN)
"""What a product can bear; of food also its maker's licence, as printed on the package."""


@transaction.atomic
def set_papers(
    merchant_id: str, product_id: str, papers: tuple[Paper, ...], *, actor: Actor, now: datetime
) -> Product:  # fmt: skip
    """The numbers it bears from now on, as a whole.

    Raises `BadNumber` naming the character, `BadProduct`, and `Unqualified` where goods on the shelf need what is
    missing.
    """
    row = locked(merchant_id, product_id)
    kept = read_papers(papers, today=accounting_date(now))
    if row.state == ProductState.ON_SHELF:
        given = tuple(Paper(one.kind, one.number) for one in kept)
        qualification.require_for_shelf(merchant_id, row.category, given, today=accounting_date(now))
    new = [{"kind": one.kind.value, "number": one.number} for one in kept]
    if new != row.papers:
        before, row.papers = _spoken(row.papers), new
        row.save(update_fields=["papers"])
        log(row, "papers", actor, now, before=before, after=_spoken(new))
    return get(product_id)


def _spoken(papers: Sequence[dict[str, str]]) -> str:
    return "、".join(one["number"] for one in papers)


def on_certificate(events: Sequence[CertificateMoved], *, now: datetime) -> None:
    """Handler: a shop's papers have changed, and with them what it may sell."""
    shops = {one.holder_id for one in events if one.holder_kind == HolderKind.MERCHANT}
    if shops:
        bar(sorted(shops), today=accounting_date(now), now=now)


@transaction.atomic
def bar(merchant_ids: Collection[str], *, today: date, now: datetime) -> int:
    """Goods whose shop lacks a paper leave the window, those whose shop has it again come back; how many changed.

    Their shelf is left alone: nobody has to put them up again. Orders already placed are carried out.
    """
    changed = 0
    for shop, categories in sorted(qualification.barred(merchant_ids, today=today).items()):
        rows = Row.objects.select_for_update().filter(merchant_id=shop)
        out = list(rows.filter(category__in=categories, barred=False).order_by("id"))
        back = list(rows.filter(barred=True).exclude(category__in=categories).order_by("id"))
        for found, barred in ((out, True), (back, False)):
            Row.objects.filter(id__in=[row.id for row in found]).update(barred=barred)
            Change.objects.bulk_create(
                Change(
                    merchant_id=shop, product_id=row.id, what="barred", before="缺资质停售" if not barred else "可售",
                    after="缺资质停售" if barred else "可售", actor="system", at=now,
                )
                for row in found
                if row.state == ProductState.ON_SHELF
            )  # fmt: skip
        changed += len(out) + len(back)
    return changed
