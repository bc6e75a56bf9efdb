"""The people and things of the demo, the dice, and the diary of what is to happen."""

import heapq
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xintui.commerce.catalog.contracts import Product
from xintui.commerce.orders.contracts import AfterSaleRequest, Arrival, Decision, GoodsPosted, Parcel
from xintui.commerce.reviews.contracts import Writing
from xintui.entrypoints.demo.gateway import Gateway, Payer
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role


@dataclass(frozen=True)
class Asked:
    """Something asked of a verb together with others of its kind; `then` hears the answer, unless it is a refusal."""

    what: AfterSaleRequest | Decision | GoodsPosted | Writing
    then: Callable[[Any], object] = lambda _: None


Appointment = Parcel | Arrival | Asked | Callable[[datetime], object]


@dataclass(frozen=True)
class Batch:
    """Pieces of a product that are sold in this stretch of time are bad."""

    product_id: str
    since: datetime
    until: datetime


@dataclass
class Buyer:
    """`user_id` is empty until the account is made, together with those of others who come at the time."""

    user_id: str
    openid: str
    visitor: str
    name: str
    phone: str
    region: str
    street: str


@dataclass
class Seller:
    """A promoter with what he likes to show around; `codes` are his links by product."""

    promoter_id: str
    user_id: str
    favourites: list[Product]
    company: bool = False
    codes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Errand:
    """Somebody buys, at a time, what this promoter shows around: planned, not diced."""

    at: datetime
    buyer: Buyer
    seller: Seller


@dataclass
class Shelf:
    """A variant as its shop sees it: how many it usually has, and how many are left."""

    merchant_id: str
    usual: int
    left: int


@dataclass
class World:
    """`made` and `refused` count what the verbs were asked; the database knows what became of it."""

    gateway: Gateway
    say: Callable[[str, int, int], None]
    dice: random.Random
    town: int
    newcomer: Callable[[datetime], Buyer] = field(init=False)
    shops: list[str] = field(default_factory=list)
    owners: dict[str, Principal] = field(default_factory=dict)
    products: list[Product] = field(default_factory=list)
    shelf: dict[str, Shelf] = field(default_factory=dict)
    appeal: list[float] = field(default_factory=list)
    sellers: list[Seller] = field(default_factory=list)
    reach: list[float] = field(default_factory=list)
    buyers: list[Buyer] = field(default_factory=list)
    diary: list[tuple[datetime, int, Appointment]] = field(default_factory=list)
    hands: random.Random = field(default_factory=lambda: random.Random(3))  # noqa: S311
    """Who passes a link on: dice of their own, so that the rest of the story does not change with it."""
    luck: random.Random = field(default_factory=lambda: random.Random(11))  # noqa: S311
    """Who gets a piece of a bad batch: dice of their own too."""
    batches: list[Batch] = field(default_factory=list)
    """Which goods are bad when."""
    marks: dict[str, list[str]] = field(default_factory=dict)
    """Link → the marks of those who opened it lately."""
    arriving: list[tuple[Buyer, datetime]] = field(default_factory=list)
    """Who is about to buy here for the first time."""
    entered: int = 0
    confirming: deque[list[str]] = field(default_factory=lambda: deque(([], [], [])))
    """Transfers that their payees accept now, next time, and the time after."""
    bills: list[Payer] = field(default_factory=list)
    """What is taken to the cashier today besides the carts."""
    methods: frozenset[str] = field(default_factory=frozenset)
    errands: list[Errand] = field(default_factory=list)
    """What some are about to buy, in the order of time."""
    planted: list[tuple[list[Buyer], list[str], str]] = field(default_factory=list)
    """Groups that cheat: their buyers, their promoters, their shop."""
    sharing: list[tuple[list[Buyer], list[Seller]]] = field(default_factory=list)
    """Groups that share more than they should: buyers and promoters of each."""
    leaking: set[str] = field(default_factory=set)
    """Who gets a piece of the batch that leaks, and says so."""
    leaks: str = ""
    """Which product it is."""
    made: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def keep(self, product: Product) -> None:
        """Its shelves are watched, although nobody comes across it."""
        self.shelf |= {sku.id: Shelf(product.merchant_id, sku.total_qty, sku.total_qty) for sku in product.skus}


def later(world: World, at: datetime, what: Appointment) -> None:
    """Put it into the diary: a parcel to hand over, one that arrives, or anything else."""
    world.entered += 1
    heapq.heappush(world.diary, (at, world.entered, what))


def sitting(login: str, role: Role, merchant_id: str) -> Principal:
    """Somebody of the demo's staff, as if signed in."""
    found = next(user for user in identity.users(search=login, after="", limit=10).items if user.login == login)
    return Principal(found.user_id, frozenset({role}), merchant_id or None, found.display_name, 0)
