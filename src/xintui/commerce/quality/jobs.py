"""The sweep that warns: every product's risk, notice to its shop, and what follows when the notice has run out."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from xintui.commerce.quality import model, models, queries, services, tables
from xintui.commerce.quality.contracts import Cause, Ended, Ending, ProductWarned, Verdict
from xintui.infra import locks, sql
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date


def unlists(terms: tables.Terms) -> bool:
    """Whether a warning that stands stops promotion: by the dated terms, or because this installation wants it."""
    return terms.alarm.unlist or settings.QUALITY_UNLIST


@transaction.atomic
def warn(*, now: datetime) -> int:
    """Judge every product sold lately by the model; how many shops' goods were newly warned of.

    A fixed number of statements, but for an event for each product whose warning begins or whose promotion changes.
    """
    locks.exclusive(services.JUDGING)
    terms, by = tables.terms(accounting_date(now)), model.card()
    until = accounting_date(now) - timedelta(days=1)
    rows = sql.rows(__package__, "sums", {"until": until, "now": now})
    risks = {row["product_id"]: model.risk_bp(row, by) for row in rows}
    sql.run(__package__, "risks", {"products": list(risks), "risks": list(risks.values())})
    high = {key for key, risk in risks.items() if risk >= by.threshold_bp}
    _calm(high, now)
    _free(high, terms, now)
    if not terms.alarm.on:
        return 0
    if unlists(terms):
        _unlist(terms, now)
    return _begin([row for row in rows if row["product_id"] in high], risks, terms, now)


def _calm(high: set[str], now: datetime) -> None:
    """Warnings of what is no longer at risk are over."""
    gone = models.Alert.objects.filter(ended_at=None).exclude(product_id__in=high)
    gone.update(ended=Ended.CALM, ended_at=now)


def _free(high: set[str], terms: tables.Terms, now: datetime) -> None:
    """Goods that are off only for a warning come back when it has passed, or has not come true in time."""
    rows = models.Block.objects.select_for_update().filter(until=None, cause=Cause.WARNED).order_by("id")
    over = [row for row in rows if row.product_id not in high or row.since + terms.alarm.holds <= now]
    services.end(over, Ending.CALM, now=now)


def _unlist(terms: tables.Terms, now: datetime) -> None:
    """Notice was given and the risk is still there: not promoted from now on."""
    due = list(models.Alert.objects.filter(ended_at=None, unlists_at__lte=now).order_by("id"))
    standings = {row.id: row for row in models.Standing.objects.filter(id__in=[one.product_id for one in due])}
    stopped = [one for one in due if not standings[one.product_id].paused]
    services.begin(
        [
            (row, Cause.WARNED, f"质量预警通知期满，风险仍在：{says(one.reasons)}", queries.figures(row))
            for one in stopped
            for row in [standings[one.product_id]]
        ],
        now=now,
    )
    models.Alert.objects.filter(id__in=[one.id for one in due]).update(ended=Ended.UNLISTED, ended_at=now)


def _begin(rows: Iterable[dict[str, Any]], risks: dict[str, int], terms: tables.Terms, now: datetime) -> int:
    known = set(models.Alert.objects.filter(ended_at=None).values_list("product_id", flat=True))
    paused = set(models.Block.objects.filter(until=None).values_list("product_id", flat=True))
    wanted = [
        row
        for row in sorted(rows, key=lambda row: str(row["product_id"]))
        if row["product_id"] not in known | paused
        and not row["spared"]
        and row["verdict"] != Verdict.BAD
        and row["received_30"] >= terms.alarm.received_min
    ]
    by = model.card()
    ids = sorted(new_id("qal") for _ in wanted)
    made = [
        models.Alert(
            id=number, merchant_id=row["merchant_id"], product_id=row["product_id"], risk_bp=risks[row["product_id"]],
            model=by.version, reasons=[asdict(one) for one in model.reasons(row, by)], warned_at=now,
            unlists_at=now + terms.alarm.notice, ended="",
        )
        for number, row in zip(ids, wanted, strict=True)
    ]  # fmt: skip
    models.Alert.objects.bulk_create(made)
    outbox.publish(
        *(
            ProductWarned(one.id, one.product_id, one.merchant_id, says(one.reasons), one.unlists_at, now)
            for one in made
        )
    )
    return len(made)


def says(reasons: Iterable[dict[str, Any]]) -> str:
    """Why, the weightiest first."""
    return "；".join(one["says"] for one in reasons)
