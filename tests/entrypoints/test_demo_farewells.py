"""People of the demo leave as people leave: thought over, carried out by the worker, what the law keeps sealed."""

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.promotion.people import NOW, promoter
from xintui.entrypoints import leaving
from xintui.entrypoints.demo import farewells
from xintui.entrypoints.demo.state import Buyer, Seller, World
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NewUser, Role
from xintui.infra.outbox import facade as outbox
from xintui.trust.privacy import facade as privacy
from xintui.trust.privacy.contracts import ErasureState
from xintui.trust.privacy.models import Erasure as ErasureRow
from xintui.trust.privacy.models import Frozen

pytestmark = pytest.mark.django_db


def _world() -> World:
    """Twelve buyers and promoters to sign in as, then three buyers and a promoter who may leave."""
    nobody: Any = None
    world = World(nobody, lambda *_: None, random.Random(1), town=0)
    new = identity.create_users([NewUser("王敏", NOW, roles=((Role.BUYER, ""),)) for _ in range(15)])
    world.buyers = [Buyer(one.user_id, f"o{n}", f"v{n}", "王敏", "", "", "") for n, one in enumerate(new)]
    world.sellers = [Seller(f"pro{n}", f"usr{n}", []) for n in range(13)]
    last = promoter(1)
    world.sellers.append(Seller(last.id, last.user_id, []))
    world.reach = [1.0] * 14
    return world


def test_those_with_nothing_open_leave_and_what_the_law_keeps_is_sealed() -> None:
    world = _world()
    first, second, stays = (one.user_id for one in world.buyers[12:])
    farewells.leave(world, 2, 1, now=NOW)
    assert (world.made["farewells"], world.reach[-1], world.reach[0]) == (3, 0.0, 1.0)
    assert [one.user_id for one in world.buyers[12:]] == [stays]
    assert leaving.erase_due(now=NOW + timedelta(days=14)) == 0
    assert leaving.erase_due(now=NOW + timedelta(days=15)) == 3
    outbox.deliver_all(SUBSCRIPTIONS)
    told = ErasureRow.objects.values_list("user_id", "state")
    assert dict(told) == dict.fromkeys((first, second, world.sellers[-1].user_id), ErasureState.DONE.value)
    assert privacy.erasure(stays) is None
    assert [identity.user(one).is_active for one in (first, second, stays)] == [False, False, True]
    assert list(Frozen.objects.values_list("kind", "object_id")) == [("tax", world.sellers[-1].promoter_id)]
