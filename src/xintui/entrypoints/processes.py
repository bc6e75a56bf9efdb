"""后台任务: everything that happens without anybody asking, one turn after the other.

A turn goes through the jobs in the order of an order's life. Each job is a sweep that takes what is due, keeps its own
transactions and is safe to be killed anywhere, so a turn needs no queue in front of it: what was not done is still due.
A job that fails is logged and tried again next turn; the others go on.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import close_old_connections

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.concentration import facade as concentration
from xintui.commerce.disputes import facade as disputes
from xintui.commerce.orders import facade as orders
from xintui.commerce.quality import facade as quality
from xintui.engagement.academy import facade as academy
from xintui.engagement.followups import facade as followups
from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints import credit_graph, leaving, points_earning, violation_detectors
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.identity import facade as identity
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.payments import facade as payments
from xintui.infra import clock, locks, tenancy
from xintui.infra.idempotency import facade as idempotency
from xintui.infra.outbox import facade as outbox
from xintui.insight.analytics import facade as analytics
from xintui.insight.patterns import facade as patterns
from xintui.promotion.commission import facade as commission
from xintui.promotion.growth import facade as growth
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.rosters import facade as rosters
from xintui.promotion.screening import facade as screening
from xintui.trust.credit import facade as credit
from xintui.trust.deposits import facade as deposits
from xintui.trust.points import facade as points
from xintui.trust.privacy import facade as privacy
from xintui.trust.qualification import facade as qualification
from xintui.trust.violations import facade as violations

log = logging.getLogger("xintui.work")
PAUSE_S: Final = 1.0
RETRY_S: Final = 5.0
LOCK: Final = "xintui.work"
WECHAT_CODE_LIFE: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Job:
    """`run(now)` answers with what it did. `every_s` keeps the worker (never `work_once`) from asking all the time."""

    name: str
    run: Callable[[datetime], object]
    every_s: float = 0


@dataclass(frozen=True)
class Turn:
    """What a turn did, by job, and what failed, by job."""

    done: Mapping[str, Any] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)


def _deliver(now: datetime) -> int:
    return outbox.deliver_all(SUBSCRIPTIONS)


JOBS: Final[tuple[Job, ...]] = (
    Job("payments.take_inbox", payments.take_inbox),
    Job("outbox.deliver", _deliver),
    Job("orders.close_unpaid", lambda now: orders.close_unpaid(now=now), 10),
    Job("orders.auto_receive", lambda now: orders.auto_receive(now=now), 60),
    Job("orders.decide_overdue", lambda now: orders.decide_overdue(now=now), 60),
    Job("disputes.decide_overdue", lambda now: disputes.decide_overdue(now=now), 60),
    Job("disputes.remind", lambda now: disputes.remind(now=now), 600),
    Job("orders.finish", lambda now: orders.finish(now=now), 60),
    Job("catalog.refresh_hot", lambda now: catalog.refresh_hot(now=now), 600),
    Job("catalog.refresh_sales", lambda now: catalog.refresh_sales(), 600),
    Job("payments.send_due", payments.send_due),
    Job("payments.poll_due", payments.poll_due, 2),
    Job("outbox.deliver_again", _deliver),  # what the gateway has just told us
    Job("commission.release", lambda now: commission.release_due(now=now), 30),
    Job("commission.let_go_due", lambda now: commission.let_go_due(now=now), 600),
    Job("analytics.refresh", lambda now: analytics.refresh(now=now), 60),
    Job("patterns.count", lambda now: patterns.count_due(now=now), 3600),
    Job("quality.refresh", lambda now: quality.refresh(now=now), 60),
    Job("quality.warn", lambda now: quality.warn(now=now), 3600),
    Job("concentration.look", lambda now: concentration.look_due(now=now), 3600),
    Job("payouts.submit_due", lambda now: payouts.submit_due(now=now), 5),
    Job("payouts.notice_silence", lambda now: payouts.notice_silence(now=now), 60),
    Job("privacy.build_exports", lambda now: leaving.build_exports(now=now), 5),
    Job("privacy.erase_due", lambda now: leaving.erase_due(now=now), 600),
    Job("privacy.end_exports", lambda now: privacy.end_exports(now=now), 600),
    Job("privacy.end_frozen", lambda now: privacy.end_frozen(now=now), 3600),
    Job("notifications.remind_receipts", lambda now: notifications.remind_receipts(now=now), 600),
    Job("notifications.tell_released", lambda now: notifications.tell_released(now=now), 30),
    Job("notifications.send_due", lambda now: notifications.send_due(now=now), 5),
    Job("notifications.end_old", lambda now: notifications.end_old(now=now), 60),
    Job("notifications.count", lambda now: notifications.count(now=now), 600),
    Job("notifications.purge", lambda now: notifications.purge(now=now), 3600),
    Job("followups.make_due", lambda now: followups.make_due(now=now), 600),
    Job("followups.purge", lambda now: followups.purge(now=now), 3600),
    Job("academy.end_due", lambda now: academy.end_due(now=now), 10),
    Job("academy.remind_due", lambda now: academy.remind_due(now=now), 600),
    Job("academy.expire_due", lambda now: academy.expire_due(now=now), 600),
    Job("commission.recover_debts", lambda now: commission.recover_debts(now=now), 3600),
    Job("violations.lift_due", lambda now: violations.lift_due(now=now), 60),
    Job("violations.end_old", lambda now: violations.end_old(now=now), 3600),
    Job("violations.detect", violation_detectors.detect, 21_600),
    Job("qualification.remind_due", lambda now: qualification.remind_due(now=now), 600),
    Job("qualification.expire_due", lambda now: qualification.expire_due(now=now), 60),
    Job("qualification.check_due", lambda now: qualification.check_due(now=now), 600),
    Job("growth.review_due", lambda now: growth.review_due(now=now), 3600),
    Job("points.settle_due", lambda now: points_earning.settle_due(now=now), 3600),
    Job("points.expire_due", lambda now: points.expire_due(now=now), 3600),
    Job("points.end_due", lambda now: points.end_due(now=now), 600),
    Job("credit.rescore_due", lambda now: credit.rescore_due(now=now), 600),
    Job("deposits.remind_due", lambda now: deposits.remind_due(now=now), 600),
    Job("graph.refresh", credit_graph.refresh_due, 3600),
    Job("rosters.move", lambda now: rosters.move_due(now=now), 10),
    Job("rosters.lapse", lambda now: rosters.lapse_due(now=now), 60),
    Job("screening.refresh", lambda now: screening.refresh_due(now=now), 60),
    Job("screening.expire", lambda now: screening.expire_due(now=now), 600),
    Job("payments.release_due", payments.release_due, 600),
    Job("payments.import_due", payments.import_due, 600),
    Job("ledger.fold", lambda now: ledger.fold(), 60),
    Job("evidence.seal", evidence.seal, 5),
    Job("evidence.close_due", lambda now: evidence.close_due(now, after=settings.CLOSE_AT), 10),
    Job("identity.purge", identity.purge, 600),
    Job("identity.purge_codes", lambda now: identity.purge_codes(now - WECHAT_CODE_LIFE), 600),
    Job("identity.purge_visits", identity.purge_visits, 600),
    Job("identity.purge_phone_codes", identity.purge_phone_codes, 600),
    Job("idempotency.purge", idempotency.purge, 600),
)


def work_once(now: datetime, *, jobs: tuple[Job, ...] = JOBS) -> Turn:
    """One turn, acting for the platform: every job in order, each behind its own error boundary."""
    done: dict[str, Any] = {}
    failed: dict[str, str] = {}
    with tenancy.as_platform():
        for job in jobs:
            try:
                done[job.name] = job.run(now)
            except Exception as error:
                log.exception("job %s failed", job.name)
                failed[job.name] = f"{type(error).__name__}: {error}"
                close_old_connections()
    return Turn(done, failed)


def work_forever(stop: threading.Event, *, pause_s: float = PAUSE_S, jobs: tuple[Job, ...] = JOBS) -> None:
    """Turns until `stop` is set, one process at a time; the others wait for theirs. Outlives the database's absence."""
    asked: dict[str, float] = {}
    waited_s = pause_s
    while not stop.wait(waited_s):
        ripe = tuple(job for job in jobs if time.monotonic() - asked.get(job.name, -1e9) >= job.every_s)
        waited_s = pause_s
        try:
            with locks.turn(LOCK) as mine:
                if mine:
                    work_once(clock.now(), jobs=ripe)
                    asked |= {job.name: time.monotonic() for job in ripe}
        except Exception:
            log.exception("no turn: the database does not answer")
            close_old_connections()
            waited_s = max(RETRY_S, pause_s)
