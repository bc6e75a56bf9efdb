"""What other modules may know about a buyer's address book."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class AddressDraft:
    """What a buyer writes. `region_code` is a county's code of GB/T 2260, `region` its names as the buyer saw them."""

    name: str
    phone: str
    region_code: str
    region: str
    street: str


@dataclass(frozen=True, slots=True)
class SavedAddress:
    id: str
    name: str
    phone: str
    region_code: str
    region: str
    street: str
    default: bool
    changed_at: datetime


@dataclass(eq=False)
class AddressNotFound(DomainError):
    """Unknown, deleted, or somebody else's: nobody is told which."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "addresses.not_found"
    says: ClassVar[str] = "没有找到收货地址 {address_id}"

    address_id: str


@dataclass(eq=False)
class BookFull(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "addresses.book_full"
    says: ClassVar[str] = "收货地址最多保存 {limit} 个，请先删除不用的地址"

    limit: int


@dataclass(eq=False)
class BadAddress(DomainError):
    """A parcel would not arrive."""

    code: ClassVar[str] = "addresses.bad_address"
    says: ClassVar[str] = "收货地址有误：{reason}"

    reason: str
