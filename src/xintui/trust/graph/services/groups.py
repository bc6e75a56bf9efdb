"""Groups as they are found, kept: what is found again keeps its number and what people decided of it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from xintui.kernel.ids import new_id
from xintui.trust.graph import models
from xintui.trust.graph.contracts import NodeKind, Shape
from xintui.trust.graph.rules.flow import SAME_PERCENT, same

if TYPE_CHECKING:
    from xintui.trust.graph import counting, sharing

RING: Final = "grg"


def keep(
    found: "Sequence[counting.Found | sharing.Found]", kinds: Mapping[str, NodeKind], shapes: Collection[Shape],
    now: datetime,
) -> int:  # fmt: skip
    """Store what was found; how many groups are new. Who shares most with an earlier group is that group, once.

    Only groups of these shapes are compared: who deals with whom and who shares what are two questions.
    """
    before = list(models.Ring.objects.select_for_update().filter(shape__in=shapes).order_by("id"))
    members: dict[str, set[str]] = {}
    inside = models.Member.objects.filter(ring__shape__in=shapes)
    for ring_id, subject_id in inside.values_list("ring_id", "subject_id"):
        members.setdefault(ring_id, set()).add(subject_id)
    earlier = _earlier([one.members for one in found], {row.id: frozenset(members.get(row.id, ())) for row in before})
    rows = {row.id: row for row in before}
    for at, one in enumerate(found):
        row = rows.get(earlier.get(at, "")) or models.Ring(id=new_id(RING), found_at=now)
        _describe(row, one, kinds, now)
        if members.get(row.id) != set(one.members):
            models.Member.objects.filter(ring=row).delete()
            models.Member.objects.bulk_create(
                models.Member(ring=row, subject_id=name, kind=kinds[name]) for name in sorted(one.members)
            )
    models.Ring.objects.filter(id__in=rows.keys() - set(earlier.values()), gone_at=None).update(gone_at=now)
    return len(found) - len(earlier)


def _earlier(found: Sequence[frozenset[str]], before: Mapping[str, frozenset[str]]) -> dict[int, str]:
    """Which earlier group each of these is, the likest first."""
    likeness = sorted(
        (-same(one, other), ring_id, at)
        for at, one in enumerate(found)
        for ring_id, other in before.items()
        if not one.isdisjoint(other)
    )
    earlier: dict[int, str] = {}
    for unlike, ring_id, at in likeness:
        if -unlike >= SAME_PERCENT and at not in earlier and ring_id not in earlier.values():
            earlier[at] = ring_id
    return earlier


def _describe(
    row: models.Ring, one: "counting.Found | sharing.Found", kinds: Mapping[str, NodeKind], now: datetime
) -> None:
    counts = {kind: sum(kinds[name] is kind for name in one.members) for kind in NodeKind}
    row.shape, row.seen_at, row.gone_at = one.shape, now, None
    row.buyers, row.promoters, row.merchants = (counts[kind] for kind in NodeKind)
    row.density, row.core, row.orders, row.money_fen = one.density, one.core, one.orders, one.money_fen
    row.weight, row.marks = one.weight, dict(Counter(tie.kind.value for tie in one.ties))
    row.save()
    if one.shape is Shape.SHARED:
        models.Tie.objects.filter(ring=row).delete()
        models.Tie.objects.bulk_create(
            models.Tie(ring=row, kind=tie.kind, n=tie.n, subject_id=name) for tie in one.ties for name in tie.members
        )
