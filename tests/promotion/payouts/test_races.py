"""Real connections against each other: withdrawals, approvals, cancels, a payee swap (reliability rows 9, 10, 21)."""

import random
import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from tests.promotion.money import answer, earn
from tests.promotion.payouts.storm import withdraw_at_once
from tests.promotion.people import NOW, promoter
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.payments import facade as payments
from xintui.infra import tenancy
from xintui.kernel.errors import DomainError
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts import models
from xintui.promotion.payouts.contracts import State
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PayeeChannel


def together(*acts: Callable[[], object]) -> list[object]:
    """Each act on a connection of its own, released together; its answer or its refusal."""
    barrier = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def run(n: int, act: Callable[[], object]) -> None:
        try:
            with tenancy.as_platform():
                connections["default"].ensure_connection()
                barrier.wait(30)
                answers[n] = act()
        except DomainError as refusal:
            answers[n] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def worked(answers: list[object]) -> list[object]:
    assert all(one is not None for one in answers)
    return [one for one in answers if not isinstance(one, DomainError)]


@pytest.mark.parametrize(("due", "fen", "requests"), [(20_00, 3_00, 48), (10_00, 10_00, 16)])
def test_exactly_as_many_withdrawals_succeed_as_the_balance_holds(
    committed: str, due: int, fen: int, requests: int
) -> None:
    one = promoter(1).id
    earn(one, due)
    storm = withdraw_at_once(one, fen, requests=requests, connections_at_once=16, seed=7)
    assert (storm.accepted, storm.refused, storm.other) == (due // fen, requests - due // fen, ())
    wallet = payouts.wallet(one)
    assert (wallet.held_fen, wallet.available_fen) == (due // fen * fen, due % fen)


def test_two_approvals_at_once_are_one(committed: str) -> None:
    one = promoter(1).id
    earn(one, 10_000_00)
    made = payouts.request(one, 6_000_00, now=NOW)
    proposed = together(*(lambda n=n: payouts.propose(made.id, actor=f"usrf{n}", now=NOW) for n in range(4)))
    assert len(worked(proposed)) == 1
    maker = payouts.get(made.id).maker
    approved = together(*(lambda n=n: payouts.approve(made.id, actor=f"usrf{n}", now=NOW) for n in range(4)))
    assert len(worked(approved)) == 1
    end = payouts.get(made.id)
    assert (end.state, end.checker not in ("", maker)) == (State.APPROVED, True)


def test_two_workers_send_one_instruction(committed: str) -> None:
    one = promoter(1).id
    earn(one, 1_000_00)
    made = payouts.request(one, 500_00, now=NOW)
    assert len(worked(together(*(lambda: payouts.submit(made.id, now=NOW) for _ in range(4))))) == 1
    with transaction.atomic():
        assert models.TaxLine.objects.filter(withdrawal_id=made.id).count() == 1
    assert payments.transfer(made.transfer_id).amount_fen == 500_00


@pytest.mark.parametrize("round_", range(6))
def test_cancel_while_paying_has_one_winner(committed: str, round_: int) -> None:
    one = promoter(1).id
    earn(one, 1_000_00)
    made = payouts.request(one, 500_00, now=NOW)
    together(
        *random.Random(round_).sample(
            [lambda: payouts.submit(made.id, now=NOW), lambda: payouts.cancel(one, made.id, now=NOW)], 2
        )
    )
    end, wallet = payouts.get(made.id), payouts.wallet(one)
    assert end.state in (State.SENDING, State.CANCELLED)
    assert wallet.held_fen == (500_00 if end.state is State.SENDING else 0)
    if end.state is State.SENDING:
        answer(end)
        assert payouts.wallet(one).due_fen == 500_00


@pytest.mark.parametrize("round_", range(6))
def test_a_payee_swapped_while_paying_never_gets_money_approved_for_another(committed: str, round_: int) -> None:
    one = promoter(1).id
    earn(one, 10_000_00)
    made = payouts.request(one, 6_000_00, now=NOW)
    payouts.propose(made.id, actor="usrf1", now=NOW)
    payouts.approve(made.id, actor="usrf2", now=NOW)
    swap = lambda: promoters.change_payee(  # noqa: E731
        one, channel=PayeeChannel.WECHAT, account="openid-thief", holder="张小明", now=NOW
    )
    together(*random.Random(round_).sample([lambda: payouts.submit(made.id, now=NOW), swap], 2))
    end = payouts.get(made.id)
    assert end.state in (State.SENDING, State.STOPPED)
    with transaction.atomic():
        sent = [row.openid for row in _transfers()]
    assert sent == (["openid-00000001"] if end.state is State.SENDING else [])


def _transfers() -> list[object]:
    from xintui.foundation.payments.models import Transfer

    return list(Transfer.objects.all())


@pytest.mark.parametrize("outcome", ["paid", "failed"])
def test_the_same_answer_on_four_connections_is_booked_once(committed: str, outcome: str) -> None:
    one = promoter(1).id
    earn(one, 1_000_00)
    sent = payouts.submit(payouts.request(one, 500_00, now=NOW).id, now=NOW)
    together(*(lambda: answer(sent, outcome) for _ in range(4)))
    assert payouts.wallet(one).due_fen == (500_00 if outcome == "paid" else 1_000_00)
    assert payouts.wallet(one).held_fen == 0
    assert ledger.audit() == []
