"""What a shop says when it opens seats for its goods."""

from datetime import timedelta
from typing import Any

from tests.api.world import World

SEATS: dict[str, Any] = {"seats": 4, "note": "每一步都要留下痕迹"}


def on_the_shelf(world: World) -> dict[str, str]:
    """Seats are for goods on sale, some days ahead; the recipe's body names both."""
    opens = world.now + timedelta(days=6)
    SEATS.update(
        product_id=world.ids["product_id"], opens_at=opens.isoformat(), ends_at=(opens + timedelta(days=9)).isoformat()
    )
    return {}
