"""Reading scores, the signals behind them, and the explanation that computes a score anew."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final

from xintui.infra import sql
from xintui.infra.paging import Page, page
from xintui.trust.credit import rules, tables
from xintui.trust.credit.contracts import (
    Explained,
    Heard,
    How,
    Imagined,
    NoScore,
    Point,
    Scale,
    Score,
    SignalNotFound,
    Trend,
    UnknownIndicator,
    Wish,
)
from xintui.trust.credit.models import History, Signal, State, Subject
from xintui.trust.credit.models import Score as Row
from xintui.trust.credit.rules import Known

HOME: Final = "xintui.trust.credit"
VOID: Final = "void/"
"""What the key of a signal begins with that makes another one void."""


def scores(subject_ids: Collection[str], scale: Scale) -> dict[str, Score]:
    """The stored scores of those who have one; one query."""
    rows = Row.objects.filter(subject_id__in=subject_ids, scale=scale)
    return {row.subject_id: _score(row) for row in rows}


def score(subject_id: str, scale: Scale) -> Score:
    """Raises `NoScore`."""
    row = Row.objects.filter(subject_id=subject_id, scale=scale).first()
    if row is None:
        raise NoScore(subject_id)
    return _score(row)


def explain(subject_id: str, scale: Scale) -> Explained:
    """The score as of the day it was stored, computed again from the signals, in words. Raises `NoScore`."""
    stored = score(subject_id, scale)
    version = tables.version(stored.as_of)
    weighing, known = version.scales[scale], known_of(subject_id, version)
    found = _points(version, weighing, known, stored.as_of)
    total = sum(one.points for one in found)
    band, after = version.band(total), version.next_band(total)
    same = (stored.score, stored.points) == (total, tuple(one.points for one in found))
    return Explained(
        subject_id=subject_id, scale=scale, title=weighing.title, score=total, band=band.title,
        next_band=after.title if after else "", next_from=after.begins if after else None, points=tuple(found),
        as_of=stored.as_of, version=version.name, source=version.source, agrees=same,
    )  # fmt: skip


def known_of(subject_id: str, version: tables.Version) -> Known:
    """What the signals say of somebody. Raises `NoScore`."""
    row = Subject.objects.filter(id=subject_id).first()
    if row is None:
        raise NoScore(subject_id)
    asked = {"subject_id": subject_id, "states": states(version)}
    days: dict[str, dict[date, tuple[int, int]]] = {}
    for one in sql.rows(HOME, "days", asked):
        days.setdefault(one["indicator"], {})[one["day"]] = (one["good"], one["total"])
    said = {one["indicator"]: one["value_bp"] for one in sql.rows(HOME, "last_words", asked)}
    return Known(row.since, days, said)


def states(version: tables.Version) -> list[str]:
    """The indicators whose last word counts."""
    return [one.code for one in version.indicators.values() if one.how is How.STATE]


def _points(version: tables.Version, weighing: tables.Weighing, known: Known, today: date) -> list[Point]:
    """Each part in words, with what its own `raise_says` would bring."""
    parts = [version.indicators[part.indicator] for part in weighing.parts]
    values = rules.values_bp(parts, rules.sums(parts, known, today))
    points = rules.points(weighing, parts, values)
    found = []
    for i, (part, one) in enumerate(zip(weighing.parts, parts, strict=True)):
        value, now = int(values[0, i]), int(points[0, i])
        good, total = _figures(one, known, value, today)
        supposed, then = rules.supposed(one, known, today)
        better = rules.values_bp(parts, rules.sums(parts, supposed, then))
        more = int(rules.points(weighing, parts, better)[0, i]) - now
        found.append(
            Point(
                code=one.code, title=one.title, points=now, of=part.weight, value_bp=value, good=good, total=total,
                unit=one.unit, says=one.says.format(good=shown(one, good), total=shown(one, total)),
                raise_by=max(more, 0), raise_says=one.raise_says.format(n=shown(one, one.raise_n)),
                source=one.source, window_days=one.window_days, half_life_days=one.half_life_days, how=one.how,
            )
        )  # fmt: skip
    return found


def imagine(subject_id: str, scale: Scale, wishes: Mapping[str, Wish], *, in_days: int) -> Imagined:
    """试算: the stored score's own function, `in_days` after its day, had these things happened by then.

    Raises `NoScore`, `UnknownIndicator` (also of one that the scale does not weigh).
    """
    stored = score(subject_id, scale)
    version = tables.version(stored.as_of)
    weighing, known = version.scales[scale], known_of(subject_id, version)
    parts = [version.indicators[part.indicator] for part in weighing.parts]
    codes = [one.code for one in parts]
    if unknown := sorted(wishes.keys() - set(codes)):
        raise UnknownIndicator(unknown[0])
    day = stored.as_of + timedelta(days=in_days)
    for code, wish in wishes.items():
        known = rules.imagined(version.indicators[code], known, wish, day)
    values = rules.values_bp(parts, rules.sums(parts, known, day))
    then = dict(zip(codes, map(int, rules.points(weighing, parts, values)[0]), strict=True))
    total = sum(then.values())
    now = dict(zip(codes, stored.points, strict=True))
    return Imagined(scale, day, stored.score, total, version.band(total).title, now, then)


def _figures(one: tables.Indicator, known: Known, value: int, today: date) -> tuple[int, int]:
    """The two numbers of the sentence."""
    if one.how is How.STATE:
        return value // 100, 100
    if one.how is How.SINCE:
        return max((today - known.since).days, 0), one.full_days
    good, total = rules.counted(one, known.days.get(one.code, {}), today)
    return (total, one.window_days // rules.WEEK) if one.how is How.WEEKS else (good, total)


def shown(indicator: tables.Indicator, number: int) -> str:
    """A number in the indicator's unit as a person reads it; money in yuan."""
    if indicator.unit != "分" or indicator.how is not How.RATE:
        return f"{number:,}"
    sign, whole = "-" if number < 0 else "", abs(number)
    return f"{sign}¥{whole // 100:,}.{whole % 100:02d}"


def trend(subject_id: str, scale: Scale) -> Trend:
    """The days on which the score changed, oldest first."""
    rows = list(History.objects.filter(subject_id=subject_id, scale=scale).order_by("day").values_list("day", "score"))
    return Trend(tuple(day for day, _ in rows), tuple(score for _, score in rows))


def signals(
    subject_id: str, *, indicator: str = "", after: str = "", limit: int = 20, today: date
) -> Page[Heard]:  # fmt: skip
    """What was counted about somebody, newest first; one query more for what was made void."""
    version = tables.version(today)
    rows = Signal.objects.filter(subject_id=subject_id)
    if indicator:
        rows = rows.filter(indicator=indicator)
    found = page(rows, lambda row: row, keys=["id"], kinds=[int], after=after, limit=limit)
    voided = _voided(subject_id, [row.key for row in found.items])
    return Page(tuple(heard(row, version, voided) for row in found.items), found.next)


def signal(signal_id: str, subject_id: str, *, today: date) -> Heard:
    """One thing that was counted about somebody. Raises `SignalNotFound` (also of another's)."""
    row = Signal.objects.filter(subject_id=subject_id, id=int(signal_id)).first() if signal_id.isdecimal() else None
    if row is None:
        raise SignalNotFound(signal_id)
    return heard(row, tables.version(today), _voided(subject_id, [row.key]))


def refs(pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What these (subject, key) signals refer to, of those that were heard; one query."""
    subjects, keys = {subject for subject, _ in pairs}, {key for _, key in pairs}
    rows = Signal.objects.filter(subject_id__in=subjects, key__in=keys).values_list("subject_id", "key", "ref")
    return {(subject, key): ref for subject, key, ref in rows if (subject, key) in set(pairs)}


def ref_of(signal_id: str) -> str:
    """What a signal refers to; empty where there is none."""
    row = Signal.objects.filter(id=int(signal_id)).first() if signal_id.isdigit() else None
    return row.ref if row else ""


def last_words(indicator: str, subject_ids: Collection[str]) -> dict[str, int]:
    """What a state last was, of those who have one; one query."""
    rows = State.objects.filter(subject_id__in=subject_ids, indicator=indicator)
    return dict(rows.values_list("subject_id", "value_bp"))


def subjects(*, after: str = "", limit: int = 1000) -> list[tuple[str, str]]:
    """(id, kind) of everybody there is a score of, by id, from `after` on."""
    return list(Subject.objects.filter(id__gt=after).order_by("id").values_list("id", "kind")[:limit])


def _voided(subject_id: str, keys: list[str]) -> set[str]:
    wanted = [VOID + key for key in keys]
    there = Signal.objects.filter(subject_id=subject_id, key__in=wanted).values_list("key", flat=True)
    return {key.removeprefix(VOID) for key in there}


def heard(row: Signal, version: tables.Version, voided: Collection[str]) -> Heard:
    one = version.indicators[row.indicator]
    worse = (one.how is How.RATE and row.good < row.total) or (one.how is How.LESS and row.total > 0)
    return Heard(
        id=str(row.id), key=row.key, indicator=row.indicator, title=one.title, day=row.day, at=row.at,
        good=row.good, total=row.total, figures=_told(one, row), says=row.says, ref=row.ref,
        lowers=worse and not row.key.startswith(VOID), voided=row.key in voided,
    )  # fmt: skip


def _told(one: tables.Indicator, row: Signal) -> str:
    if one.how is How.STATE:
        return f"{row.good // 100}%" if row.good >= 0 else "—"
    if one.how in {How.LESS, How.WEEKS}:
        return f"{row.total:,} {one.unit}"
    unit = "" if one.unit == "分" else f" {one.unit}"
    return f"{shown(one, row.good)} / {shown(one, row.total)}{unit}"


def audit() -> tuple[int, list[tuple[str, str]]]:
    """How many stored scores were computed again by `rules`, and which (subject, scale) were not what was stored."""
    pairs = list(Row.objects.order_by("subject_id", "scale").values_list("subject_id", "scale"))
    return len(pairs), [(one, scale) for one, scale in pairs if not explain(one, Scale(scale)).agrees]


def _score(row: Row) -> Score:
    return Score(
        row.subject_id, Scale(row.scale), row.score, tuple(row.points), tuple(row.values_bp), row.as_of, row.version
    )
