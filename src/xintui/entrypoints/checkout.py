"""POST /checkouts: attribution is above orders, so the entrance introduces them to each other."""

from typing import Annotated, Final, Self

from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field, model_validator

from xintui.commerce.addresses import facade as addresses
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import Address, Checkout, OrderNotFound, PlaceRequest, Referral
from xintui.commerce.orders.http.shapes import AddressIn, CheckoutOut, QuoteIn
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed
from xintui.infra import clock
from xintui.infra.http import Id, Text
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.promoters import facade as promoters

router: Final = Router(tags=["订单"])


class CheckoutIn(QuoteIn):
    """The buyer's device makes `checkout_id`, so that sending it again changes nothing. Amounts cannot be sent."""

    checkout_id: Annotated[str, Field(pattern=r"^chk[0-9A-Za-z]{10,29}$")]
    address: AddressIn | None = None
    address_id: Id | None = None
    """One of the buyer's saved addresses instead of `address`; the order keeps a copy of it."""
    visitor_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,64}$")] = ""
    note: Annotated[Text, Field(max_length=200)] = ""
    confirmed: Annotated[list[Id], Field(max_length=100)] = []
    """SKUs of which the buyer was shown, and has confirmed for this purchase, that 七日无理由退货 does not apply."""

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.address is None) == (self.address_id is None):
            raise ValueError("address 与 address_id 填且只填一个")
        return self

    def goes_to(self, buyer_id: str) -> Address:
        """Where the parcel goes. Raises `AddressNotFound`."""
        if self.address is not None:
            return self.address.address()
        assert self.address_id is not None
        saved = addresses.get(self.address_id, buyer_id=buyer_id)
        return Address(saved.name, saved.phone, saved.region, saved.street)


@router.post("", response={201: CheckoutOut})
def place(request: HttpRequest, body: CheckoutIn) -> Status[Checkout]:
    """Place a cart: one order per shop, priced here, attributed as of this instant."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if who.merchant_id is not None:
        raise NotAllowed  # a shop's staff buy as the persons they are: a cart spans shops, their token does not
    asked = PlaceRequest(
        checkout_id=body.checkout_id,
        buyer_id=who.user_id,
        items=body.wanted(),
        address=body.goes_to(who.user_id),
        now=clock.now(),
        note=body.note,
        confirmed=frozenset(body.confirmed),
    )
    return Status(201, place_attributed(asked, body.visitor_id))


@transaction.atomic
def place_attributed(asked: PlaceRequest, visitor_id: str) -> Checkout:
    """Freeze who referred the buyer and place, in one transaction; a checkout known already is not judged again."""
    try:
        orders.checkout(asked.checkout_id)
    except OrderNotFound:
        asked = _attributed(asked, visitor_id)
    return orders.place(asked)


def _attributed(asked: PlaceRequest, visitor_id: str) -> PlaceRequest:
    shops = [shop.merchant_id for shop in orders.quote(asked.items).shops]
    found = attribution.freeze(asked.buyer_id, visitor_id, shops, now=asked.now)
    own = promoters.by_user(asked.buyer_id)
    return PlaceRequest(
        checkout_id=asked.checkout_id,
        buyer_id=asked.buyer_id,
        items=asked.items,
        address=asked.address,
        now=asked.now,
        note=asked.note,
        referrals={shop: Referral(one.promoter_id, one.attribution_id) for shop, one in found.items()},
        buyer_promoter_id=own.id if own else "",
        confirmed=asked.confirmed,
    )
