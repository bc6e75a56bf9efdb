"""Some leave: an account is closed after a time to think, and what the law keeps of it is sealed (依法冻结)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from xintui.entrypoints import leaving
from xintui.entrypoints.demo.state import Buyer, Seller, World, later
from xintui.foundation.identity.contracts import Principal, Role
from xintui.trust.privacy import facade as privacy

GONE: Final = (2, 1)
THINKING: Final = (1, 0)
"""How many buyers and promoters have left, and how many are thinking it over when the visitor comes."""
KNOWN: Final = 12
"""The first buyers and promoters are the visitor's to sign in as: they stay."""
LOOKED_AT: Final = 60
P = TypeVar("P", Buyer, Seller)


def schedule(world: World, start: datetime, end: datetime) -> None:
    """Early enough that the cooling-off is over when the story ends, and a few days before its end."""
    cooling = timedelta(days=privacy.days("cooling_days"))
    asked = end - cooling - timedelta(days=9)
    if asked > start + cooling:
        later(world, asked, lambda now: leave(world, *GONE, now=now))
        later(world, end - timedelta(days=3), lambda now: leave(world, *THINKING, now=now))


def leave(world: World, buyers: int, promoters: int, *, now: datetime) -> None:
    """The first who have nothing open ask to be forgotten, and neither buy nor share any more."""
    for buyer in _free(world.buyers[KNOWN:], buyers, now):
        world.buyers.remove(buyer)
        world.made["farewells"] += 1
    for seller in _free(world.sellers[:KNOWN:-1], promoters, now):
        world.reach[world.sellers.index(seller)] = 0.0
        world.made["farewells"] += 1


def _free(people: Sequence[P], wanted: int, now: datetime) -> list[P]:
    found: list[P] = []
    for one in people[:LOOKED_AT]:
        if len(found) < wanted and not leaving.blockers(one.user_id):
            privacy.ask_to_leave(Principal(one.user_id, frozenset({Role.BUYER}), None, "", 0), (), now=now)
            found.append(one)
    return found
