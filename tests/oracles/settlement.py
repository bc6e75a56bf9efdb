"""An independent oracle for `xintui settle`: every event in turn, in plain dicts, nothing shared with the product.

The binding text is the design's "Settlement: exact rules and file formats". Slow and plain on purpose: whoever doubts a
figure can read this file from top to bottom. Where the text leaves room, the oracle chooses:

 1. A row is judged in file order by what the files say (*static* checks: shape, ids, references, currency, refund
    before payment), whatever its time. Only rows that pass count as known or as taken ids. A later duplicate of a
    good row is refused, the first one stands; a good row may reuse an id that only a refused row used.
 2. What depends on money already moved (refund above what was paid, withdrawal above the due balance) is judged at
    the event's instant. Such a row's id stays taken.
 3. Good rows later than as_of are ignored; bad rows later than as_of are refused all the same. A refund that names an
    order line later than as_of precedes its payment and is refused; refunded_at == paid_at is fine.
 4. `row` in rejects counts the header as row 1. `file` is the input file's name. One reject per row: its first fault.
 5. Cells are taken as they stand, never trimmed. Amounts are ASCII digits only, at most 10**15; 0 is an amount. qty
    is the same but at least 1. A UTF-8 byte order mark is tolerated. Missing trailing cells are empty cells.
 6. Never empty: order_id, line_id, merchant_id, buyer_id, product_id, refund_id, withdrawal_id, promoter_id in
    promoters.csv and withdrawals.csv. May be empty: category, level, promoter_id of an order, received_at, currency
    (CNY).
 7. Times are what Python 3.11's `datetime.fromisoformat` takes and must carry an offset. joined_at is required too.
    kind must be `individual` or `company`. All of these refuse the row.
 8. The run's currency is the plan's optional `currency`, else that of the first good order row; three capital
    letters.
 9. auto_receipt_days and freeze_days are multiples of 24 hours; nothing is rounded to a calendar day. A given
    received_at always wins, also when it lies before paid_at (cash on delivery) or after as_of.
10. At one instant a payment comes before everything else (with no freeze a line may be released as it is paid).
11. An order line's id at equal instants is (order_id, line_id), a month close's is (promoter_id, month). Byte order
    means UTF-8 bytes; all output is sorted so, and ids are never compared as numbers ("10" < "9").
12. Every credit to *due* pays debt first: releases and bonuses alike. So due > 0 and debt > 0 never hold together.
13. released_fen is what the releases moved, gross of netted debt; clawed_back_fen is what refunds after the release
    took back of the commission, in the row of the line's release month. The bonus is in neither: bonus_fen is its own
    sum, net of corrections after the close.
14. A line fully refunded before its release counts as a line of its release month with net 0.
15. Tier bands are sorted by from_fen; what lies below the first band earns nothing; the last band is open above.
16. A withdrawal of 0 is accepted. A withdrawal by a promoter without lines is judged like any other (due is 0).
17. A self-purchase shows the rule it would have matched and commission 0; its state follows base and as_of like any
    line's. A line that no rule matches has an empty rule_id, commission 0 and counts in statements and tiers.
18. lines.csv and balances.csv know only good lines with a promoter and paid_at ≤ as_of, self-purchases among them.
19. A refund that would cross paid_fen is refused alone: a smaller, later one may still fit.
20. release_at is printed at +08:00 to the second (fractions are cut, though they count for the order of events).
21. A match value that is a list matches any of its members, an empty list nothing; a missing `match` matches
    everything, a missing `priority` is 0. An order without a promoter has no level.
"""

import csv
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
LARGEST = 10**15

LINES = "order_id,line_id,promoter_id,rule_id,paid_fen,refunded_fen,base_fen,commission_fen,state,release_at"
STATEMENTS = "promoter_id,month,lines,net_fen,commission_fen,bonus_fen,released_fen,clawed_back_fen"
BALANCES = "promoter_id,pending_fen,due_fen,debt_fen,withdrawn_fen"
REJECTS = "file,row,column,code,message"

Row = dict[str, str]
PAYMENT, RELEASE, CLOSE, REFUND, WITHDRAWAL = range(5)


class Refused(Exception):
    """A row that the run refuses: which column, and why."""

    def __init__(self, column: str, code: str) -> None:
        self.column, self.code = column, code


@dataclass
class Line:
    """One good order line and what has happened to it so far."""

    order_id: str
    line_id: str
    buyer_id: str
    promoter_id: str
    paid_fen: int
    paid_at: datetime
    release_at: datetime
    rule: dict[str, Any] | None
    refunded: int = 0
    posted: int = 0
    released: int | None = None
    clawed_back: int = 0

    @property
    def key(self) -> tuple[bytes, bytes]:
        return self.order_id.encode(), self.line_id.encode()

    @property
    def earns(self) -> bool:
        """Without a promoter, or bought by the promoter, a line earns nothing."""
        return self.promoter_id not in ("", self.buyer_id)

    @property
    def base(self) -> int:
        return self.paid_fen - self.refunded

    @property
    def month(self) -> str:
        return self.release_at.astimezone(SHANGHAI).strftime("%Y-%m")

    def target(self) -> int:
        """What the promoter should have been given for what is left of the line."""
        if self.rule is None or not self.earns:
            return 0
        fen = self.base * self.rule["rate_bp"] // 10_000
        cap = self.rule.get("cap_fen")
        return fen if cap is None else min(fen, cap)


@dataclass
class Purse:
    """What one promoter has."""

    pending: int = 0
    due: int = 0
    debt: int = 0
    withdrawn: int = 0

    def credit(self, fen: int) -> None:
        paid_off = min(self.debt, fen)
        self.debt -= paid_off
        self.due += fen - paid_off

    def take(self, fen: int) -> None:
        taken = min(self.due, fen)
        self.due -= taken
        self.debt += fen - taken


@dataclass
class Result:
    """The files out, as rows of text, in the order in which they must stand (rejects: any order)."""

    lines: list[Row] = field(default_factory=list)
    statements: list[Row] = field(default_factory=list)
    balances: list[Row] = field(default_factory=list)
    rejects: list[Row] = field(default_factory=list)

    @property
    def refused(self) -> dict[tuple[str, int], str]:
        """(file, row) → code."""
        return {(r["file"], int(r["row"])): r["code"] for r in self.rejects}


def rows_of(path: Path) -> list[tuple[int, Row]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *records = list(csv.reader(file))
    return [(n, dict(zip(header, r + [""] * len(header)))) for n, r in enumerate(records, start=2) if r]


def given(row: Row, *columns: str) -> None:
    for column in columns:
        if not row.get(column):
            raise Refused(column, "id.empty")


def amount(row: Row, column: str, least: int = 0) -> int:
    text = row.get(column, "")
    if not re.fullmatch("[0-9]+", text) or not least <= int(text) <= LARGEST:
        raise Refused(column, "amount.invalid")
    return int(text)


def instant(row: Row, column: str) -> datetime:
    try:
        at = datetime.fromisoformat(row.get(column, ""))
    except ValueError:
        raise Refused(column, "time.invalid") from None
    if at.tzinfo is None:
        raise Refused(column, "time.invalid")
    return at


def next_month(month: str) -> datetime:
    """The first instant after `month` in Shanghai."""
    year, number = int(month[:4]), int(month[5:])
    return datetime(year + 1, 1, 1, tzinfo=SHANGHAI) if number == 12 else datetime(year, number + 1, 1, tzinfo=SHANGHAI)


def matching_rule(rules: list[dict[str, Any]], facts: Row) -> dict[str, Any] | None:
    """Highest priority; then more match keys; then the smaller id in byte order."""

    def matches(rule: dict[str, Any]) -> bool:
        for key, wanted in rule.get("match", {}).items():
            if facts[key] not in (wanted if isinstance(wanted, list) else [wanted]):
                return False
        return True

    found = [rule for rule in rules if matches(rule)]
    found.sort(key=lambda r: (-r.get("priority", 0), -len(r.get("match", {})), r["id"].encode()))
    return found[0] if found else None


def tier_bonus(tiers: list[dict[str, int]], net: int) -> int:
    """Each band's rate on the part of `net` inside the band, summed exactly, floored once."""
    tiers = sorted(tiers, key=lambda t: t["from_fen"])
    bonus = Fraction(0)
    for position, tier in enumerate(tiers):
        top = tiers[position + 1]["from_fen"] if position + 1 < len(tiers) else net
        inside = max(0, min(net, top) - tier["from_fen"])
        bonus += Fraction(inside * tier["rate_bp"], 10_000)
    return bonus.numerator // bonus.denominator


class Run:
    """Reads and judges the rows, then lives through the events one by one."""

    def __init__(self, plan: dict[str, Any], as_of: datetime) -> None:
        assert as_of.tzinfo is not None
        self.plan, self.as_of = plan, as_of
        self.currency: str | None = plan.get("currency")
        self.levels: dict[str, str] = {}
        self.lines: dict[tuple[str, str], Line] = {}
        self.refunds: dict[str, tuple[str, int, Line, int, datetime]] = {}
        self.withdrawals: dict[str, tuple[str, int, str, int, datetime]] = {}
        self.purses: dict[str, Purse] = {}
        self.bonuses: dict[tuple[str, str], int] = {}
        self.result = Result()

    def read(self, path: Path, judge: Any) -> None:
        for number, row in rows_of(path):
            try:
                judge(path.name, number, row)
            except Refused as no:
                self.refuse(path.name, number, no.column, no.code)

    def refuse(self, file: str, number: int, column: str, code: str) -> None:
        self.result.rejects.append(as_row(REJECTS, file, number, column, code, code))

    def promoter(self, file: str, number: int, row: Row) -> None:
        given(row, "promoter_id")
        if row.get("kind") not in ("individual", "company"):
            raise Refused("kind", "kind.invalid")
        instant(row, "joined_at")
        if row["promoter_id"] in self.levels:
            raise Refused("promoter_id", "id.duplicate")
        self.levels[row["promoter_id"]] = row.get("level", "")

    def order(self, file: str, number: int, row: Row) -> None:
        given(row, "order_id", "line_id", "merchant_id", "buyer_id", "product_id")
        amount(row, "qty", least=1)
        paid_fen, paid_at = amount(row, "paid_fen"), instant(row, "paid_at")
        received_at = paid_at + timedelta(days=self.plan["auto_receipt_days"])
        if row.get("received_at"):
            received_at = instant(row, "received_at")
        promoter_id = row.get("promoter_id", "")
        if promoter_id and promoter_id not in self.levels:
            raise Refused("promoter_id", "promoter.unknown")
        key = row["order_id"], row["line_id"]
        if key in self.lines:
            raise Refused("line_id", "id.duplicate")
        currency = row.get("currency") or "CNY"
        if not re.fullmatch("[A-Z]{3}", currency) or currency != (self.currency or currency):
            raise Refused("currency", "currency.mismatch")
        self.currency = currency
        facts = {k: row.get(k, "") for k in ("merchant_id", "category", "product_id", "promoter_id")}
        facts["promoter_level"] = self.levels.get(promoter_id, "")
        rule = matching_rule(self.plan["rules"], facts)
        release_at = received_at + timedelta(days=self.plan["freeze_days"])
        self.lines[key] = Line(*key, row["buyer_id"], promoter_id, paid_fen, paid_at, release_at, rule)

    def refund(self, file: str, number: int, row: Row) -> None:
        given(row, "refund_id", "order_id", "line_id")
        fen, at = amount(row, "refund_fen"), instant(row, "refunded_at")
        if row["refund_id"] in self.refunds:
            raise Refused("refund_id", "id.duplicate")
        line = self.lines.get((row["order_id"], row["line_id"]))
        if line is None:
            raise Refused("line_id", "line.unknown")
        if at < line.paid_at:
            raise Refused("refunded_at", "refund.before_payment")
        self.refunds[row["refund_id"]] = file, number, line, fen, at

    def withdrawal(self, file: str, number: int, row: Row) -> None:
        given(row, "withdrawal_id", "promoter_id")
        fen, at = amount(row, "amount_fen"), instant(row, "withdrawn_at")
        if row["withdrawal_id"] in self.withdrawals:
            raise Refused("withdrawal_id", "id.duplicate")
        if row["promoter_id"] not in self.levels:
            raise Refused("promoter_id", "promoter.unknown")
        self.withdrawals[row["withdrawal_id"]] = file, number, row["promoter_id"], fen, at

    def live(self) -> None:
        """All events up to as_of: by instant, then kind, then id in byte order."""
        self.purses = {promoter_id: Purse() for promoter_id in self.levels}
        events: list[tuple[datetime, int, Any, Any]] = []
        for line in self.lines.values():
            if line.paid_at <= self.as_of and line.earns:
                events.append((min(line.paid_at, line.release_at), PAYMENT, line.key, line))
                events.append((line.release_at, RELEASE, line.key, line))
        for promoter_id, month in {(e[3].promoter_id, e[3].month) for e in events}:
            events.append((next_month(month), CLOSE, (promoter_id.encode(), month), (promoter_id, month)))
        for refund_id, refund in self.refunds.items():
            events.append((refund[-1], REFUND, refund_id.encode(), refund))
        for withdrawal_id, withdrawal in self.withdrawals.items():
            events.append((withdrawal[-1], WITHDRAWAL, withdrawal_id.encode(), withdrawal))
        happen = {
            PAYMENT: self.on_payment,
            RELEASE: self.on_release,
            CLOSE: self.on_close,
            REFUND: self.on_refund,
            WITHDRAWAL: self.on_withdrawal,
        }
        for at, kind, _, subject in sorted((e for e in events if e[0] <= self.as_of), key=lambda e: e[:3]):
            happen[kind](subject)

    def on_payment(self, line: Line) -> None:
        line.posted = line.target()
        self.purses[line.promoter_id].pending += line.posted

    def on_release(self, line: Line) -> None:
        line.released = line.posted
        self.purses[line.promoter_id].pending -= line.posted
        self.purses[line.promoter_id].credit(line.posted)

    def bonus(self, promoter_id: str, month: str) -> int:
        mine = [x for x in self.lines.values() if x.promoter_id == promoter_id and x.month == month]
        return tier_bonus(self.plan.get("tiers", []), sum(x.base for x in mine if x.released is not None))

    def on_close(self, key: tuple[str, str]) -> None:
        self.bonuses[key] = self.bonus(*key)
        self.purses[key[0]].credit(self.bonuses[key])

    def on_refund(self, refund: tuple[str, int, Line, int, datetime]) -> None:
        file, number, line, fen, _ = refund
        if line.refunded + fen > line.paid_fen:
            return self.refuse(file, number, "refund_fen", "refund.above_paid")
        line.refunded += fen
        if not line.earns:
            return None
        purse, less = self.purses[line.promoter_id], line.posted - line.target()
        line.posted -= less
        if line.released is None:
            purse.pending -= less
            return None
        line.clawed_back += less
        purse.take(less)
        key = line.promoter_id, line.month
        if key in self.bonuses:
            purse.take(self.bonuses[key] - self.bonus(*key))
            self.bonuses[key] = self.bonus(*key)

    def on_withdrawal(self, withdrawal: tuple[str, int, str, int, datetime]) -> None:
        file, number, promoter_id, fen, _ = withdrawal
        purse = self.purses[promoter_id]
        if fen > purse.due:
            return self.refuse(file, number, "amount_fen", "withdrawal.above_due")
        purse.due -= fen
        purse.withdrawn += fen

    def report(self) -> Result:
        shown = [x for x in self.lines.values() if x.promoter_id and x.paid_at <= self.as_of]
        for line in sorted(shown, key=lambda x: x.key):
            state = "void" if line.base == 0 else "pending" if self.as_of < line.release_at else "due"
            rule_id = line.rule["id"] if line.rule else ""
            at = line.release_at.astimezone(timezone(timedelta(hours=8))).isoformat(timespec="seconds")
            values = line.order_id, line.line_id, line.promoter_id, rule_id, line.paid_fen, line.refunded, line.base
            self.result.lines.append(as_row(LINES, *values, line.posted, state, at))
        months = {(x.promoter_id.encode(), x.month) for x in shown if x.released is not None}
        for promoter, month in sorted(months):
            mine = [
                x for x in shown if x.released is not None and (x.promoter_id.encode(), x.month) == (promoter, month)
            ]
            net, commission = sum(x.base for x in mine), sum(x.posted for x in mine)
            released, clawed_back = sum(x.released or 0 for x in mine), sum(x.clawed_back for x in mine)
            assert commission == released - clawed_back
            bonus = self.bonuses.get((promoter.decode(), month), 0)
            row = as_row(STATEMENTS, promoter.decode(), month, len(mine), net, commission, bonus, released, clawed_back)
            self.result.statements.append(row)
        for promoter_id in sorted({x.promoter_id for x in shown}, key=str.encode):
            p = self.purses[promoter_id]
            self.result.balances.append(as_row(BALANCES, promoter_id, p.pending, p.due, p.debt, p.withdrawn))
        return self.result


def as_row(header: str, *values: object) -> Row:
    return dict(zip(header.split(","), map(str, values), strict=True))


def settle(folder: Path, as_of: datetime) -> Result:
    """Settle the files in `folder` (orders, refunds, promoters, perhaps withdrawals.csv; plan.json) up to `as_of`."""
    run = Run(json.loads((folder / "plan.json").read_text(encoding="utf-8")), as_of)
    run.read(folder / "promoters.csv", run.promoter)
    run.read(folder / "orders.csv", run.order)
    run.read(folder / "refunds.csv", run.refund)
    if (folder / "withdrawals.csv").exists():
        run.read(folder / "withdrawals.csv", run.withdrawal)
    run.live()
    return run.report()
