"""Who shares enough is found, whoever lives together is left alone, and nothing hangs on names or on any order."""

from collections.abc import Iterable
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xintui.trust.graph import sharing, tables
from xintui.trust.graph.contracts import MarkKind, NodeKind, Share

DAY = date(2026, 11, 29)
TERMS = tables.sharing(DAY)
PHONE, PAYEE, PAYER, DOOR = (
    MarkKind.INSTALLATION, MarkKind.PAYEE, MarkKind.PAYER, MarkKind.ADDRESS,
)  # fmt: skip


def shares(*held: tuple[MarkKind, str, Iterable[str]]) -> list[Share]:
    """(kind, identifier, who). Names that begin with p promote, with m sell, the others buy."""
    kinds = {"p": NodeKind.PROMOTER, "m": NodeKind.MERCHANT}
    return [
        Share(kind, value.encode(), who, kinds.get(who[0], NodeKind.BUYER))
        for kind, value, some in held
        for who in some
    ]


def groups(*held: tuple[MarkKind, str, Iterable[str]]) -> list[set[str]]:
    return [set(one.members) for one in sharing.count(shares(*held), TERMS)]


ABC, MANY = ["p1", "p2", "b3"], [f"p{n:02}" for n in range(13)]


@pytest.mark.parametrize(
    ("held", "found"),
    [
        pytest.param([(PHONE, "a", ABC), (PAYEE, "x", ABC)], [set(ABC)], id="one telephone and one payee"),
        pytest.param([(PHONE, "a", ABC), (DOOR, "d", ABC)], [set(ABC)], id="one telephone and one door"),
        pytest.param([(PAYEE, "x", ABC[:2]), (PHONE, "a", ABC[:2])], [set(ABC[:2])], id="two, if one is paid for both"),
        pytest.param([(PHONE, "a", ABC[:2]), (DOOR, "d", ABC[:2])], [], id="a couple with one telephone"),
        pytest.param([(DOOR, "d", ABC)], [], id="a family"),
        pytest.param([(DOOR, "d", ABC), (PAYER, "w", ABC)], [], id="a family of which one pays"),
        pytest.param([(PAYEE, "x", ABC)], [], id="one kind alone, however strong"),
        pytest.param([(DOOR, "d", ABC), (DOOR, "e", ABC), (DOOR, "f", ABC)], [], id="one kind many times is one kind"),
        pytest.param([(PHONE, "a", MANY), (DOOR, "d", MANY)], [], id="a dormitory with a counter's telephone"),
        pytest.param([(PHONE, "a", ["b1", "b2", "b3"]), (DOOR, "d", ["b1", "b2", "b3"])], [], id="nobody promotes"),
        pytest.param(
            [(PHONE, "a", ["p1", "p2", "p3"]), (PAYEE, "x", ["p1", "p2"]), (DOOR, "d", ["p2", "p3"])],
            [{"p1", "p2", "p3"}],
            id="different evidence between different people",
        ),
        pytest.param(
            [(PHONE, "a", ["p1", "p2"]), (PAYEE, "x", ["p1", "p2"]), (PHONE, "b", ["m1", "m2"]),
             (PAYEE, "y", ["m1", "m2"])],
            [{"m1", "m2"}, {"p1", "p2"}],
            id="two groups are two",
        ),
        pytest.param([(PHONE, "a", ["p1"]), (PAYEE, "x", ["p1"])], [], id="nobody shares anything with herself"),
        pytest.param([], [], id="nobody"),
    ],
)  # fmt: skip
def test_what_is_a_cluster_and_what_is_none(held, found) -> None:
    assert groups(*held) == found


@pytest.mark.parametrize("kind", list(MarkKind))
def test_an_identifier_shared_by_too_many_ties_nobody_together(kind) -> None:
    """One more person than the table's last line, and what would have been enough with it is not."""
    most = TERMS.most(kind)
    other = PHONE if kind is PAYEE else PAYEE
    few = ["p1", "p2", "p3"]
    crowd = [*few, *(f"b{n:03}" for n in range(most - len(few) + 1))]
    needed = TERMS.worth[other][0][1] + TERMS.worth[kind][0][1] >= TERMS.enough
    assert groups((other, "x", few), (kind, "d", few)) == ([set(few)] if needed else [])
    assert groups((other, "x", few), (kind, "d", crowd)) == []


def test_a_cluster_says_what_is_shared_by_whom_and_how_much_it_is_at_least_worth() -> None:
    (one,) = sharing.count(
        shares((PHONE, "a", ABC), (PAYEE, "x", ABC[:2]), (DOOR, "d", ABC), (DOOR, "far", [*ABC[:1], "b9"])), TERMS
    )
    assert {(tie.kind, tie.n, tie.members) for tie in one.ties} == {
        (PHONE, 1, ("b3", "p1", "p2")), (PAYEE, 1, ("p1", "p2")), (DOOR, 1, ("b3", "p1", "p2")),
    }  # fmt: skip
    assert one.weight == 105


def test_the_table_is_read_as_it_is_written() -> None:
    made = sharing.arrays(TERMS, np.zeros(1, bool))
    phone = list(MarkKind).index(PHONE)
    assert [made.worth[phone, people] for people in (2, 6, 7, 15, 16, 30)] == [60, 60, 45, 45, 30, 30]
    door = list(MarkKind).index(DOOR)
    assert [made.worth[door, people] for people in (6, 7, 12, 13, 30)] == [45, 25, 25, 0, 0]


def test_before_the_first_version_the_first_is_in_force_and_every_kind_has_its_reason() -> None:
    assert tables.sharing(date(2020, 1, 1)).version == "2026-11"
    assert all(TERMS.why[kind] and 0 < TERMS.days[kind] <= 180 for kind in MarkKind)


worlds = st.lists(
    st.tuples(
        st.sampled_from(list(MarkKind)),
        st.sampled_from("abcd"),
        st.sets(st.sampled_from(["p1", "p2", "p3", "m1", "b1", "b2", "b3", "b4"]), max_size=5),
    ),
    max_size=12,
)


def told(rows: list[Share]) -> set[tuple[object, ...]]:
    return {
        (one.members, one.weight, frozenset((tie.kind, frozenset(tie.members)) for tie in one.ties))
        for one in sharing.count(rows, TERMS)
    }


@given(worlds, st.randoms(use_true_random=False))
def test_neither_the_order_of_facts_nor_hearing_them_twice_changes_anything(world, random) -> None:
    rows = shares(*world)
    again = rows + rows[: len(rows) // 2]
    random.shuffle(again)
    assert told(again) == told(rows)


@given(worlds, st.permutations("abcd"), st.permutations(range(8)))
def test_names_of_people_and_identifiers_change_nothing(world, values, numbers) -> None:
    who = ["p1", "p2", "p3", "m1", "b1", "b2", "b3", "b4"]
    other = {one: f"{one[0]}x{numbers[at]}" for at, one in enumerate(who)}
    renamed = [
        (kind, dict(zip("abcd", values, strict=True))[value], {other[one] for one in some})
        for kind, value, some in world
    ]
    back = {new: old for old, new in other.items()}

    def by(rows: list[Share], name: dict[str, str]) -> set[tuple[object, ...]]:
        return {
            (frozenset(name[who] for who in members), weight,
             frozenset((kind, frozenset(name[who] for who in some)) for kind, some in ties))
            for members, weight, ties in told(rows)
        }  # fmt: skip

    assert by(shares(*renamed), back) == by(shares(*world), {one: one for one in who})


@given(worlds)
def test_a_cluster_never_rests_on_one_kind_nor_holds_buyers_alone_nor_anybody_twice(world) -> None:
    found = sharing.count(shares(*world), TERMS)
    everybody = [who for one in found for who in one.members]
    assert len(everybody) == len(set(everybody))
    for one in found:
        assert len({tie.kind for tie in one.ties}) >= TERMS.least_kinds
        assert any(who[0] in "pm" for who in one.members)
        assert one.weight >= TERMS.enough
        assert all(len(tie.members) >= 2 and set(tie.members) <= one.members for tie in one.ties)
        assert set().union(*(tie.members for tie in one.ties)) == one.members
