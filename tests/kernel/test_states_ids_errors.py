"""State tables, public ids, and refusals that survive a trip to another process."""

import copy
import pickle
import time
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import xintui.kernel
from xintui.kernel.errors import DomainError, Kind
from xintui.kernel.ids import new_id
from xintui.kernel.states import Flow, NoSuchMove


class S(StrEnum):
    OPEN = "open"
    PAID = "paid"
    DONE = "done"


class V(StrEnum):
    PAY = "pay"
    CLOSE = "close"


MOVES = st.dictionaries(st.tuples(st.sampled_from(S), st.sampled_from(V)), st.sampled_from(S))
FLOW: Flow[S, V] = Flow({(S.OPEN, V.PAY): S.PAID, (S.OPEN, V.CLOSE): S.DONE, (S.PAID, V.CLOSE): S.DONE})


def test_a_verb_leads_where_the_table_says() -> None:
    assert FLOW.after(S.OPEN, V.PAY) is S.PAID
    assert FLOW.verbs(S.OPEN) == [V.PAY, V.CLOSE]
    assert FLOW.verbs(S.DONE) == []


def test_a_verb_that_is_not_in_the_table_is_refused_with_its_facts() -> None:
    with pytest.raises(NoSuchMove) as refusal:
        FLOW.after(S.DONE, V.PAY)
    assert str(refusal.value) == "当前状态「done」不能执行「pay」"
    assert refusal.value.facts == {"state": "done", "verb": "pay"}
    assert (refusal.value.code, refusal.value.kind) == ("state.no_such_move", Kind.CONFLICT)
    assert refusal.value.__cause__ is None


@given(MOVES)
def test_what_is_allowed_what_is_listed_and_what_moves_are_one(moves: dict[tuple[S, V], S]) -> None:
    flow: Flow[S, V] = Flow(moves)
    for state, verb in product(S, V):
        assert flow.allows(state, verb) == (verb in flow.verbs(state)) == ((state, verb) in moves)
        if flow.allows(state, verb):
            assert flow.after(state, verb) is moves[state, verb]
        else:
            with pytest.raises(NoSuchMove):
                flow.after(state, verb)


def test_a_flow_does_not_change_with_the_table_it_was_made_from() -> None:
    moves = {(S.OPEN, V.PAY): S.PAID}
    flow: Flow[S, V] = Flow(moves)
    moves[S.OPEN, V.PAY] = S.DONE
    assert flow.after(S.OPEN, V.PAY) is S.PAID


# -- ids -------------------------------------------------------------------------------------------------------------


def test_an_id_can_be_a_wechat_bill_number_as_it_is() -> None:
    for prefix in ("o", "ord", "payout"):
        made = new_id(prefix)
        assert made.startswith(prefix)
        assert len(made) == len(prefix) + 26 <= 32
        assert made.isascii()
        assert made.isalnum()


def test_ids_are_unique_and_rise_with_time() -> None:
    early = {new_id("t") for _ in range(1000)}
    time.sleep(0.002)
    late = {new_id("t") for _ in range(1000)}
    assert len(early | late) == 2000
    assert max(early) < min(late)


def test_an_id_carries_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    number = 0
    for char in new_id("t")[1:]:
        number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(char)
    assert before <= number >> 80 <= time.time_ns() // 1_000_000


@pytest.mark.parametrize("prefix", ["", "toolong", "a-b", "订单", "é"])
def test_a_prefix_that_wechat_would_not_take_is_a_bug(prefix: str) -> None:
    with pytest.raises(AssertionError):
        new_id(prefix)


# -- errors ----------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class TooMuch(DomainError):
    kind: ClassVar[Kind] = Kind.LIMITED
    code: ClassVar[str] = "test.too_much"
    says: ClassVar[str] = "最多 {limit}，现为 {asked}"

    limit: int
    asked: int


def test_a_refusal_says_its_sentence_and_gives_its_facts() -> None:
    refusal = TooMuch(limit=3, asked=5)
    assert str(refusal) == "最多 3，现为 5"
    assert refusal.facts == {"limit": 3, "asked": 5}
    assert refusal.kind.value == 429


@given(st.text())
def test_braces_in_a_fact_are_only_text(text: str) -> None:
    assert str(NoSuchMove(text, "{state}")) == f"当前状态「{text}」不能执行「{{state}}」"


@pytest.mark.parametrize("refusal", [TooMuch(3, 5), TooMuch(limit=3, asked=5)])
def test_a_refusal_survives_copying_and_another_process(refusal: TooMuch) -> None:
    for twin in (copy.copy(refusal), pickle.loads(pickle.dumps(refusal))):
        assert (type(twin), twin.facts, str(twin)) == (TooMuch, refusal.facts, str(refusal))


def test_a_refusal_can_be_raised_through_a_context_and_keeps_its_traceback() -> None:
    with pytest.raises(TooMuch) as caught:
        raise TooMuch(1, 2)
    assert caught.value.__traceback__ is not None


def test_two_refusals_with_equal_facts_are_two_events() -> None:
    assert TooMuch(1, 2) != TooMuch(1, 2)


def test_a_bare_refusal_has_no_facts() -> None:
    assert DomainError().facts == {}
    assert str(DomainError()) == "操作未被接受"


def test_the_kernel_stays_small() -> None:
    folder = Path(xintui.kernel.__file__).parent
    assert sum(len(path.read_text("utf-8").splitlines()) for path in folder.glob("**/*.py")) <= 800
