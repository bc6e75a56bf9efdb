"""A refund that is undone leaves the commission as if it had never been, wherever its line stands by then."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.promotion.commission.sales import (
    DAY,
    SHOP,
    T0,
    bonus_paid,
    give_back,
    money,
    paid,
    publish,
    receive,
    sell,
)
from tests.promotion.commission.test_holds import TIERS, go, hold, release
from xintui.commerce.disputes.contracts import DisputeReversed, Undone
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission.contracts import NotBookedYet
from xintui.promotion.commission.models import CommissionRefund

pytestmark = pytest.mark.django_db


def undo(refund_id: str, order: str, line: str, fen: int, *, at: datetime) -> int:
    """The ruling behind this refund was reversed."""
    event = DisputeReversed("dsp1", order, SHOP, (Undone(refund_id, line, fen),), at)
    return commission.restored([event], now=at)


def clean() -> None:
    assert commission.audit() == [] and ledger.audit() == []


def test_pending_commission_comes_back_to_the_fen_and_the_shop_pays_it_again() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    give_back("rfd1", "ord1", "lin1", 3333, at=T0 + DAY)
    assert money() == (833, 0, 0)
    assert undo("rfd1", "ord1", "lin1", 3333, at=T0 + 9 * DAY) == 1
    assert money() == (1250, 0, 0)
    (posting,) = ledger.postings(["commission.restored/rfd1/lin1"])
    assert [(str(m.debit), str(m.credit), m.fen) for m in posting.moves] == [
        (f"merchant.payable:{SHOP}@CNY", "promoter.pending:pro1@CNY", 417)
    ]
    told = commission.explanation("ord1", "lin1", now=T0 + 9 * DAY)
    assert [(one.refund_fen, one.delta_fen) for one in told.refunds] == [(3333, 417), (-3333, -417)]
    assert (told.steps[-1].fen, sum(one.fen for one in told.moves)) == (1250, 1250 + 417 + 417)
    clean()


def test_undone_twice_is_once_and_only_what_was_refunded_can_be_undone() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    with pytest.raises(NotBookedYet):
        undo("rfd1", "ord1", "lin1", 3333, at=T0 + DAY)
    give_back("rfd1", "ord1", "lin1", 3333, at=T0 + DAY)
    assert [undo("rfd1", "ord1", "lin1", 3333, at=T0 + 2 * DAY) for _ in range(2)] == [1, 0]
    assert give_back("rfd1", "ord1", "lin1", 3333, at=T0 + DAY) == 0
    assert money() == (1250, 0, 0)
    assert undo("rfd9", "ord9", "lin9", 1, at=T0 + DAY) == 0  # nobody's line
    with pytest.raises(IntegrityError), transaction.atomic():
        CommissionRefund.objects.create(
            books="shop", refund_id="rfd2/lin1", promoter_id="pro1", order_id="ord1", line_id="lin1", refund_fen=-1,
            refunded_at=T0, delta_fen=0,
        )  # fmt: skip


def test_after_the_release_it_pays_the_debt_first_that_the_refund_had_made() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    receive("ord1", "lin1", at=T0)
    release(T0 + 8 * DAY)
    paid_out = ledger.Posting("payouts.test/1", (ledger.Move(
        Account(Kind.PROMOTER_DUE, "pro1"), Account(Kind.GATEWAY_CLEARING, "wechat"), 1000),), T0.date())  # fmt: skip
    ledger.post(paid_out)
    give_back("rfd1", "ord1", "lin1", 10_000, at=T0 + 9 * DAY)
    assert money() == (0, 0, 1000)
    undo("rfd1", "ord1", "lin1", 10_000, at=T0 + 20 * DAY)
    assert money() == (0, 250, 0)
    (month,) = commission.statements("pro1")
    assert (month.net_fen, month.commission_fen, month.released_fen, month.clawed_back_fen) == (10_000, 1250, 1250, 0)
    clean()


def test_a_refund_before_the_release_that_is_undone_after_it_counts_as_released() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    receive("ord1", "lin1", at=T0)
    give_back("rfd1", "ord1", "lin1", 4_000, at=T0 + DAY)
    release(T0 + 8 * DAY)
    assert money() == (0, 750, 0)
    undo("rfd1", "ord1", "lin1", 4_000, at=T0 + 12 * DAY)
    assert money() == (0, 1250, 0)
    (month,) = commission.statements("pro1")
    assert (month.net_fen, month.released_fen, month.clawed_back_fen) == (10_000, 1250, 0)
    clean()


def test_the_bonus_of_a_closed_month_comes_back_too() -> None:
    publish(tiers=TIERS)
    sell(paid("ord1", ("lin1", 30_000)))
    receive("ord1", "lin1", at=T0)
    release(T0 + 40 * DAY)
    assert bonus_paid() == 200
    give_back("rfd1", "ord1", "lin1", 15_000, at=T0 + 41 * DAY)
    assert bonus_paid() == 50
    undo("rfd1", "ord1", "lin1", 15_000, at=T0 + 50 * DAY)
    assert (bonus_paid(), money()) == (200, (0, 3750 + 200, 0))
    clean()


def test_it_is_booked_on_the_day_it_happens_though_it_counts_where_the_refund_did() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    give_back("rfd1", "ord1", "lin1", 3333, at=T0 + DAY)
    undo("rfd1", "ord1", "lin1", 3333, at=T0 + 9 * DAY)
    (posting,) = ledger.postings(["commission.restored/rfd1/lin1"])
    assert posting.on == (T0 + 9 * DAY).date()
    (back,) = CommissionRefund.objects.filter(refund_fen__lt=0)
    assert back.refunded_at == T0 + DAY


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), st.integers(0, 2)),
        st.tuples(st.just("refund"), st.integers(0, 2), st.integers(1, 3_000)),
        st.tuples(st.just("wrong"), st.integers(0, 2), st.integers(1, 3_000)),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(st.just("sweep")),
        st.tuples(st.just("hold"), st.integers(0, 2)),
        st.tuples(st.just("go")),
        st.tuples(st.just("days"), st.integers(1, 20)),
    ),
    max_size=24,
)


class Life:
    """Two promoters with the same sales and the same rightful refunds; only the first one's had wrongful ones too."""

    def __init__(self) -> None:
        publish(tiers=TIERS)
        self.marks = {"pro1": "a", "pro2": "b"}
        for promoter, mark in self.marks.items():
            sell(paid(f"ord{mark}", *((f"lin{n}", 12_000) for n in range(3)), promoter=promoter))
        self.now, self.n = T0, 0
        self.wrong: list[tuple[str, str, int]] = []
        self.spent = [0, 0, 0]

    def step(self, verb: str, more: list[int]) -> None:
        self.n += 1
        if verb == "days":
            self.now += more[0] * DAY
        elif verb == "sweep":
            release(self.now)
        elif verb == "undo":
            self.undo(more[0])
        elif verb == "wrong":
            self.refund(more, ["a"])
        elif verb == "refund":
            self.refund(more, list(self.marks.values()))
        else:
            for mark in self.marks.values():
                if verb == "receive":
                    receive(f"ord{mark}", f"lin{more[0]}", at=self.now)
                elif verb == "hold":
                    hold(f"case{mark}{self.n}", (f"ord{mark}", f"lin{more[0]}"), at=self.now,
                         until=self.now + 400 * DAY)  # fmt: skip
                else:
                    self.let_go(mark)
        self.now += timedelta(minutes=1)

    def refund(self, more: list[int], marks: list[str]) -> None:
        line, fen = more
        if self.spent[line] + fen > 12_000:
            return
        self.spent[line] += fen
        for mark in marks:
            give_back(f"rfd{self.n}{mark}", f"ord{mark}", f"lin{line}", fen, at=self.now)
        if marks == ["a"]:
            self.wrong.append((f"rfd{self.n}a", f"lin{line}", fen))

    def undo(self, which: int) -> None:
        if self.wrong:
            number, line, fen = self.wrong.pop(which % len(self.wrong))
            assert undo(number, "orda", line, fen, at=self.now) == 1
            assert undo(number, "orda", line, fen, at=self.now) == 0

    def let_go(self, mark: str) -> None:
        for n in range(self.n + 1):
            go(f"case{mark}{n}", at=self.now)

    def books(self, promoter: str) -> list[tuple[object, ...]]:
        months = [(m.month, m.lines, m.net_fen, m.commission_fen, m.bonus_fen) for m in commission.statements(promoter)]
        mark = self.marks[promoter]
        lines = [commission.earning(f"ord{mark}", f"lin{n}", now=self.now) for n in range(3)]
        return [*months, *((o.refunded_fen, o.base_fen, o.commission_fen, o.state, o.release_at) for o in lines)]


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_refunded_then_undone_in_any_order_ends_in_the_books_of_what_never_was(steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        life = Life()
        for verb, *more in steps:
            life.step(verb, list(more))
        while life.wrong:
            life.undo(0)
        for mark in life.marks.values():
            life.let_go(mark)
        assert sum(money("pro1")[:2]) - money("pro1")[2] == sum(money("pro2")[:2]) - money("pro2")[2]
        release(life.now)
        release(life.now + 70 * DAY)
        assert money("pro1") == money("pro2")
        assert life.books("pro1") == life.books("pro2")
        clean()
        transaction.set_rollback(True)
