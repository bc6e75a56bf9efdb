"""Reading one's own address book; there is no reading anybody else's."""

from xintui.commerce.addresses.contracts import AddressNotFound, SavedAddress
from xintui.commerce.addresses.models import Address, Book
from xintui.commerce.addresses.rules import LIMIT


def book(buyer_id: str) -> list[SavedAddress]:
    """All of a buyer's addresses: the default first, then the newest."""
    default = _default(buyer_id)
    rows = Address.objects.filter(buyer_id=buyer_id).order_by("-id")[:LIMIT]
    return sorted((contract(row, default) for row in rows), key=lambda one: not one.default)


def get(address_id: str, *, buyer_id: str) -> SavedAddress:
    """Raises `AddressNotFound`."""
    row = Address.objects.filter(id=address_id, buyer_id=buyer_id).first()
    if row is None:
        raise AddressNotFound(address_id)
    return contract(row, _default(buyer_id))


def contract(row: Address, default_id: str) -> SavedAddress:
    return SavedAddress(
        id=row.id,
        name=row.name,
        phone=row.phone,
        region_code=row.region_code,
        region=row.region,
        street=row.street,
        default=row.id == default_id,
        changed_at=row.changed_at,
    )


def _default(buyer_id: str) -> str:
    return Book.objects.filter(id=buyer_id).values_list("default_id", flat=True).first() or ""
