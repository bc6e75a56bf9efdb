"""POST /checkouts: attribution is above orders, so the entrance introduces them to each other."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final, Self

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field, model_validator

from xintui.commerce.addresses import facade as addresses
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import Address, Checkout, PlaceRequest, Referral
from xintui.commerce.orders.http.shapes import AddressIn, CheckoutOut, QuoteIn
from xintui.commerce.quality import facade as quality
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed
from xintui.infra import batches, clock
from xintui.infra.http import Id, Text
from xintui.kernel.errors import DomainError
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Cart
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


def place_attributed(asked: PlaceRequest, visitor_id: str) -> Checkout:
    """Freeze who referred the buyer and place, in one transaction; a checkout known already is not judged again."""
    return batches.only(place_attributed_many([(asked, visitor_id)]))


def place_attributed_many(asked: Sequence[tuple[PlaceRequest, str]]) -> list[Checkout | DomainError]:
    """`place_attributed` for many (request, visitor): each answer is the checkout or the refusal."""
    return batches.each(_placed, asked, apart=lambda pair: pair[0].buyer_id)


def _placed(asked: Sequence[tuple[PlaceRequest, str]]) -> list[Checkout]:
    known = orders.checkouts([request.checkout_id for request, _ in asked])
    fresh = [(request, visitor) for request, visitor in asked if request.checkout_id not in known]
    judged = {request.checkout_id: request for request in _attributed(fresh)} if fresh else {}
    said = orders.place_many([judged.get(request.checkout_id, request) for request, _ in asked])
    return [batches.only([one]) for one in said]


def _attributed(asked: Sequence[tuple[PlaceRequest, str]]) -> list[PlaceRequest]:
    sellers = orders.sellers({item.sku_id for request, _ in asked for item in request.items})
    carts = [
        Cart(
            request.buyer_id,
            visitor,
            frozenset(sellers[item.sku_id] for item in request.items if item.sku_id in sellers),
            request.now,
        )
        for request, visitor in asked
    ]
    own = promoters.by_users(request.buyer_id for request, _ in asked)
    frozen = attribution.freeze_many(carts)
    # Attribution is of a shop; what is not promoted at this instant earns nobody anything, the rest of the cart does.
    paused = quality.paused_of_shops({shop for found in frozen for shop in found})
    return [
        replace(
            request,
            referrals={
                shop: Referral(one.promoter_id, one.attribution_id, paused.get(shop, ())) for shop, one in found.items()
            },
            buyer_promoter_id=own[request.buyer_id].id if request.buyer_id in own else "",
        )
        for (request, _), found in zip(asked, frozen, strict=True)
    ]
