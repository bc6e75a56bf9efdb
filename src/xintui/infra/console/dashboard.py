"""What the first page of a console shows: modules hand in functions, the page asks them.

@dashboard(ops_site, order=20)
def payouts_today(request):
    return Section("提现", [Figure("发送中", "12", "共 ¥360.00", href="/ops/payouts/withdrawal/?state=sending")])

@queue(ops_site, roles={Role.FINANCE})     # work that waits for somebody: how much, since when, what is too late
def to_approve(request):
    return [Queue("待审提现", "/ops/…", *waiting(Withdrawal.objects.filter(…), since="requested_at", hours=24))]
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest

from xintui.infra import clock
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
    """A titled group of figures, optionally with a chart and a short table. `wide` takes the whole row.

    What needs more brings its own `template`, which is included with `data`.
    """

    title: str
    figures: Sequence[Figure] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    chart: Chart | None = None
    wide: bool = False
    template: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


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


# -- queues: work that waits for a person ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Queue:
    """Work of one kind that waits: how many, since when the oldest, how many are overdue; `href` is the list of it."""

    label: str
    href: str
    count: int
    oldest: datetime | None = None
    late: int = 0
    note: str = ""
    """What overdue means here, in a few words."""

    @property
    def tone(self) -> str:
        return "bad" if self.late else "warn" if self.count else ""

    @property
    def age(self) -> str:
        """`最早已等 3 天`."""
        if not self.count or self.oldest is None:
            return "没有待办" if not self.count else ""
        minutes = max(int((clock.now() - self.oldest).total_seconds() // 60), 0)
        hours, days = minutes // 60, minutes // 1440
        waited = f"{days} 天" if days >= 2 else f"{hours} 小时" if hours else f"{minutes} 分钟"
        return f"最早已等 {waited}"


def waiting(rows: QuerySet[Any], *, since: str, hours: int = 0, due: str = "") -> tuple[int, datetime | None, int]:
    """(how many, since when the oldest, how many are overdue) in one question.

    Overdue is what has waited longer than `hours`, or what has a date of its own in `due` that is over.
    """
    now = clock.now()
    over = Q(**{f"{due}__lt": now}) if due else Q(**{f"{since}__lt": now - timedelta(hours=hours)})
    found = rows.order_by().aggregate(n=Count("pk"), oldest=Min(since), late=Count("pk", filter=over))
    return found["n"], found["oldest"], found["late"] if due or hours else 0


Waiting = Callable[[HttpRequest], Iterable[Queue]]
_queues: dict[str, list[tuple[int, frozenset[str], Waiting]]] = {}


def queue(*sites: ConsoleSite, roles: Iterable[str], order: int = 100) -> Callable[[Waiting], Waiting]:
    """Decorator: ask this function for what waits for people of these roles on the sites."""

    def add(source: Waiting) -> Waiting:
        for site in sites:
            _queues.setdefault(site.name, []).append((order, frozenset(roles), source))
        return source

    return add


def queues(site: ConsoleSite, request: HttpRequest) -> list[Queue]:
    """This person's work: what is overdue first, then what waits, what is empty last."""
    principal = getattr(request, "principal", None)
    held = principal.roles if principal else frozenset()
    asked = sorted(_queues.get(site.name, []), key=lambda one: one[0])
    found = [one for _, roles, source in asked if not roles.isdisjoint(held) for one in source(request)]
    return sorted(found, key=lambda one: (not one.late, not one.count))
