"""What the first page of a console shows: modules hand in functions, the page asks them.

@dashboard(ops_site, order=20)
def payouts_today(request):
    return Section("提现", [Figure("待审核", "12", "最早一笔已等 3 小时", href="/ops/payouts/withdrawal/?state=asked")])
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from xintui.infra.console.sites import ConsoleSite


@dataclass(frozen=True)
class Figure:
    """One number a person should see; `tone` is "", "good", "warn" or "bad"."""

    label: str
    value: str
    hint: str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Bar:
    """A column of a chart, in the units of its drawing (viewBox 100 × 40)."""

    x: float
    y: float
    width: float
    height: float
    label: str
    says: str


@dataclass(frozen=True)
class Chart:
    """One column per point, drawn on the server: (label, value, what the tooltip says)."""

    points: Sequence[tuple[str, int, str]]

    @property
    def bars(self) -> list[Bar]:
        top = max((value for _, value, _ in self.points), default=0) or 1
        step = 100 / max(len(self.points), 1)
        return [
            Bar(round(n * step + step * 0.16, 2), round(40 - 38 * value / top, 2), round(step * 0.68, 2),
                round(38 * value / top, 2), label, says)
            for n, (label, value, says) in enumerate(self.points)
        ]  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A titled group of figures, optionally with a chart and a short table. `wide` takes the whole row."""

    title: str
    figures: Sequence[Figure] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    chart: Chart | None = None
    wide: bool = False


Source = Callable[[HttpRequest], Section | None]
_sources: dict[str, list[tuple[int, frozenset[str], Source]]] = {}


def dashboard(*sites: ConsoleSite, order: int = 100, first_for: Iterable[str] = ()) -> Callable[[Source], Source]:
    """Decorator: ask this function for a section of the sites' first page. None: nothing for this person.

    `first_for` are the roles whose daily work it is: they see it above everything else.
    """

    def add(source: Source) -> Source:
        for site in sites:
            _sources.setdefault(site.name, []).append((order, frozenset(first_for), source))
        return source

    return add


def sections(site: ConsoleSite, request: HttpRequest) -> list[Section]:
    """The sections for this person: the own work first, then in order."""
    principal = getattr(request, "principal", None)
    held = principal.roles if principal else frozenset()
    asked = sorted(_sources.get(site.name, []), key=lambda one: (one[1].isdisjoint(held), one[0]))
    return [section for _, _, source in asked if (section := source(request)) is not None]
