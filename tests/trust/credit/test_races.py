"""Many connections at once: no signal is lost, and whoever counts everybody again leaves what one hand leaves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError, transaction

from tests.promotion.commission.test_races import together
from tests.promotion.conftest import committed  # noqa: F401
from xintui.infra import tenancy
from xintui.trust.credit import facade
from xintui.trust.credit.contracts import Scale, Score, Signal, StretchFailed, Subject, SubjectKind
from xintui.trust.credit.services import rebuilding, stretches

T0 = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 29)
ANNA, BERT = (Subject(f"pro0{n}", SubjectKind.PROMOTER, TODAY) for n in (1, 2))


@pytest.fixture(autouse=True)
def _real(committed: str):  # noqa: F811
    with tenancy.as_platform():
        yield


def fact(n: int, who: Subject) -> Signal:
    return Signal(who.id, f"got/{n}", "fulfilment", TODAY, T0, int(n % 9 > 0), 1)


def test_hands_that_tell_the_same_facts_about_two_in_any_order_leave_what_one_hand_leaves() -> None:
    facts = [fact(n, who) for n in range(50) for who in (ANNA, BERT)]

    def tell(start: int, step: int):
        return lambda: facade.observe(facts[start:][::step], [ANNA, BERT], now=T0)

    answers = together(*(tell(start, step) for start in (0, 10, 30) for step in (1, -1)))
    assert all(isinstance(one, int) for one in answers), answers
    (point,) = [one for one in facade.explain(ANNA.id, Scale.CREDIT).points if one.code == "fulfilment"]
    assert (point.good, point.total) == (44, 50)
    assert facade.audit() == (4, [])
    assert facade.rebuild(now=T0) == (2, 0)


def crowd() -> list[Subject]:
    return [Subject(f"pro{n:03}", SubjectKind.PROMOTER, TODAY - timedelta(days=n)) for n in range(23)]


def stored() -> dict[str, Score]:
    return facade.scores([one.id for one in crowd()], Scale.CREDIT)


@pytest.fixture
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five subjects in one: more stretches than hands."""
    monkeypatch.setattr(stretches.stretches, "__defaults__", (5,))


@pytest.mark.usefixtures("short_stretches")
def test_two_hands_leave_what_one_hand_leaves_and_say_how_far_they_are() -> None:
    facade.observe([fact(n, who) for n in range(40) for who in crowd()], crowd(), now=T0)
    before, seen = stored(), []
    assert facade.rebuild(now=T0, tell=lambda done, total: seen.append((done, total))) == (23, 0)
    assert (stored(), seen) == (before, [(n, 5) for n in range(1, 6)])
    tomorrow = T0 + timedelta(days=1)
    assert facade.rescore_due(now=tomorrow) == 23
    by_two = stored()
    assert {one.as_of for one in by_two.values()} == {TODAY + timedelta(days=1)}
    with transaction.atomic():  # a caller's transaction is one connection: one hand
        assert facade.rebuild(now=tomorrow) == (23, 0)
        assert stored() == by_two
    assert facade.rescore_due(now=tomorrow) == 0


@pytest.mark.usefixtures("short_stretches")
def test_one_hand_that_fails_fails_the_whole_in_one_sentence_and_what_was_finished_is_true(monkeypatch) -> None:
    facade.observe([fact(n, who) for n in range(9) for who in crowd()], crowd(), now=T0)
    whole = rebuilding.rescore

    def refuse(kinds, *given):
        if "pro012" in kinds:
            raise OperationalError("the disk is full\nDETAIL: none left")
        return whole(kinds, *given)

    monkeypatch.setattr(rebuilding, "rescore", refuse)
    with pytest.raises(StretchFailed) as no:
        facade.rebuild(now=T0)
    assert str(no.value) == (
        "信用分重算中断在主体「pro009」之后的一段，已完成的各段不受影响，可以再次运行；"
        "原因：OperationalError: the disk is full"
    )
    assert isinstance(no.value.__cause__, OperationalError)
    monkeypatch.undo()
    assert facade.audit() == (46, []) and facade.rebuild(now=T0) == (23, 0)
