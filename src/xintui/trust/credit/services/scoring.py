"""Scores follow signals, in the same transaction; and the calendar, once a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import transaction

from xintui.infra import sql
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date
from xintui.trust.credit import queries, rules, tables
from xintui.trust.credit.contracts import ScoreMoved, Signal, Subject, UnknownIndicator
from xintui.trust.credit.models import History, Score
from xintui.trust.credit.models import Subject as SubjectRow
from xintui.trust.credit.rules import Matrix, Sums
from xintui.trust.credit.services.stretches import Stretch, in_each

HOME: Final = "xintui.trust.credit"


@transaction.atomic
def observe(signals: Sequence[Signal], subjects: Iterable[Subject] = (), *, now: datetime) -> int:
    """Count what is new of these signals; how many subjects have a new score. n = 1 is the same code.

    `subjects` makes known who is new or who joined earlier than thought. Raises `UnknownIndicator`; a signal about
    somebody nobody has made known is a bug.
    """
    version = tables.version(accounting_date(now))
    for one in signals:
        if one.indicator not in version.indicators:
            raise UnknownIndicator(one.indicator)
    news = _introduce(subjects)
    ids = sorted({one.subject_id for one in signals} | news)
    kinds = lock(ids)
    assert len(kinds) == len(ids), set(ids) - kinds.keys()
    touched = news | {row["subject_id"] for row in sql.rows(HOME, "observe", _columns(signals, version))}
    if not touched:
        return 0
    return rescore({one: kinds[one] for one in sorted(touched)}, version, accounting_date(now), now)


def lock(ids: Sequence[str]) -> dict[str, str]:
    """Those of these subjects that exist, locked, by id, with their kind. First of all locks of this module."""
    return dict(sql.tuples(HOME, "lock", {"subjects": list(ids)}))


def _introduce(subjects: Iterable[Subject]) -> set[str]:
    """Write down who is new, or here for longer than was known."""
    given = {one.id: one for one in subjects}
    if not given:
        return set()
    known = dict(SubjectRow.objects.filter(id__in=given).values_list("id", "since"))
    news = [one for one in given.values() if one.id not in known or one.since < known[one.id]]
    SubjectRow.objects.bulk_create(
        [SubjectRow(id=one.id, kind=one.kind, since=one.since) for one in sorted(news, key=lambda one: one.id)],
        update_conflicts=True, update_fields=["since"], unique_fields=["id"],
    )  # fmt: skip
    return {one.id for one in news}


def _columns(signals: Sequence[Signal], version: tables.Version) -> dict[str, list[Any]]:
    rows = sorted(signals, key=lambda one: (one.subject_id, one.indicator, one.day, one.key))
    return {
        "subjects": [one.subject_id for one in rows],
        "keys": [one.key for one in rows],
        "indicators": [one.indicator for one in rows],
        "states": queries.states(version),
        "days": [one.day for one in rows],
        "ats": [one.at for one in rows],
        "goods": [one.good for one in rows],
        "totals": [one.total for one in rows],
        "says": [one.says for one in rows],
        "refs": [one.ref for one in rows],
    }


def rescore(kinds: Mapping[str, str], version: tables.Version, today: date, now: datetime) -> int:
    """Weighed sums from the database, scores by `rules`, written with the days on which they moved.

    `kinds`: locked subjects by id, in order.
    """
    indicators = list(version.indicators.values())
    ids = list(kinds)
    found = _sums(ids, version, indicators, today)
    values = rules.values_bp(indicators, found)
    at = {one.code: i for i, one in enumerate(indicators)}
    for scale in version.scales.values():
        rows = [i for i, one in enumerate(ids) if kinds[one] == scale.of]
        if rows:
            parts = [at[part.indicator] for part in scale.parts]
            points = rules.points(scale, indicators, values[rows])
            moved = _write([ids[i] for i in rows], scale, points, values[rows][:, parts], today, version.name)
            _tell(moved, scale, version, today, now)
    return len(ids)


def _sums(ids: Sequence[str], version: tables.Version, indicators: Sequence[tables.Indicator], today: date) -> Sums:
    """What the database knows of these subjects, as matrices."""
    shape = (len(ids), len(indicators))
    good, total, states = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.full(shape, -1, np.int64)
    age = np.zeros(len(ids), np.int64)
    params = _parameters(version) | {"subjects": ids, "today": today}
    for kind, name in ((0, "sums"), (1, "states"), (2, "ages")):
        read = np.array(sql.tuples(HOME, name, params), np.int64).reshape(-1, 4)
        where = (read[:, 0] - 1, read[:, 1] - 1)
        if kind == 0:
            good[where], total[where] = read[:, 2], read[:, 3]
        elif kind == 1:
            states[where] = read[:, 2]
        else:
            age[where[0]] = read[:, 2]
    return Sums(good, total, states, age)


def _parameters(version: tables.Version) -> dict[str, Any]:
    """The version as columns, decay tables one after another."""
    found = list(version.indicators.values())
    decay: list[int] = []
    starts: list[int] = []
    for one in found:
        starts.append(len(decay))
        decay += tables.decay(one.half_life_days, one.window_days)
    return {
        "codes": [one.code for one in found],
        "caps": [one.cap for one in found],
        "windows": [one.window_days for one in found],
        "starts": starts,
        "decay": decay,
    }


def _write(  # noqa: PLR0917 - a row
    ids: Sequence[str], scale: tables.Weighing, points: Matrix, values: Matrix, today: date, version: str
) -> list[dict[str, Any]]:
    """The scores that are another now, with what they were."""
    params = {
        "subjects": ids, "scale": scale.code, "scores": points.sum(axis=1).tolist(), "width": points.shape[1],
        "points": _array(points), "values": _array(values), "today": today, "version": version,
    }  # fmt: skip
    return sql.rows(HOME, "write", params)


def _array(numbers: Matrix) -> str:
    """As the database writes an array: a hundred thousand numbers are one text and not as many parameters."""
    return "{" + ",".join(map(str, numbers.ravel().tolist())) + "}"


def _tell(
    moved: Sequence[dict[str, Any]], scale: tables.Weighing, version: tables.Version, today: date, now: datetime
) -> None:
    told = []
    for row in moved:
        after, before = version.band(row["score"]), version.band(row["score_before"])
        if after != before:
            scores = (row["score_before"], row["score"])
            told.append(ScoreMoved(row["subject_id"], scale.code, *scores, after.title, before.title, today, now))
    outbox.publish(*told)


def rescore_due(*, now: datetime) -> int:
    """The daily run: every score as of today; resumed where it stopped. Raises `StretchFailed`."""
    today = accounting_date(now)
    version = tables.version(today)
    stale = Score.objects.filter(as_of__lt=today)

    def fade(stretch: Stretch) -> int:
        ids = stretch.of(stale, "subject_id").values_list("subject_id", flat=True).distinct()
        return rescore(lock(list(ids)), version, today, now)

    done = sum(in_each(fade)) if stale.exists() else 0
    History.objects.filter(day__lt=today - timedelta(days=version.history_days)).delete()
    return done
