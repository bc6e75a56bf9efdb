"""Scores follow signals, in the same transaction; and the calendar, once a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from xintui.infra import sql
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date
from xintui.trust.credit import queries, tables
from xintui.trust.credit.contracts import ScoreMoved, Signal, Subject, UnknownIndicator
from xintui.trust.credit.models import History, Score
from xintui.trust.credit.models import Subject as SubjectRow

HOME: Final = "xintui.trust.credit"
AT_ONCE: Final = 20_000
"""Subjects in one transaction of the daily run."""


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
    there = SubjectRow.objects.select_for_update().filter(id__in=ids).order_by("id").values_list("id", flat=True)
    assert len(there) == len(ids), set(ids) - set(there)
    touched = news | {row["subject_id"] for row in sql.rows(HOME, "observe", _columns(signals, version))}
    return rescore(sorted(touched), version, accounting_date(now), now) if touched else 0


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


def rescore(subjects: Sequence[str], version: tables.Version, today: date, now: datetime) -> int:
    """The one statement that scores, for these subjects, with what the version weighs."""
    moved = sql.rows(HOME, "rescore", parameters(version) | {"subjects": list(subjects), "today": today})
    told = []
    for row in moved:
        after, before = version.band(row["score"]), version.band(row["score_before"])
        if after != before:
            told.append(
                ScoreMoved(
                    row["subject_id"], row["scale"], row["score_before"], row["score"], after.title, before.title,
                    today, now,
                )
            )  # fmt: skip
    outbox.publish(*told)
    return len(subjects)


def parameters(version: tables.Version) -> dict[str, Any]:
    """The version as columns, decay tables one after another."""
    found = list(version.indicators.values())
    decay: list[int] = []
    starts: list[int] = []
    for one in found:
        starts.append(len(decay))
        decay += tables.decay(one.half_life_days, one.window_days)
    parts = [(scale, part) for scale in version.scales.values() for part in scale.parts]
    return {
        "version": version.name,
        "codes": [one.code for one in found],
        "hows": [one.how.value for one in found],
        "priors": [one.prior_bp for one in found],
        "pseudos": [one.pseudo for one in found],
        "caps": [one.cap for one in found],
        "units": [one.unit_bp for one in found],
        "windows": [one.window_days for one in found],
        "fulls": [one.full_days for one in found],
        "starts": starts,
        "decay": decay,
        "scales": [scale.code.value for scale, _ in parts],
        "kinds": [scale.of.value for scale, _ in parts],
        "parts": [part.indicator for _, part in parts],
        "weights": [part.weight for _, part in parts],
        "zeros": [part.zero_bp for _, part in parts],
        "tops": [part.full_bp for _, part in parts],
    }


def rescore_due(*, now: datetime, most: int | None = None) -> int:
    """The daily run: every score as of today. Stretches of subjects, each a transaction, resumed where it stopped."""
    today, done = accounting_date(now), 0
    version = tables.version(today)
    stale = Score.objects.filter(as_of__lt=today).order_by("subject_id")
    after = ""
    while most is None or done < most:
        ids = list(stale.filter(subject_id__gt=after).values_list("subject_id", flat=True).distinct()[:AT_ONCE])
        if not ids:
            break
        with transaction.atomic():
            list(SubjectRow.objects.select_for_update().filter(id__in=ids).order_by("id").values_list("id"))
            done += rescore(ids, version, today, now)
        after = ids[-1]
    History.objects.filter(day__lt=today - timedelta(days=version.history_days)).delete()
    return done
