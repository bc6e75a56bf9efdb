"""How the operations on papers are made to succeed: who asks, with what, after what."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from xintui.foundation.identity.contracts import SYSTEM
from xintui.trust.qualification import facade

if TYPE_CHECKING:
    from tests.api.world import World

NOTE = "审计测试"


def refused(world: "World") -> Mapping[str, str]:
    """The victim's paper is refused."""
    facade.decide(world.ids["certificate_id"], False, NOTE, by=SYSTEM, now=world.now)
    return {}


def to_look_at(world: "World") -> Mapping[str, str]:
    """The victim's paper has been in force for half a year."""
    facade.decide(world.ids["certificate_id"], True, NOTE, by=SYSTEM, now=world.now)
    assert facade.check_due(now=world.now + timedelta(days=200))
    return {}


CARRIED_OUT: dict[str, tuple[Any, ...]] = {
    "qualification_upload": ("owner", b"picture"),
    "qualification_submit": ("owner", {"kind": "cosmetic_making", "number": "粤妆20160344", "name": NOTE}),
    "qualification_withdraw": ("owner",),
    "qualification_appeal": ("owner", {"words": NOTE}, refused),
    "qualification_decide": ("Boss", {"passed": True, "reason": NOTE}),
    "qualification_recheck": ("Boss", {"holds": True, "reason": NOTE}, to_look_at),
    "qualification_block": ("Boss", {"value": "91350100M000100Y43", "reason": NOTE}),
    "qualification_lift": ("Boss", {"reason": NOTE}),
    "catalog_set_papers": ("owner", {"papers": [{"kind": "gtin", "number": "6901234567892"}]}),
}
