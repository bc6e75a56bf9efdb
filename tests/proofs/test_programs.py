"""F16 in small: random programs agree with a plain model after every step, and a wrong model is found out."""

import pytest

from bench import programs

pytestmark = pytest.mark.django_db


def test_eight_programs_agree_with_the_model_and_the_auditor_at_every_step() -> None:
    done = [programs.program(seed) for seed in range(8)]
    assert [line for one in done for line in one.wrong] == []
    assert sum(one.done.total() for one in done) > 160
    assert sum(one.done["refused"] for one in done) > 20


def test_a_model_that_is_one_fen_off_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = programs._commission
    monkeypatch.setattr(programs, "_commission", lambda line: right(line) + (line["paid"] > 10_000))
    assert any(programs.program(seed).wrong for seed in range(5))
