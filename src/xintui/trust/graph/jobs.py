"""Is what is stored what the rules make of it: counted again from the stored pairs, digit by digit."""

from collections.abc import Sequence

from xintui.trust.graph import models, queries
from xintui.trust.graph.contracts import Market


def audit() -> Sequence[str]:
    """What differs between the tables and a fresh count of the same pairs; nothing: all is as it should be."""
    from xintui.trust.graph.counting import count

    last = models.Run.objects.order_by("-at", "-id").first()
    if last is None:
        return ()
    nodes, pairs, rows = queries.stored()
    counted = count(Market(nodes, pairs))
    found = [
        f"{row.subject_id}：存储的信任分 {row.score}，复算 {fresh.score}"
        for row, fresh in zip(rows, counted.scores, strict=True)
        if any(getattr(row, name) != getattr(fresh, name) for name in fresh.__slots__)
    ]
    members: dict[str, set[str]] = {}
    for ring_id, subject_id in models.Member.objects.filter(ring__gone_at=None).values_list("ring_id", "subject_id"):
        members.setdefault(ring_id, set()).add(subject_id)
    again = {one.members for one in counted.rings}
    found += [f"团伙线索 {ring_id} 复算时没有出现" for ring_id, who in members.items() if frozenset(who) not in again]
    found += ["复算出的团伙没有存储"] * len(again - {frozenset(who) for who in members.values()})
    if last.market_digest != counted.market_digest:
        found.append("成交关系与最近一次计算的输入摘要不符")
    if last.result_digest != counted.result_digest:
        found.append("复算结果与最近一次计算的结果摘要不符")
    return found
