"""Reading the figures: a fixed number of statements, whatever the period and however many shops."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Sum

from xintui.insight.analytics.contracts import COUNTED, NATURAL, Board, Figures, Part, Period, Row
from xintui.insight.analytics.models import Daily, Progress
from xintui.insight.analytics.rules import BEST

SUMS = {name: Sum(name) for name in COUNTED}


def board(merchant_id: str, period: Period) -> Board:
    """The whole first page of a shop, or with an empty `merchant_id` of the platform: six statements.

    The wall counts too: a shop's request reads its own rows whatever is asked here.
    """
    days = _days(merchant_id, Period(period.before.first, period.last))
    line = {day: days.get(day, Figures()) for day in [*period.before.each(), *period.each()]}
    parts = _small(merchant_id, period)
    clicks = _total(row.figures for row in parts[Part.CLICK])
    channels = parts[Part.CHANNEL]
    promoted = _total(row.figures for row in channels if row.key != NATURAL) + clicks
    return Board(
        period=period,
        as_of=Progress.objects.filter(id=1).values_list("through", flat=True).first(),
        days=line,
        now=_total(line[day] for day in period.each()),
        before=_total(line[day] for day in period.before.each()),
        promoted=promoted,
        natural=_total(row.figures for row in channels if row.key == NATURAL),
        products=_best(merchant_id, period, Part.PRODUCT),
        promoters=_best(merchant_id, period, Part.PROMOTER),
        shops=() if merchant_id else _best(merchant_id, period, Part.SHOP, "merchant_id"),
        provinces=tuple(parts[Part.PROVINCE]),
        channels=_with_clicks(channels, parts[Part.CLICK]),
    )


def _rows(merchant_id: str, period: Period) -> QuerySet[Daily]:
    found = Daily.objects.filter(day__range=(period.first, period.last))
    return found.filter(merchant_id=merchant_id) if merchant_id else found


def _figures(row: Mapping[str, Any]) -> Figures:
    return Figures(*(int(row[name] or 0) for name in COUNTED))


def _total(parts: Iterable[Figures]) -> Figures:
    return sum(parts, Figures())


def _days(merchant_id: str, period: Period) -> dict[date, Figures]:
    rows = _rows(merchant_id, period).filter(part=Part.SHOP).values("day").annotate(**SUMS)
    return {row["day"]: _figures(row) for row in rows}


def _small(merchant_id: str, period: Period) -> dict[Part, list[Row]]:
    """Provinces, channels and clicks: a few dozen rows, all of them, the best first."""
    wanted = (Part.PROVINCE, Part.CHANNEL, Part.CLICK)
    rows = _rows(merchant_id, period).filter(part__in=wanted).values("part", "key").annotate(**SUMS)
    found: dict[Part, list[Row]] = {part: [] for part in wanted}
    for row in rows:
        found[Part(row["part"])].append(Row(row["key"], _figures(row)))
    for part in wanted:
        found[part].sort(key=lambda one: (-one.figures.net_fen, one.key))
    return found


def _with_clicks(channels: list[Row], clicks: list[Row]) -> tuple[Row, ...]:
    """A channel's clicks beside what they brought; a channel with clicks only is shown too."""
    by_key = {row.key: row.figures for row in channels}
    for row in clicks:
        by_key[row.key] = by_key.get(row.key, Figures()) + row.figures
    rows = [Row(key, figures) for key, figures in by_key.items()]
    return tuple(sorted(rows, key=lambda one: (-one.figures.net_fen, -one.figures.clicks, one.key)))


def _best(merchant_id: str, period: Period, part: Part, by: str = "key") -> tuple[Row, ...]:
    """The best by net sales; who only had refunds is at the end and mostly not shown."""
    rows = (
        _rows(merchant_id, period)
        .filter(part=part)
        .values(by)
        .annotate(**SUMS)
        .filter(paid_fen__gt=0)
        .order_by((F("paid_fen") - F("refunded_fen")).desc(), by)[:BEST]
    )
    return tuple(Row(row[by], _figures(row)) for row in rows)
