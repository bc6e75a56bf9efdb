"""Marks are kept for their time, clusters keep their number, and whoever leaves leaves no mark."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import pytest

from tests.trust.graph.markets import DAY, T0
from xintui.foundation.identity.contracts import SYSTEM
from xintui.infra.outbox.models import OutboxEvent
from xintui.kernel.states import NoSuchMove
from xintui.trust.graph import facade, models
from xintui.trust.graph.contracts import Mark, Market, MarkKind, Node, NodeKind, RingState, Shape, Tie, Verb

pytestmark = pytest.mark.django_db
PHONE, PAYEE, DOOR = MarkKind.INSTALLATION, MarkKind.PAYEE, MarkKind.ADDRESS
NOBODY = Market([], [])
THREE = ["usr01", "usr02", "usr03"]


def seen(kind: MarkKind, value: str, people: Iterable[str], at=T0) -> list[Mark]:
    return [Mark(one, kind, value.encode(), at) for one in people]


def who(people: Iterable[str]) -> Mapping[str, Node]:
    """Everybody promotes; usr8… are the staff of one shop."""
    return {
        one: Node("mer8", NodeKind.MERCHANT) if one.startswith("usr8") else Node(f"pro{one[3:]}", NodeKind.PROMOTER)
        for one in people
    }


def run(now=T0):
    return facade.refresh(NOBODY, who, now=now)


def clusters() -> list[set[str]]:
    there = [ring for ring in facade.rings(limit=50).items if ring.shape is Shape.SHARED and ring.gone_at is None]
    return sorted(({one.id for one in facade.web(ring.id).members} for ring in there), key=sorted)


def one_cluster():
    facade.note([*seen(PHONE, "a", THREE), *seen(PAYEE, "x", THREE[:2]), *seen(DOOR, "d", THREE)], now=T0)
    assert run().clusters == 1
    (ring,) = facade.rings().items
    return ring


def test_a_cluster_is_found_with_what_is_shared_and_no_value_in_it() -> None:
    ring = one_cluster()
    assert (ring.shape, ring.state, ring.promoters) == (Shape.SHARED, RingState.OPEN, 3)
    assert ring.says == (
        "3 个账号共用安装标识 1 个、收款账户 1 个、收货地址 1 个；"
        "把他们连在一起的每一条线，不同种类的证据合计至少 105 分"
    )
    web = facade.web(ring.id)
    assert [one.id for one in web.members] == ["pro01", "pro02", "pro03"] and len(web.unknown) == 3
    assert web.ties == (
        Tie(PHONE, 1, ("pro01", "pro02", "pro03")), Tie(PAYEE, 1, ("pro01", "pro02")),
        Tie(DOOR, 1, ("pro01", "pro02", "pro03")),
    )  # fmt: skip
    assert facade.audit() == []


def test_hearing_it_again_and_in_another_order_changes_nothing_and_moves_the_end() -> None:
    marks = [*seen(PHONE, "a", THREE), *seen(PHONE, "a", THREE, T0 + DAY), *seen(PAYEE, "x", THREE, T0 - DAY)]
    for batch in (marks, marks[::-1], marks[3:5]):
        facade.note(batch, now=T0 + DAY)
    assert models.Mark.objects.count() == 6
    (phone,) = [one for one in facade.kept("usr01", now=T0) if one.what == "安装标识的摘要"]
    assert (phone.first_at, phone.last_at, phone.ends_at) == (T0, T0 + DAY, T0 + DAY + timedelta(days=180))
    assert "同一部手机" in phone.why


def test_the_staff_of_a_shop_are_the_shop_and_no_group() -> None:
    staff = ["usr81", "usr82", "usr83"]
    facade.note([*seen(PHONE, "till", staff), *seen(PAYEE, "x", staff), *seen(DOOR, "shop", staff)], now=T0)
    assert run().clusters == 0
    facade.note([*seen(PHONE, "till", ["usr01"]), *seen(PAYEE, "x", ["usr01"])], now=T0)
    assert run(T0 + DAY).clusters == 1
    assert clusters() == [{"mer8", "pro01"}]


def test_found_again_a_little_changed_it_keeps_its_number_and_what_was_decided() -> None:
    ring = one_cluster()
    facade.decide(ring.id, Verb.CLEAR, "一家三口，已说明", by=SYSTEM, now=T0)
    facade.note([*seen(PHONE, "a", ["usr04"], T0 + DAY), *seen(DOOR, "d", ["usr04"], T0 + DAY)], now=T0 + DAY)
    done = run(T0 + DAY)
    assert (done.clusters, done.fresh_rings) == (1, 0)
    (again,) = facade.rings().items
    assert (again.id, again.state, again.promoters) == (ring.id, RingState.CLEARED, 4)
    assert facade.audit() == []


def test_what_is_not_seen_any_more_ends_after_its_time_and_the_cluster_with_it() -> None:
    ring = one_cluster()
    end = T0 + timedelta(days=180)
    assert run(end - timedelta(seconds=1)).clusters == 1
    assert run(end).clusters == 0
    assert models.Mark.objects.count() == models.Share.objects.count() == 0
    assert facade.ring(ring.id).gone_at == end
    assert facade.note(seen(PHONE, "a", THREE), now=end) == 0
    assert facade.audit() == []


def test_whoever_leaves_leaves_no_mark_and_the_books_still_agree() -> None:
    ring = one_cluster()
    facade.decide(ring.id, Verb.CONFIRM, "同一人操作，已承认", by=SYSTEM, now=T0)
    facade.forget("usr02", ["pro02"])
    left = [models.Mark.objects.filter(person_id="usr02")]
    left += [
        model.objects.filter(subject_id__in=["usr02", "pro02"]) for model in (models.Share, models.Tie, models.Member)
    ]
    assert [rows.count() for rows in left] == [0, 0, 0, 0]
    assert facade.kept("usr02", now=T0) == ()
    assert facade.audit() == []
    assert facade.ring(ring.id).state is RingState.CONFIRMED
    assert run(T0 + DAY).clusters == 0  # two are left who share no payee
    assert facade.ring(ring.id).gone_at == T0 + DAY
    assert facade.audit() == []


def test_one_kind_can_be_dropped_alone() -> None:
    one_cluster()
    facade.drop("usr01", PAYEE)
    assert {one.what for one in facade.kept("usr01", now=T0)} == {"安装标识的摘要", "收货地址的摘要"}


def test_rings_of_dealing_and_clusters_of_sharing_never_become_each_other() -> None:
    ring = one_cluster()
    models.Ring.objects.filter(id=ring.id).update(shape=Shape.BLOCK)
    run(T0 + DAY)
    assert {one.shape: one.gone_at for one in facade.rings().items} == {Shape.BLOCK: T0 + DAY, Shape.SHARED: None}


def test_an_audit_notices_a_member_an_identifier_and_a_weight_that_were_touched() -> None:
    ring = one_cluster()
    for touch in (
        lambda: models.Member.objects.filter(subject_id="pro03").update(subject_id="pro09"),
        lambda: models.Tie.objects.filter(subject_id="pro03").update(subject_id="pro09"),
        lambda: models.Ring.objects.filter(id=ring.id).update(weight=99),
        lambda: models.Share.objects.filter(subject_id="pro03", kind=DOOR.value).delete(),
    ):
        touch()
        assert any("共用" in line for line in facade.audit())
        models.Ring.objects.all().delete()
        models.Share.objects.all().delete()
        run(T0)
        assert facade.audit() == []
        ring = facade.rings().items[0]


def test_what_people_decided_is_told_with_everybody_who_is_in_it() -> None:
    ring = one_cluster()
    facade.decide(ring.id, Verb.CONFIRM, "同一人操作，已承认", by=SYSTEM, now=T0)
    with pytest.raises(NoSuchMove):
        facade.decide(ring.id, Verb.CLEAR, "不可能", by=SYSTEM, now=T0)
    (told,) = OutboxEvent.objects.filter(topic="graph.decided").values_list("payload", flat=True)
    assert (told["state"], told["shape"], len(told["members"])) == ("confirmed", "shared", 3)


def test_hearing_and_showing_cost_the_same_number_of_questions_whatever_is_there(django_assert_max_num_queries) -> None:
    people = [f"usr{n:03}" for n in range(300)]
    for n in range(0, 300, 3):
        some = people[n : n + 3]
        facade.note([*seen(PHONE, f"a{n}", some), *seen(PAYEE, f"x{n}", some)], now=T0)
    with django_assert_max_num_queries(4):
        facade.note(seen(PHONE, "later", people[:1]), now=T0)
    run()
    with django_assert_max_num_queries(8):
        facade.web(facade.rings().items[0].id)
    assert facade.last_run().clusters == 100
