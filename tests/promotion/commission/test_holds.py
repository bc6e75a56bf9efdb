"""Holding moves no fen, a release passes what is held over, and what is let go ends in the books of what never was."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.promotion.commission.sales import DAY, T0, give_back, money, paid, publish, receive, sell
from tests.promotion.commission.test_races import clean, together
from xintui.foundation.ledger import facade as ledger
from xintui.infra import sql
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission.contracts import LineState
from xintui.promotion.commission.models import CommissionHold

LATEST = T0 + 30 * DAY
TIERS = ({"from_fen": 0, "rate_bp": 0}, {"from_fen": 10_000, "rate_bp": 100})


def hold(case: str, *lines: tuple[str, str], at: datetime, until: datetime = LATEST) -> tuple[int, int]:
    """Lines and fen held anew."""
    found = commission.hold_lines(case, lines, says="售后集中", until=until, now=at)
    return sum(one.lines for one in found), sum(one.fen for one in found)


def go(case: str, *, at: datetime, promoter: str = "") -> tuple[int, int]:
    found = commission.let_go(case, promoter_id=promoter, ending="cleared", now=at)
    return sum(one.lines for one in found), sum(one.fen for one in found)


def release(at: datetime) -> int:
    return commission.release(now=at).released_fen


@pytest.mark.django_db
def test_a_held_line_stays_pending_over_its_day_and_comes_with_the_next_run_after_it_is_let_go() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000), ("lin2", 4_000)))
    receive("ord1", "lin1", "lin2", at=T0)
    assert hold("case1", ("ord1", "lin1"), at=T0 + DAY) == (1, 1250)
    assert money() == (1750, 0, 0)
    assert release(T0 + 8 * DAY) == 500
    assert money() == (1250, 500, 0)
    line = commission.earning("ord1", "lin1", now=T0 + 8 * DAY)
    assert (line.state, line.held, line.release_at) == (LineState.PENDING, True, None)
    assert go("case1", at=T0 + 9 * DAY) == (1, 1250)
    assert commission.release_due(now=T0 + 9 * DAY + timedelta(hours=1)).released_fen == 1250
    assert money() == (0, 1750, 0)
    line = commission.earning("ord1", "lin1", now=T0 + 10 * DAY)
    assert (line.state, line.held, line.release_at) == (LineState.DUE, False, T0 + 7 * DAY)
    assert commission.audit() == [] and ledger.audit() == []


@pytest.mark.django_db
def test_holding_and_letting_go_twice_is_once_and_a_case_never_holds_a_line_again() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    assert hold("case1", ("ord1", "lin1"), ("ord1", "lin1"), at=T0) == (1, 1250)
    assert hold("case1", ("ord1", "lin1"), at=T0) == (0, 0)
    assert go("case1", at=T0 + DAY) == (1, 1250)
    assert go("case1", at=T0 + DAY) == (0, 0)
    assert hold("case1", ("ord1", "lin1"), at=T0 + DAY) == (0, 0)
    assert hold("case2", ("ord1", "lin1"), at=T0 + DAY) == (1, 1250)


@pytest.mark.django_db
def test_a_line_that_two_cases_hold_is_free_when_both_are_over() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    receive("ord1", "lin1", at=T0)
    hold("case1", ("ord1", "lin1"), at=T0 + DAY)
    hold("case2", ("ord1", "lin1"), at=T0 + 2 * DAY)
    assert sum(one.fen for one in commission.held_of("pro1")) == 2 * commission.held_fen("pro1") == 2500
    assert go("case1", at=T0 + 3 * DAY) == (0, 0)
    assert release(T0 + 8 * DAY) == 0
    assert go("case2", at=T0 + 9 * DAY) == (1, 1250)
    assert release(T0 + 9 * DAY) == 1250


@pytest.mark.django_db
def test_goods_received_while_the_line_is_held_ripen_at_their_own_instant() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    hold("case1", ("ord1", "lin1"), at=T0)
    assert receive("ord1", "lin1", at=T0 + DAY) == 0
    assert release(T0 + 9 * DAY) == 0
    go("case1", at=T0 + 9 * DAY)
    assert release(T0 + 9 * DAY) == 1250
    assert commission.earning("ord1", "lin1", now=T0 + 9 * DAY).release_at == T0 + 8 * DAY
    assert commission.audit() == []


@pytest.mark.django_db
def test_what_is_released_already_what_is_refunded_and_ones_own_purchase_cannot_be_held() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)), paid("ord2", ("lin2", 10_000)), paid("ord3", ("lin3", 9_000), buyer_is="pro1"))
    receive("ord1", "lin1", at=T0)
    release(T0 + 8 * DAY)
    give_back("rfd1", "ord2", "lin2", 10_000, at=T0 + DAY)
    assert hold("case1", ("ord1", "lin1"), ("ord2", "lin2"), ("ord3", "lin3"), ("ord9", "x"), at=T0 + 9 * DAY) == (0, 0)


@pytest.mark.django_db
def test_a_refund_of_a_held_line_takes_its_commission_as_ever() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    receive("ord1", "lin1", at=T0)
    hold("case1", ("ord1", "lin1"), at=T0 + DAY)
    give_back("rfd1", "ord1", "lin1", 4_000, at=T0 + 2 * DAY)
    assert money() == (750, 0, 0)
    assert go("case1", at=T0 + 9 * DAY) == (1, 750)
    assert release(T0 + 9 * DAY) == 750
    assert commission.audit() == [] and ledger.audit() == []


@pytest.mark.django_db
def test_nobodys_money_waits_for_ever() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    receive("ord1", "lin1", at=T0)
    hold("case1", ("ord1", "lin1"), at=T0 + DAY)
    assert commission.let_go_due(now=LATEST - timedelta(seconds=1)) == 0
    assert commission.extend_hold("case1", until=LATEST + DAY) == 1
    assert commission.let_go_due(now=LATEST) == 0
    assert commission.let_go_due(now=LATEST + DAY) == 1
    assert release(LATEST + DAY) == 1250
    with pytest.raises(IntegrityError), transaction.atomic():
        CommissionHold.objects.update(until=T0)


@pytest.mark.django_db
def test_one_promoters_lines_can_be_let_go_alone_and_both_read_what_waits() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)), paid("ord2", ("lin2", 4_000), promoter="pro2"))
    hold("case1", ("ord1", "lin1"), ("ord2", "lin2"), at=T0)
    assert [(one.promoter_id, one.lines, one.fen) for one in commission.held_for(["case1"])] == [
        ("pro1", 1, 1250), ("pro2", 1, 500),
    ]  # fmt: skip
    assert go("case1", promoter="pro2", at=T0 + DAY) == (1, 500)
    assert commission.held_of("pro2") == ()
    assert [(one.case_id, one.fen, one.says) for one in commission.held_of("pro1")] == [("case1", 1250, "售后集中")]
    assert commission.ever_held("case1", "pro2") and not commission.ever_held("case2", "pro2")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), st.integers(0, 2)),
        st.tuples(st.just("refund"), st.integers(0, 2), st.integers(1, 4_000)),
        st.tuples(st.just("sweep")),
        st.tuples(st.just("hold"), st.integers(0, 1), st.integers(0, 2)),
        st.tuples(st.just("go"), st.integers(0, 1)),
        st.tuples(st.just("days"), st.integers(1, 12)),
    ),
    max_size=18,
)


@pytest.mark.django_db
@settings(max_examples=120, deadline=None)
@given(steps=STEPS)
def test_held_then_let_go_ends_in_the_same_books_as_never_held(steps: list[tuple[str, int]]) -> None:
    """Two promoters with the same sales; only the first one's are ever held. No step of a hold moves a fen."""
    with transaction.atomic():
        publish(tiers=TIERS)
        names = {"pro1": "a", "pro2": "b"}
        for promoter, mark in names.items():
            sell(paid(f"ord{mark}", *((f"lin{n}", 12_000) for n in range(3)), promoter=promoter))
        now = T0
        for n, (verb, *more) in enumerate(steps):
            before = money()
            if verb == "days":
                now += more[0] * DAY
            elif verb == "sweep":
                release(now)
            elif verb == "hold":
                hold(f"case{more[0]}", ("orda", f"lin{more[1]}"), at=now, until=now + 400 * DAY)
                assert money() == before
            elif verb == "go":
                go(f"case{more[0]}", at=now)
                assert money() == before
            else:
                for mark in names.values():
                    if verb == "receive":
                        receive(f"ord{mark}", f"lin{more[0]}", at=now)
                    else:
                        give_back(f"rfd{n}{mark}", f"ord{mark}", f"lin{more[0]}", min(more[1], 600), at=now)
            now += timedelta(minutes=1)
        for case in ("case0", "case1"):
            go(case, at=now)
        release(now)
        release(now + 70 * DAY)
        assert money("pro1") == money("pro2")
        books = [
            [(m.month, m.lines, m.net_fen, m.commission_fen, m.bonus_fen) for m in commission.statements(promoter)]
            for promoter in names
        ]
        assert books[0] == books[1]
        assert commission.audit() == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("round_", range(4))
def test_a_sweep_beside_a_hold_either_releases_a_line_or_leaves_it_held_never_both(committed: str, round_: int) -> None:
    publish()
    lines = [(f"lin{n}", 10_000) for n in range(8)]
    sell(paid("ord1", *lines))
    receive("ord1", *(line for line, _ in lines), at=T0)
    ripe = T0 + 8 * DAY
    answers = together(
        lambda: hold("case1", *(("ord1", line) for line, _ in lines), at=ripe),
        lambda: release(ripe),
        lambda: commission.hold_lines("case2", [("ord1", "lin0")], says="另一件", until=LATEST, now=ripe),
    )
    released = answers[1]
    with transaction.atomic():
        waiting = {one.case_id: one.lines for one in commission.held_for(["case1", "case2"])}
    assert (waiting, released) in [
        ({"case1": 8, "case2": 1}, 0),  # both holds came first
        ({"case1": 1, "case2": 1}, 7 * 1250),  # the sweep between them, lin0 held already
        ({}, 8 * 1250),
    ]
    assert money() == (10_000 - int(str(released)), released, 0)
    clean()
    for case in ("case1", "case2"):
        go(case, at=ripe + DAY)
    release(ripe + DAY)
    assert money() == (0, 10_000, 0)
    clean()


@pytest.mark.parametrize("round_", range(3))
def test_letting_go_beside_a_sweep_releases_once(committed: str, round_: int) -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    receive("ord1", "lin1", at=T0)
    hold("case1", ("ord1", "lin1"), at=T0 + DAY)
    ripe = T0 + 8 * DAY
    gate = threading.Barrier(2)

    def free() -> tuple[int, int]:
        gate.wait(20)
        return go("case1", at=ripe)

    def sweep() -> int:
        gate.wait(20)
        return release(ripe)

    assert together(free, sweep)[0] == (1, 1250)
    release(ripe + DAY)
    assert money() == (0, 1250, 0)
    clean()


@pytest.mark.django_db
def test_the_release_knows_nothing_of_holds() -> None:
    """It costs what it did, however many lines wait."""
    for statement in ("sweep", "sweep_apply", "ripe"):
        assert "hold" not in sql.text("xintui.promotion.commission", statement)
