"""Long work says how far it is, also where nobody can watch a bar: in a log."""

import pytest

from xintui.entrypoints import progress


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of this test, to be set."""
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_a_log_gets_a_line_every_half_minute(seconds: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    bar = progress.Bar("演示店铺")
    for after in range(0, 91, 10):
        seconds[0] = 1000.0 + after
        bar.step("经营（笔订单）", 100 * after, 20_000)
    assert capsys.readouterr().err.splitlines() == [
        "  经营（笔订单） 3,000/20,000，已用 30 秒",
        "  经营（笔订单） 6,000/20,000，已用 60 秒",
        "  经营（笔订单） 9,000/20,000，已用 90 秒",
    ]


def test_short_work_says_nothing_in_a_log(seconds: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    bar = progress.Bar("导入发票")
    seconds[0] += 29
    bar.at(541_909, 541_909)
    assert capsys.readouterr().err == ""
