"""A buyer's own addresses. Somebody else's do not exist (404); nobody but their owner reads them here."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.addresses import facade
from xintui.commerce.addresses.contracts import AddressDraft, SavedAddress
from xintui.foundation.identity import facade as identity
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, Text

router = Router(tags=["收货地址"])


class AddressOut(Out):
    id: str
    name: str
    phone: str
    region_code: str
    region: str
    street: str
    default: bool
    changed_at: datetime


class WordsIn(In):
    """`region_code` is the six digits of GB/T 2260; `region` are the names that stand for it."""

    name: Annotated[Text, Field(min_length=1, max_length=40)]
    phone: Annotated[str, Field(pattern=r"^1[3-9][0-9]{9}$")]
    region_code: Annotated[str, Field(pattern=r"^[1-8][0-9]{5}$")]
    region: Annotated[Text, Field(min_length=1, max_length=60)]
    street: Annotated[Text, Field(min_length=1, max_length=120)]

    def draft(self) -> AddressDraft:
        return AddressDraft(self.name, self.phone, self.region_code, self.region, self.street)


class AddressIn(WordsIn):
    default: bool = False


def me(request: HttpRequest) -> str:
    return identity.require(request.principal).user_id  # type: ignore[attr-defined]


@router.get("", response=list[AddressOut])
def book(request: HttpRequest) -> list[SavedAddress]:
    """我的收货地址: at most 20, the default first."""
    return facade.book(me(request))


@router.post("", response={201: AddressOut})
def add(request: HttpRequest, body: AddressIn) -> Status[SavedAddress]:
    return Status(201, facade.add(me(request), body.draft(), now=clock.now(), default=body.default))


@router.get("/{address_id}", response=AddressOut)
def read(request: HttpRequest, address_id: Id) -> SavedAddress:
    return facade.get(address_id, buyer_id=me(request))


@router.put("/{address_id}", response=AddressOut)
def change(request: HttpRequest, address_id: Id, body: WordsIn) -> SavedAddress:
    """Orders placed before keep the address they were placed with."""
    return facade.change(address_id, body.draft(), buyer_id=me(request), now=clock.now())


@router.delete("/{address_id}", response={204: None})
def remove(request: HttpRequest, address_id: Id) -> Status[None]:
    facade.remove(address_id, buyer_id=me(request))
    return Status(204, None)


@router.post("/{address_id}/default", response=AddressOut)
def make_default(request: HttpRequest, address_id: Id) -> SavedAddress:
    """设为默认地址."""
    return facade.make_default(address_id, buyer_id=me(request))
