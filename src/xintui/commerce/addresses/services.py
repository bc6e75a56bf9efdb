"""Adding, changing and deleting. Orders are not touched: each keeps the address it was placed with."""

from datetime import datetime

from django.db import IntegrityError, transaction

from xintui.commerce.addresses import queries
from xintui.commerce.addresses.contracts import AddressDraft, AddressNotFound, BookFull, SavedAddress
from xintui.commerce.addresses.models import Address, Book
from xintui.commerce.addresses.rules import LIMIT, check
from xintui.infra import sql
from xintui.kernel.ids import new_id

_PACKAGE = "xintui.commerce.addresses"


@transaction.atomic
def add(buyer_id: str, draft: AddressDraft, *, now: datetime, default: bool = False) -> SavedAddress:
    """A new address; the first one becomes the default. Raises `BadAddress`, `BookFull`."""
    check(draft)
    row = Address(id=new_id("adr"), buyer_id=buyer_id, changed_at=now, **_words(draft))
    try:
        with transaction.atomic():
            sql.run(_PACKAGE, "hold", {"buyer_id": buyer_id, "address_id": row.id, "default": default})
    except IntegrityError as error:
        if "addresses_book_size" not in str(error):
            raise
        raise BookFull(LIMIT) from None
    row.save(force_insert=True)
    return queries.get(row.id, buyer_id=buyer_id)


@transaction.atomic
def change(address_id: str, draft: AddressDraft, *, buyer_id: str, now: datetime) -> SavedAddress:
    """Other words for an address. Raises `BadAddress`, `AddressNotFound`."""
    check(draft)
    if not Address.objects.filter(id=address_id, buyer_id=buyer_id).update(changed_at=now, **_words(draft)):
        raise AddressNotFound(address_id)
    return queries.get(address_id, buyer_id=buyer_id)


@transaction.atomic
def remove(address_id: str, *, buyer_id: str) -> None:
    """Deleted for good, not hidden: it is the buyer's. Raises `AddressNotFound`."""
    _lock(buyer_id)
    gone, _ = Address.objects.filter(id=address_id, buyer_id=buyer_id).delete()
    if not gone:
        raise AddressNotFound(address_id)
    sql.run(_PACKAGE, "free", {"buyer_id": buyer_id, "address_id": address_id})


@transaction.atomic
def make_default(address_id: str, *, buyer_id: str) -> SavedAddress:
    """Parcels go here unless the buyer says otherwise. Raises `AddressNotFound`."""
    _lock(buyer_id)  # an address deleted at the same time must not stay the default
    found = queries.get(address_id, buyer_id=buyer_id)
    Book.objects.filter(id=buyer_id).update(default_id=found.id)
    return queries.get(address_id, buyer_id=buyer_id)


@transaction.atomic
def forget(buyer_id: str) -> None:
    """The whole book of somebody who has left."""
    _lock(buyer_id)
    Address.objects.filter(buyer_id=buyer_id).delete()
    Book.objects.filter(id=buyer_id).delete()


def _lock(buyer_id: str) -> None:
    Book.objects.select_for_update().filter(id=buyer_id).first()


def _words(draft: AddressDraft) -> dict[str, str]:
    return {
        "name": draft.name.strip(),
        "phone": draft.phone,
        "region_code": draft.region_code,
        "region": draft.region.strip(),
        "street": draft.street.strip(),
    }
