"""首页: what the first page shows. Operators pick for 推荐 and 新人专区; 热卖 is what sold most in 30 days."""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from xintui.commerce.catalog.contracts import Home, Pick, ProductCard, ProductNotFound, Slot
from xintui.commerce.catalog.models import SHOWN, Product
from xintui.commerce.catalog.models import Pick as PickRow
from xintui.commerce.catalog.queries import cards, on_sale
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal


def home(*, limit: int = 10) -> Home:
    """The three slots, each with at most `limit` goods on sale now. Fewer picks are fewer goods: nothing is made up."""
    shown = Product.objects.filter(SHOWN)
    hot = list(shown.filter(hot_qty__gt=0).order_by("-hot_qty", "-id")[:limit])
    picked: dict[Slot, list[Product]] = {}
    for slot in Slot:
        place = PickRow.objects.filter(slot=slot, product_id=OuterRef("id")).values("position")[:1]
        ids = PickRow.objects.filter(slot=slot).values("product_id")
        rows = shown.filter(id__in=ids).annotate(place=Subquery(place)).order_by("place", "id")[:limit]
        picked[slot] = list(rows)
    made: dict[str, ProductCard] = {
        card.id: card
        for card in cards(list({row.id: row for rows in (hot, *picked.values()) for row in rows}.values()))
    }
    return Home(
        recommended=tuple(made[row.id] for row in picked[Slot.RECOMMENDED]),
        hot=tuple(made[row.id] for row in hot),
        newcomer=tuple(made[row.id] for row in picked[Slot.NEWCOMER]),
    )


def picks() -> list[Pick]:
    """Everything picked, also what is not on sale at the moment, slot by slot in its order."""
    return [_contract(row) for row in PickRow.objects.order_by("slot", "position", "product_id")[:500]]


@transaction.atomic
def pick(slot: Slot, product_id: str, *, position: int, by: Principal, now: datetime, note: str = "") -> Pick:
    """Put goods into a slot, or move them within it. Raises `ProductNotFound` for what is not on sale."""
    on_sale(product_id)
    before = PickRow.objects.select_for_update().filter(slot=slot, product_id=product_id).first()
    row, _ = PickRow.objects.update_or_create(
        slot=slot,
        product_id=product_id,
        defaults={"position": position, "note": note, "picked_by": by.user_id, "picked_at": now},
    )
    was = {"position": before.position} if before else {}
    identity.audit(
        by, "catalog.pick", ("product", product_id), was, {"slot": slot.value, "position": position}, reason=note
    )
    return _contract(row)


@transaction.atomic
def unpick(slot: Slot, product_id: str, *, by: Principal, note: str = "") -> None:
    """Take goods out of a slot. Raises `ProductNotFound`."""
    row = PickRow.objects.select_for_update().filter(slot=slot, product_id=product_id).first()
    if row is None:
        raise ProductNotFound(product_id)
    row.delete()
    identity.audit(
        by, "catalog.unpick", ("product", product_id), {"slot": slot.value, "position": row.position}, {}, reason=note
    )


def _contract(row: PickRow) -> Pick:
    return Pick(
        slot=Slot(row.slot),
        product_id=row.product_id,
        position=row.position,
        note=row.note,
        picked_by=row.picked_by,
        picked_at=row.picked_at,
    )
