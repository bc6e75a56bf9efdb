"""Is what is stored what the rules make of it: counted again from the stored pairs, digit by digit."""

from collections.abc import Sequence

from xintui.kernel.times import accounting_date
from xintui.trust.graph import models, queries, tables
from xintui.trust.graph.contracts import Market, Shape


def audit() -> Sequence[str]:
    """What differs between the tables and a fresh count of the same relations; nothing: all is as it should be."""
    last = models.Run.objects.order_by("-at", "-id").first()
    if last is None:
        return ()
    return [*_dealings(last), *_sharing(last)]


def _dealings(last: models.Run) -> list[str]:
    from xintui.trust.graph.counting import count

    nodes, pairs, rows = queries.stored()
    counted = count(Market(nodes, pairs))
    found = [
        f"{row.subject_id}：存储的信任分 {row.score}，复算 {fresh.score}"
        for row, fresh in zip(rows, counted.scores, strict=True)
        if any(getattr(row, name) != getattr(fresh, name) for name in fresh.__slots__)
    ]
    members: dict[str, set[str]] = {}
    there = models.Member.objects.filter(ring__gone_at=None).exclude(ring__shape=Shape.SHARED)
    for ring_id, subject_id in there.values_list("ring_id", "subject_id"):
        members.setdefault(ring_id, set()).add(subject_id)
    again = {one.members for one in counted.rings}
    found += [f"团伙线索 {ring_id} 复算时没有出现" for ring_id, who in members.items() if frozenset(who) not in again]
    found += ["复算出的团伙没有存储"] * len(again - {frozenset(who) for who in members.values()})
    if last.market_digest != counted.market_digest:
        found.append("成交关系与最近一次计算的输入摘要不符")
    if last.result_digest != counted.result_digest:
        found.append("复算结果与最近一次计算的结果摘要不符")
    return found


def _sharing(last: models.Run) -> list[str]:
    """Clusters have no digest, so that a person who has left between two runs leaves no trace in one."""
    from xintui.trust.graph import sharing

    shares = queries.stored_shares()
    again = {
        (one.members, one.weight, frozenset((tie.kind, frozenset(tie.members)) for tie in one.ties)): one
        for one in sharing.count(shares, tables.sharing(accounting_date(last.at)))
    }
    rows = models.Ring.objects.filter(shape=Shape.SHARED, gone_at=None).order_by("id")
    held = queries.ties_of([row.id for row in rows])
    members: dict[str, set[str]] = {}
    for ring_id, subject_id in models.Member.objects.filter(ring__in=rows).values_list("ring_id", "subject_id"):
        members.setdefault(ring_id, set()).add(subject_id)
    found = []
    for row in rows:
        ties = frozenset((tie.kind, frozenset(tie.members)) for tie in held.get(row.id, ()))
        if again.pop((frozenset(members.get(row.id, ())), row.weight, ties), None) is None:
            found.append(f"共用标识线索 {row.id} 复算时没有出现，或成员、证据不同")
    found += ["复算出的共用标识线索没有存储"] * len(again)
    if last.shares != len(shares):
        found.append("共用关系与最近一次计算的条数不符")
    return found
