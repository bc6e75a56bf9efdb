"""The verbs. `settle` takes a batch of sales, refunds and withdrawals, one row or half a million, through one pass."""

import json
import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, connection, transaction

from xintui.foundation.ledger import facade as ledger
from xintui.infra import live, locks, sql
from xintui.kernel.times import SHANGHAI, accounting_date
from xintui.promotion.commission import rules
from xintui.promotion.commission.batch import ANALYZE_FROM, Batch, stage
from xintui.promotion.commission.contracts import (
    MATCH_KEYS,
    SHOP,
    Outcome,
    Plan,
    PlanConflict,
    Receipt,
    Refund,
    Refused,
    Sale,
    SaleBlock,
    SettledBeyond,
    Withdrawal,
)
from xintui.promotion.commission.models import CommissionBooks, CommissionLine, CommissionPlan

log = logging.getLogger("xintui.commission")
_ATTEMPT_FROM: Final = 1000
"""A batch of so many sales is booked at once and looked at line by line only if that fails."""
_UNIQUE_VIOLATION: Final = "23505"

_PAGES: Final = 2048
"""Pages of the staged sales that are booked and posted in one statement: about a hundred thousand lines."""


def publish_plan(plan: Plan, *, in_force_from: datetime, by: str = "", books: str = SHOP) -> bool:
    """Freeze a plan version. False: it is known with the same terms. Raises `PlanConflict`."""
    _, fresh = CommissionPlan.objects.get_or_create(
        books=books,
        version=plan.version,
        defaults={"body": rules.plan_json(plan), "in_force_from": in_force_from, "published_by": by},
    )
    if not fresh:
        known = CommissionPlan.objects.get(books=books, version=plan.version)
        if known.body != rules.plan_json(plan):
            raise PlanConflict(plan.version)
    return fresh


def settle(
    *,
    now: datetime,
    sales: Iterable[Sale | SaleBlock] = (),
    refunds: Iterable[Refund] = (),
    withdrawals: Iterable[Withdrawal] = (),
    books: str = SHOP,
    currency: str = "CNY",
    plan: Plan | None = None,
    sweep: bool = False,
) -> Outcome:
    """Book sales, apply refunds, release what is ripe at `now` (with `sweep`), pay out withdrawals: one transaction.

    With `plan` (a file's) every new line takes its rule from it and is received automatically after its
    `auto_receipt_days`; without, the published plan in force at `paid_at` decides and receipt is an event.
    Rows that cannot be taken come back in `Outcome.refused`; the others are settled. Raises `SettledBeyond`.
    """
    with transaction.atomic(), ledger.translated():
        run = Run.open(books, currency, now, plan, alone=sweep or plan is not None)
        run.batch = stage(sales, refunds, withdrawals, ahead=plan is not None)
        run.sell()
        run.check_refunds()
        run.apply_refunds(last=False)
        if sweep:
            run.release()
        run.apply_refunds(last=True)
        run.withdraw()
        run.post()
        return run.outcome


@transaction.atomic
def receive(
    receipts: Sequence[Receipt], *, now: datetime, books: str = SHOP, sooner: Mapping[str, int] | None = None
) -> int:
    """Start the freeze clock of these lines; how many were scheduled. Lines received before stay as they are.

    `sooner`: by promoter, so many days less than the plan says, but never fewer than seven or than the plan's own.
    """
    if not receipts:
        return 0
    run = Run.open(books, "CNY", now, None, alone=False)
    params = {
        "orders": [r.order_id for r in receipts],
        "lines": [r.line_id for r in receipts],
        "received": [r.received_at for r in receipts],
        "sooner": list(sooner or ()),
        "days": list((sooner or {}).values()),
    }
    run.rows("receive_months", **params)
    done = run.run("receive", **params)
    lines = CommissionLine.objects.filter(books=books, order_id__in={r.order_id for r in receipts})
    live.tell(*lines.values_list("promoter_id", flat=True).distinct())
    return done


def release(*, now: datetime, books: str = SHOP) -> Outcome:
    """Everything whose release instant has come becomes due, and months that are over are closed."""
    return settle(now=now, books=books, sweep=True)


@dataclass
class Run:
    """One settlement call: the state it started from and what it has changed so far."""

    books: str
    currency: str
    now: datetime
    plan: Plan | None
    watermark: datetime | None
    epoch: int
    open_from: date
    sweeping: bool = False
    outcome: Outcome = field(default_factory=Outcome)
    batch: Batch = field(default_factory=Batch)
    started: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, books: str, currency: str, now: datetime, plan: Plan | None, *, alone: bool) -> "Run":
        """Lock the books (alone for a sweep or a file, else beside other sellers) and read how far they are settled."""
        (locks.exclusive if alone else locks.shared)(f"commission:{books}")
        CommissionBooks.objects.bulk_create([CommissionBooks(books=books, currency=currency)], ignore_conflicts=True)
        state = CommissionBooks.objects.get(books=books)
        if alone and state.watermark is not None and now < state.watermark:
            raise SettledBeyond(state.watermark.astimezone(SHANGHAI).isoformat(), now.astimezone(SHANGHAI).isoformat())
        return cls(
            books=books,
            currency=state.currency or currency,
            now=now,
            plan=plan,
            watermark=state.watermark,
            epoch=state.epoch,
            open_from=ledger.open_date(date.min, ledger=books),
        )

    @property
    def params(self) -> dict[str, Any]:
        return {
            "books": self.books,
            "currency": self.currency,
            "now": self.now,
            "watermark": self.watermark,
            "epoch": self.epoch,
            "open_from": self.open_from,
            "sweeping": self.sweeping,
        }

    def run(self, name: str, **more: Any) -> int:
        with _timed(name):
            return sql.run(__package__, name, self.params | more)

    def rows(self, name: str, **more: Any) -> list[dict[str, Any]]:
        with _timed(name):
            return sql.rows(__package__, name, self.params | more)

    def count(self, **more: int) -> None:
        """Add to the outcome's counters."""
        self.outcome = replace(self.outcome, **{name: getattr(self.outcome, name) + n for name, n in more.items()})

    def refuse(self, kind: str, rows: Iterable[int], column: str, code: str, message: str) -> None:
        """Remember refused rows."""
        refused = tuple(Refused(kind, row, column, code, message) for row in rows)
        self.outcome = replace(self.outcome, refused=self.outcome.refused + refused)

    # -- sales --------------------------------------------------------------------------------------------------

    def sell(self) -> None:
        """Book the staged sales. Nearly always a long batch is new from end to end: then no line has to be asked for.

        Where one clashes, or some come later, the attempt is undone and every line is looked at, with the same end.
        """
        staged = self.batch.staged["sale"]
        if not staged:
            return
        if staged >= _ATTEMPT_FROM and not self._any_later():
            before = self.outcome
            try:
                with transaction.atomic():
                    self._book(staged)
                return
            except IntegrityError as clash:
                if getattr(clash.__cause__, "sqlstate", "") != _UNIQUE_VIOLATION:
                    raise
                self.outcome = before
        twice = [row["row"] for row in self.rows("sale_duplicates")]
        self.refuse("sale", twice, "line_id", "orders.duplicate", "订单行编号重复")
        later = self.run("sale_later")
        known = self.rows("sale_known")
        changed = [row["row"] for row in known if row["changed"]]
        self.refuse("sale", changed, "line_id", "orders.conflict", "该订单行已按不同内容入账")
        self.count(sales_known=len(known) - len(changed))
        if fresh := staged - len(twice) - later - len(known):
            self._book(fresh)

    def _any_later(self) -> bool:
        """Whether a staged sale is paid after the instant we settle to. The days alone say no nearly always."""
        last = max(self.batch.paid_on, default="")
        beyond = last >= str((self.now - timedelta(days=2)).date())  # written in whatever time zone the file uses
        return beyond and bool(self.rows("sale_any_later")[0]["later"])

    def _book(self, fresh: int) -> None:
        """Lines, schedule and postings of what is left in the batch: `fresh` sales nobody has seen."""
        plan = self.plan
        terms = {
            "version": plan.version if plan else None,
            "keys": list(rules.keys_used(plan) if plan else MATCH_KEYS),
            "auto_receipt": plan is not None,
            "auto_receipt_days": plan.auto_receipt_days if plan else 0,
            "freeze_days": plan.freeze_days if plan else 7,
        }
        self._choose_rules(terms)
        self._partitions(terms)
        pages = int(self.rows("sale_pages")[0]["pages"])
        for first in range(0, pages, _PAGES):
            stretch = {"first": f"({first},0)", "end": f"({first + _PAGES},0)"}
            self.count(postings=sum(row["postings"] for row in self.rows("sell", **terms, **stretch)))
        if fresh >= ANALYZE_FROM:
            with connection.cursor() as cursor:
                cursor.execute("SELECT commission_analyze(false)")
        self.count(sales_new=fresh)

    def _partitions(self, terms: dict[str, Any]) -> None:
        """Have the months ready that this batch can reach."""
        months = rules.months_reached(self.batch.received_on, terms["freeze_days"])
        if terms["auto_receipt"]:
            months |= rules.months_reached(self.batch.paid_on, terms["auto_receipt_days"] + terms["freeze_days"])
        if months:
            with connection.cursor() as cursor:
                cursor.execute("SELECT commission_partitions(%s)", [sorted(months)])

    def _choose_rules(self, terms: dict[str, Any]) -> None:
        """Decide once per distinct combination of facts, in `rules.choose`, and hand the answers to the batch."""
        plans = {self.plan.version: self.plan} if self.plan else self._published()
        with connection.cursor() as cursor:
            combinations = self.rows("combinations", version=terms["version"], keys=terms["keys"])
            with cursor.copy("COPY commission_in_rule FROM STDIN") as copy:
                for facts in combinations:
                    plan = plans.get(facts["plan_version"])
                    rule = rules.choose(plan.rules, facts) if plan else None
                    if rule is not None:
                        keys = [facts["plan_version"], *(facts[key] for key in MATCH_KEYS)]
                        copy.write_row([*keys, rule.id, rule.rate_bp, rule.cap_fen])
            if len(combinations) >= ANALYZE_FROM:
                cursor.execute("ANALYZE commission_in_rule")

    def _published(self) -> dict[str, Plan]:
        return {p.version: rules.parse_plan(p.body) for p in CommissionPlan.objects.filter(books=self.books)}

    # -- refunds ------------------------------------------------------------------------------------------------

    def check_refunds(self) -> None:
        if not self.batch.staged["refund"]:
            return
        misplaced = self.rows("refund_misplaced")
        unknown = [row["row"] for row in misplaced if row["unknown"]]
        self.refuse("refund", unknown, "line_id", "refunds.unknown_line", "没有这一订单行")
        early = [row["row"] for row in misplaced if not row["unknown"]]
        self.refuse("refund", early, "refunded_at", "refunds.before_payment", "退款早于支付")
        twice = [row["row"] for row in self.rows("refund_duplicates")]
        self.refuse("refund", twice, "refund_id", "refunds.duplicate", "退款编号重复")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM commission_in_refund WHERE refunded_at > %s", [self.now])
            later = cursor.rowcount
        known = self.rows("refund_known")
        changed = [row["row"] for row in known if row["changed"]]
        self.refuse("refund", changed, "refund_id", "refunds.conflict", "该退款已按不同内容入账")
        crossing = self._crossing()
        self.refuse("refund", crossing, "refund_fen", "refunds.exceeds_paid", "累计退款超过实付金额")
        gone = len(misplaced) + len(twice) + later + len(known) + len(crossing)
        self.count(refunds_known=len(known) - len(changed), refunds_new=self.batch.staged["refund"] - gone)

    def _crossing(self) -> list[int]:
        """Refunds that would take a line's total above what was paid: by time, then id, one after the other."""
        refused: list[int] = []
        line: tuple[str, str] | None = None
        left = 0
        for row in self.rows("refund_crossing"):
            if (row["order_id"], row["line_id"]) != line:
                line, left = (row["order_id"], row["line_id"]), row["left_fen"]
            if row["refund_fen"] > left:
                refused.append(row["row"])
            else:
                left -= row["refund_fen"]
        if refused:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM commission_in_refund WHERE row = ANY (%s)", [refused])
        return refused

    def apply_refunds(self, *, last: bool) -> None:
        """First what met its line before release; after the sweep the rest, together with month closes."""
        taken = self.run("refund_prepare", last=last) if self.batch.staged["refund"] else 0
        if taken >= ANALYZE_FROM:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE commission_do_refund")
        if last and (taken or self.sweeping):
            tiers = rules.plan_json(self._current_plan())["tiers"]
            self.run("bonus", tiers=json.dumps(tiers))
        if taken:
            self.run("refund_apply")
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE commission_do_refund")

    def _current_plan(self) -> Plan:
        if self.plan:
            return self.plan
        latest = (
            CommissionPlan.objects.filter(books=self.books, in_force_from__lte=self.now)
            .order_by("-in_force_from")
            .first()
        )
        return rules.parse_plan(latest.body) if latest else Plan("", 0, 0, ())

    # -- release, withdrawals, posting ----------------------------------------------------------------------------

    def release(self) -> None:
        self.started = self.params
        self.run("sweep")
        (batch,) = self.rows("sweep_apply")
        if batch["lines"] >= ANALYZE_FROM:
            with connection.cursor() as cursor:
                cursor.execute("SELECT commission_analyze(true)")
        self.watermark, self.epoch, self.sweeping = self.now, self.epoch + 1, True
        self.count(released_lines=int(batch["lines"]), released_fen=int(batch["fen"]))

    def withdraw(self) -> None:
        if not self.batch.staged["withdrawal"]:
            return
        judged = self.rows("withdrawal_refusals")
        changed = [row["row"] for row in judged if row["known"] and row["changed"]]
        self.refuse("withdrawal", changed, "withdrawal_id", "withdrawals.conflict", "该提现已按不同内容入账")
        twice = [row["row"] for row in judged if row["twice"] and not row["known"]]
        self.refuse("withdrawal", twice, "withdrawal_id", "withdrawals.duplicate", "提现编号重复")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM commission_in_withdrawal WHERE withdrawn_at > %s", [self.now])
        covered, short = self._covered()
        self.refuse("withdrawal", short, "amount_fen", "withdrawals.above_due", "提现超过可提现佣金")
        self.run("withdraw", rows=covered)
        self.count(withdrawals_new=len(covered), withdrawals_known=len(judged) - len(changed) - len(twice))

    def _covered(self) -> tuple[list[int], list[int]]:
        """Replay the due position of each promoter who withdraws, instant by instant."""
        position = {row["promoter_id"]: row["fen"] for row in self.rows("positions")}
        before = (self.started or self.params) | {"sweeping": self.sweeping}
        events = sql.rows(__package__, "withdrawal_events", before)
        covered: list[int] = []
        short: list[int] = []
        for event in sorted(events, key=lambda e: (e["at"], e["kind"], e["id"].encode())):
            promoter, fen = event["promoter_id"], event["fen"]
            if event["kind"] < 3:
                position[promoter] += fen
            elif fen <= max(0, position[promoter]):
                position[promoter] -= fen
                covered.append(event["row"])
            else:
                short.append(event["row"])
        return covered, short

    def post(self) -> None:
        """Everything this call owes the ledger, through its one door, a stretch at a time."""
        net_on = ledger.open_date(accounting_date(self.now), ledger=self.books)
        self.run("due_moves", net_on=net_on)
        done, after = 0, 0
        while (upto := self.rows("chunk_end", after=after)[0]["upto"] or 0) > after:
            done += sum(row["fresh"] for row in self.rows("post_chunk", after=after, upto=upto))
            after = upto
        self.count(postings=done)
        if self.books == SHOP:
            live.tell(*(row["promoter_id"] for row in self.rows("changed", most=live.MANY + 1)))


@contextmanager
def _timed(statement: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    log.debug("%s took %.3f s", statement, time.monotonic() - started)
