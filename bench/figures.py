"""What a benchmark prints: one figure, its floor where it has one, and whether it meets what is claimed."""

import json
import os
from dataclasses import asdict, dataclass


def cores() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Figure:
    """`aim` is the claim in words; `met` says whether this run kept it."""

    bench: str
    figure: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    cores: int
    rows: int
    seed: int
    aim: str
    met: bool

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Bench:
    """Makes the figures of one benchmark."""

    name: str
    seed: int

    def plain(self, figure: str, value: float, unit: str, rows: int, *, aim: str = "", met: bool = True) -> Figure:
        """A figure without a floor."""
        return Figure(self.name, figure, _short(value), unit, None, None, cores(), rows, self.seed, aim, met)

    def beside(
        self,
        figure: str,
        value: float,
        unit: str,
        rows: int,
        *,
        floor: float,
        at_most: float | None = None,
        at_least: float | None = None,
        value_at_least: float | None = None,
        value_at_most: float | None = None,
    ) -> Figure:
        """A figure beside its floor: `at_most`/`at_least` bound value ÷ floor, `value_at_…` the value."""
        ratio = value / floor
        aims, met = [], True
        if at_most is not None:
            aims.append(f"≤ {at_most:g}×")
            met &= ratio <= at_most
        if at_least is not None:
            aims.append(f"≥ {at_least:g}×")
            met &= ratio >= at_least
        if value_at_least is not None:
            aims.append(f"≥ {value_at_least:,.0f} {unit}")
            met &= value >= value_at_least
        if value_at_most is not None:
            aims.append(f"≤ {value_at_most:,.0f} {unit}")
            met &= value <= value_at_most
        return Figure(
            self.name, figure, _short(value), unit, _short(floor), round(ratio, 3), cores(), rows, self.seed,
            "，".join(aims), met,
        )  # fmt: skip

    def count(
        self, figure: str, value: int, rows: int, *, exactly: int | None = None, least: int | None = None
    ) -> Figure:
        """A number of things that must be exactly so many, or at least so many."""
        met = (exactly is None or value == exactly) and (least is None or value >= least)
        aim = f"= {exactly:,}" if exactly is not None else f"≥ {least:,}" if least is not None else ""
        return self.plain(figure, value, "", rows, aim=aim, met=met)


def _short(value: float) -> float:
    return value if isinstance(value, int) else round(value, 3) if value < 1000 else round(value)
