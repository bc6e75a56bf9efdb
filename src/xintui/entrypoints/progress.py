"""Progress people can watch: a bar where the total is known, a line per step where it is not."""

import time
from types import TracebackType
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

STEP_NAMES: Final = {
    "promoters": "读取推客",
    "orders": "读取订单",
    "refunds": "读取退款",
    "withdrawals": "读取提现",
    "lines": "计算并写出明细",
    "statements": "写出结算单",
    "balances": "写出余额",
    "moves": "写出分录",
    "proof": "生成凭证",
}
_CONSOLE = Console(stderr=True)
NOW_AND_THEN_S: Final = 30.0


class Bar:
    """A bar on stderr; where nobody can watch one (a log, a pipe), a line now and then."""

    def __init__(self, what: str) -> None:
        self._started = self._said = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=_CONSOLE
        )
        self._task = self._bar.add_task(what, total=None)

    def at(self, done: int, total: int) -> None:
        """`done` of `total` are finished."""
        self._bar.update(self._task, completed=done, total=total or None)
        self._say(done, total)

    def step(self, what: str, done: int, total: int) -> None:
        """The named part of a longer work is `done` of `total`."""
        self._bar.update(self._task, description=what, completed=done, total=total)
        self._say(done, total)

    def _say(self, done: int, total: int) -> None:
        now = time.monotonic()
        if _CONSOLE.is_terminal or now - self._said < NOW_AND_THEN_S:
            return
        self._said = now
        _CONSOLE.print(
            f"  {self._bar.tasks[0].description} {done:,}/{total:,}，已用 {now - self._started:.0f} 秒", highlight=False
        )

    def __enter__(self) -> "Bar":
        self._bar.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._bar.stop()


class Steps:
    """Named steps, each with a running count and its time."""

    def __init__(self) -> None:
        self._bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.fields[count]}"), TimeElapsedColumn(),
            console=_CONSOLE,
        )  # fmt: skip
        self._tasks: dict[str, Any] = {}
        self._started = time.monotonic()

    def at(self, step: str, count: int) -> None:
        """`step` has reached `count` rows."""
        if step not in self._tasks:
            self._finish()
            self._tasks[step] = self._bar.add_task(STEP_NAMES.get(step, step), total=None, count="")
        self._bar.update(self._tasks[step], count=f"{count:,}" if count else "")

    def _finish(self) -> None:
        for task in self._tasks.values():
            self._bar.update(task, total=1, completed=1)

    def __enter__(self) -> "Steps":
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: TracebackType | BaseException | None) -> None:
        if kind is None:
            self._finish()
        self._bar.stop()
