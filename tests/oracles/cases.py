"""Seeded random input files for `xintui settle`, nasty on purpose, and the comparison of a run with the oracle.

`make_case(seed)` writes orders, refunds, promoters, perhaps withdrawals, plan.json and as_of.txt into a folder; the
same seed always makes the same bytes. Instants are drawn from a small pool, so collisions and month boundaries are
common; withdrawals are drawn from what the oracle says is due, so that debts arise. Left out, because the text leaves
them to the reader of the file: cells with blanks around them, empty lines, rows that are too short or too long, qty
0, received_at so early that the release precedes the payment, plans that are themselves invalid, years outside 2026
and 2027.
"""

import csv
import json
import random
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracles.settlement import BALANCES, LINES, REJECTS, STATEMENTS, Result, Row, settle

SHANGHAI = ZoneInfo("Asia/Shanghai")
ORDER = ["order_id", "line_id", "merchant_id", "buyer_id", "product_id", "category", "qty", "paid_fen"]
ORDER += ["promoter_id", "paid_at", "received_at"]
REFUND = ["refund_id", "order_id", "line_id", "refund_fen", "refunded_at"]
PROMOTER = ["promoter_id", "level", "kind", "joined_at"]
WITHDRAWAL = ["withdrawal_id", "promoter_id", "amount_fen", "withdrawn_at"]

MONTHS = [datetime(2026, m, 1, tzinfo=SHANGHAI) for m in (10, 11, 12)] + [datetime(2027, 1, 1, tzinfo=SHANGHAI)]
OFFSETS = [timezone(timedelta(hours=8)), UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=30))]
CATEGORIES = ["tea", "rice", "茶, 绿", 'the "best"', ""]
BAD_AMOUNTS = ["-1", "-500", "12.5", "1e3", "", "12,5", "abc", str(10**15 + 1), "9" * 30, "１２", "NaN"]
BAD_TIMES = ["2026-11-01T12:00:00", "2026-11-01", "2026-13-01T00:00:00+08:00", "", "yesterday", "1793505600"]


class Maker:
    """One case in the making."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.r = random.Random(seed)
        self.folder = folder
        self.auto, self.freeze = self.r.choice([(10, 7), (10, 7), (0, 0), (1, 1), (0, 7), (7, 0), (15, 30)])
        grid = [datetime(2026, 9, 20, tzinfo=SHANGHAI) + timedelta(hours=6 * self.r.randrange(400)) for _ in range(12)]
        edges = [m + timedelta(seconds=s) for m in MONTHS for s in (-1, 0, 1)]
        self.pool = grid + edges + [e - timedelta(days=self.freeze) for e in edges]
        self.pool += [e - timedelta(days=self.freeze + self.auto) for e in edges]
        self.as_of = self.r.choice([*self.pool, *MONTHS[1:], *[datetime(2027, 3, 1, tzinfo=SHANGHAI)] * 20])
        self.pool += [self.as_of, self.as_of + timedelta(seconds=1)]
        self.with_currency = self.chance(0.5)
        self.currency = self.r.choice(["CNY", "CNY", "GBP"]) if self.with_currency else "CNY"
        self.plan_currency = self.chance(0.3)
        self.levels = ["gold", "silver", "新人", ""]
        self.promoters = self.make_promoters()
        self.orders = self.make_orders()
        self.refunds = self.make_refunds()
        self.withdrawals: list[Row] = []

    def chance(self, p: float) -> bool:
        return self.r.random() < p

    def any_instant(self) -> datetime:
        at = self.r.choice(self.pool)
        if self.chance(0.3):
            at += timedelta(minutes=self.r.randrange(-3000, 3000))
        return at + timedelta(microseconds=self.r.choice([1, 250000, 999999])) if self.chance(0.03) else at

    def text(self, at: datetime) -> str:
        """The same instant, in someone's time zone."""
        at = at.astimezone(self.r.choice(OFFSETS))
        return at.isoformat().replace("+00:00", self.r.choice(["Z", "+00:00"]))

    def name(self, prefix: str, n: int) -> str:
        """Ids that sort differently as bytes, as numbers, in a locale and in UTF-16."""
        forms = [
            f"{prefix}{n}",
            str(n),
            f"{prefix.upper()}{n}",
            f"单{n}",
            f"\U0001f375{n}",
            f"\uff21{n}",
            f"{prefix}-{n}",
        ]
        return self.r.choice(forms)

    def amount(self) -> int:
        kind = self.r.random()
        if kind < 0.15:
            return self.r.randrange(0, 20)
        if kind < 0.98:
            return self.r.randrange(100, self.r.choice([2000, 50000, 2000000]))
        return self.r.choice([10**15, 10**12 + 7, 0])

    # --- good rows --------------------------------------------------------------------------------------------------

    def make_promoters(self) -> list[Row]:
        names = {self.name("p", n) for n in range(self.r.randint(1, 12))}
        joined = self.text(datetime(2026, 1, 1, tzinfo=SHANGHAI))
        kinds = ["individual", "company"]
        return [
            dict(zip(PROMOTER, (p, self.r.choice(self.levels), self.r.choice(kinds), joined))) for p in sorted(names)
        ]

    def make_orders(self) -> list[Row]:
        size = self.r.choice(
            [self.r.randint(1, 6), self.r.randint(10, 60), self.r.randint(10, 60), self.r.randint(60, 300)]
        )
        rows, taken = [], set()
        promoters = [p["promoter_id"] for p in self.promoters]
        for n in range(size):
            key = self.name("o", n // 2), str(self.r.randint(1, 12))
            if key in taken:
                continue
            taken.add(key)
            promoter = "" if self.chance(0.1) else self.r.choice(promoters)
            buyer = promoter if promoter and self.chance(0.07) else f"b{self.r.randrange(20)}"
            paid_at = self.any_instant()
            received = ""
            if self.chance(0.6):
                later = paid_at + timedelta(days=self.r.choice([0, 0, 1, 3, 30]))
                candidates = [t - timedelta(days=self.freeze) for t in self.pool] + [later] * 20
                received = self.text(max(paid_at, self.r.choice(candidates)))
            shop = f"m{self.r.randrange(3)}", buyer, f"x{self.r.randrange(6)}", self.r.choice(CATEGORIES)
            values = *key, *shop, str(self.r.randint(1, 9)), str(self.amount()), promoter, self.text(paid_at), received
            row = dict(zip(ORDER, values, strict=True))
            if self.with_currency:
                row["currency"] = "" if self.currency == "CNY" and self.chance(0.2) else self.currency
            rows.append(row)
        return rows

    def make_refunds(self) -> list[Row]:
        rows: list[Row] = []
        for order in self.orders:
            if not self.chance(0.45):
                continue
            paid, paid_at = int(order["paid_fen"]), datetime.fromisoformat(order["paid_at"])
            received = datetime.fromisoformat(order["received_at"] or order["paid_at"])
            release = received + timedelta(days=self.freeze + (0 if order["received_at"] else self.auto))
            moments = [paid_at, release, release + timedelta(seconds=1), release - timedelta(seconds=1), self.as_of]
            moments += [release + timedelta(days=d) for d in (1, 9, 20, 33, 40, 50)] * 3
            moments += [t for t in self.pool if t >= paid_at]
            one_moment = self.r.choice(moments) if self.chance(0.4) else None
            for _ in range(self.r.choice([1, 1, 1, 2, 3, 6])):
                fen = self.r.choice(
                    [paid, paid // 2, paid // 3 + 1, self.r.randint(0, max(paid, 1)), paid * 2, 0, 1, 33]
                )
                at = max(paid_at, one_moment or self.r.choice(moments))
                key = order["order_id"], order["line_id"]
                values = self.name("r", len(rows)), *key, str(min(fen, 10**15)), self.text(at)
                if values[0] not in {r["refund_id"] for r in rows}:
                    rows.append(dict(zip(REFUND, values, strict=True)))
        return rows

    def make_plan(self) -> dict[str, Any]:
        values: dict[str, list[str]] = {
            "merchant_id": ["m0", "m1", "m2"],
            "category": [c for c in CATEGORIES if c],
            "product_id": [f"x{i}" for i in range(6)],
            "promoter_id": [p["promoter_id"] for p in self.promoters],
            "promoter_level": [v for v in self.levels if v],
        }
        rules: list[dict[str, Any]] = []
        ids = self.r.sample(
            ["base", "Base", "tea-gold", "9", "10", "茶", "\U0001f375", "\uff21", "z", "a"], self.r.randint(1, 7)
        )
        for rule_id in ids:
            keys = self.r.sample(sorted(values), self.r.choice([0, 1, 1, 2, 3]))
            match: dict[str, Any] = {}
            for key in keys:
                some = self.r.sample(values[key], self.r.randint(1, len(values[key])))
                match[key] = some if self.chance(0.5) else some[0]
            rate = self.r.choice([0, 1, 333, 800, 1250, 1500, 3000, 10000])
            rule = {"id": rule_id, "priority": self.r.choice([0, 0, 0, 5, 10]), "match": match, "rate_bp": rate}
            if self.chance(0.3):
                rule["cap_fen"] = self.r.choice([0, 1, 50, 5000])
            rules.append(rule)
        if self.chance(0.7):  # a tie that only the id can decide
            twin = self.r.choice(["Aa", "aA", "é", "\U0001f376", "\uff22", "2", "11"])
            rules.append(self.r.choice(rules) | {"id": twin, "rate_bp": self.r.choice([77, 901, 2500])})
        if self.chance(0.6):
            rules.append({"id": "all", "priority": -1, "match": {}, "rate_bp": 1250})
        starts = sorted(self.r.sample([0, 1, 999, 10000, 33333, 100000, 5000000], self.r.choice([0, 2, 3, 4])))
        tiers = [{"from_fen": s, "rate_bp": self.r.choice([0, 50, 100, 333, 1000])} for s in starts]
        plan = {
            "version": "t1",
            "auto_receipt_days": self.auto,
            "freeze_days": self.freeze,
            "rules": rules,
            "tiers": tiers,
        }
        return plan | ({"currency": self.currency} if self.plan_currency else {})

    def make_withdrawals(self) -> None:
        """Asks the oracle what is due at each moment, then asks for all of it, one fen more, a part."""
        moments = sorted({t for t in self.pool if t <= self.as_of} | {self.as_of - timedelta(days=d) for d in (1, 9)})
        refunded = [datetime.fromisoformat(r["refunded_at"]) for r in self.refunds]
        moments += [t for t in sorted(set(refunded)) if t <= self.as_of]
        tries = min(len(moments), self.r.choice([0, 3, 12, 30]))
        for at in sorted(self.r.sample(moments, tries)):
            self.write("withdrawals.csv", WITHDRAWAL, self.withdrawals)
            for balance in settle(self.folder, at).balances:
                due = int(balance["due_fen"])
                if not (due or self.chance(0.1)) or self.chance(0.25):
                    continue
                for fen in self.r.choice(
                    [[due], [due], [due], [due + 1, due], [due // 2, due // 2, due // 2 + 1], [1], [0]]
                ):
                    n = len(self.withdrawals)
                    values = f"{self.name('w', n)}/{n}", balance["promoter_id"], str(min(fen, 10**15)), self.text(at)
                    self.withdrawals.append(dict(zip(WITHDRAWAL, values, strict=True)))

    # --- bad rows ---------------------------------------------------------------------------------------------------

    def spoil(self, rows: list[Row], amount: str, *times: str) -> list[Row]:
        """Copies of rows of `rows`, each with one fault that any file may have."""
        bad: list[Row] = []
        for _ in range(self.r.randint(0, 1 + len(rows) // 10)):
            row = dict(self.r.choice(rows))
            first = next(iter(row))
            fault = self.r.choice(["same", "empty", "amount", "amount", "time", "time"])
            if fault == "same":
                row[amount] = self.r.choice([row[amount], "1"])
            else:
                row[first] = f"{row[first]}x{len(bad)}"
            if fault == "empty":
                row[first] = ""
            elif fault == "amount":
                row[amount] = self.r.choice(BAD_AMOUNTS)
            elif fault == "time":
                column = self.r.choice(times)
                row[column] = self.r.choice([t for t in BAD_TIMES if t or column != "received_at"])
            bad.append(row)
        return bad

    def bad_orders(self) -> list[Row]:
        bad = self.spoil(self.orders, "paid_fen", "paid_at", "received_at")
        for n in range(self.r.randint(0, 3)):
            row = dict(self.r.choice(self.orders)) | {"order_id": f"bad{n}"}
            fault = self.r.choice(["promoter", "currency", "qty"])
            if fault == "promoter":
                row["promoter_id"] = f"nobody{n}"
            elif fault == "currency" and self.with_currency:
                row["currency"] = self.r.choice(["USD", "cny", "¥", "GBP" if self.currency == "CNY" else "CNY"])
            else:
                row["qty"] = self.r.choice(["-1", "1.5", ""])
            bad.append(row)
        return bad

    def bad_refunds(self, bad_orders: list[Row]) -> list[Row]:
        bad = self.spoil(self.refunds, "refund_fen", "refunded_at") if self.refunds else []
        for n in range(self.r.randint(0, 5)):
            order = self.r.choice(self.orders)
            key, at = [order["order_id"], order["line_id"]], datetime.fromisoformat(order["paid_at"])
            fault = self.r.choice(["order", "line", "early", "of refused", "after as_of"])
            if fault == "order":
                key[0] += "?"
            elif fault == "line":
                key[1] = "99"
            elif fault == "early":
                at -= timedelta(seconds=self.r.choice([1, 86400]))
            elif fault == "of refused" and bad_orders:
                key = [bad_orders[0]["order_id"] or "?", bad_orders[0]["line_id"]]
            elif fault == "after as_of":
                at = self.as_of + timedelta(days=1)
            bad.append(dict(zip(REFUND, (f"bad{n}", *key, "1", self.text(at)), strict=True)))
        return bad

    def bad_withdrawals(self) -> list[Row]:
        bad = self.spoil(self.withdrawals, "amount_fen", "withdrawn_at") if self.withdrawals else []
        for n in range(self.r.randint(0, 4)):
            promoter = self.r.choice([*[p["promoter_id"] for p in self.promoters], "nobody"])
            at = self.r.choice([self.any_instant(), self.as_of + timedelta(microseconds=1)])
            bad.append(dict(zip(WITHDRAWAL, (f"bad{n}", promoter, str(self.amount()), self.text(at)), strict=True)))
        return bad

    def bad_promoters(self) -> list[Row]:
        bad = [dict(self.r.choice(self.promoters)) | {"level": "gold"} for _ in range(self.r.randint(0, 1))]
        for column in self.r.sample(["promoter_id", "kind", "joined_at"], self.r.choice([0, 0, 1, 2])):
            value = {"promoter_id": "", "kind": "robot", "joined_at": "2026-01-01"}[column]
            bad.append(dict(self.promoters[0]) | {"promoter_id": "nobody"} | {column: value})
        return bad

    # --- files ------------------------------------------------------------------------------------------------------

    def mixed(self, good: list[Row], bad: list[Row]) -> list[Row]:
        """Files are in no order; what comes first decides which of two rows with one id stands."""
        mixed = good + bad
        self.r.shuffle(mixed)
        if good and self.chance(0.8):
            mixed.remove(good[0])
            mixed.insert(0, good[0])  # mostly, a good row says what the currency is
        return mixed

    def write(self, name: str, columns: list[str], rows: list[Row]) -> None:
        columns = columns + (["currency"] if name == "orders.csv" and self.with_currency else [])
        look = random.Random(f"{name}{self.folder.name}")
        if look.random() < 0.3:
            columns.insert(look.randint(0, len(columns)), "remark")
        if look.random() < 0.3:
            look.shuffle(columns)
        encoding = "utf-8-sig" if look.random() < 0.1 else "utf-8"
        with (self.folder / name).open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns, restval="备注", lineterminator=look.choice(["\n", "\r\n"]))
            writer.writeheader()
            writer.writerows(rows)


def make_case(seed: int, under: Path | None = None) -> Path:
    """A folder `case-<seed>` of input files; `as_of.txt` says when to settle. The same seed makes the same case."""
    folder = (under or Path(tempfile.mkdtemp(prefix="xintui-cases-"))) / f"case-{seed}"
    folder.mkdir(parents=True)
    maker = Maker(seed, folder)
    bad_orders = maker.bad_orders()
    maker.write("promoters.csv", PROMOTER, maker.mixed(maker.promoters, maker.bad_promoters()))
    maker.write("orders.csv", ORDER, maker.mixed(maker.orders, bad_orders))
    maker.write("refunds.csv", REFUND, maker.mixed(maker.refunds, maker.bad_refunds(bad_orders)))
    (folder / "plan.json").write_text(json.dumps(maker.make_plan(), ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "as_of.txt").write_text(maker.text(maker.as_of), encoding="utf-8")
    maker.make_withdrawals()
    maker.write("withdrawals.csv", WITHDRAWAL, maker.mixed(maker.withdrawals, maker.bad_withdrawals()))
    if maker.chance(0.1):
        (folder / "withdrawals.csv").unlink()
    return folder


def as_of(case: Path) -> datetime:
    """When to settle this case."""
    return datetime.fromisoformat((case / "as_of.txt").read_text(encoding="utf-8"))


def expected(case: Path) -> Result:
    """What the oracle says of this case."""
    return settle(case, as_of(case))


def arguments(case: Path, out: Path) -> list[str]:
    """The options of `xintui settle` for this case."""
    options = [["--orders", "orders.csv"], ["--refunds", "refunds.csv"], ["--promoters", "promoters.csv"]]
    options += [["--withdrawals", "withdrawals.csv"]] if (case / "withdrawals.csv").exists() else []
    files = [part for option, name in [*options, ["--plan", "plan.json"]] for part in (option, str(case / name))]
    return [*files, "--as-of", (case / "as_of.txt").read_text(encoding="utf-8"), "--out", str(out)]


# --- comparing --------------------------------------------------------------------------------------------------------

TABLES = [("lines", LINES, 2), ("statements", STATEMENTS, 2), ("balances", BALANCES, 1)]


def write_result(result: Result, out: Path) -> None:
    """The oracle's answer as the files of `xintui settle`."""
    for name, header, _ in [*TABLES, ("rejects", REJECTS, 2)]:
        with (out / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header.split(","))
            writer.writeheader()
            writer.writerows(getattr(result, name))


def _read(path: Path) -> tuple[list[str], list[Row]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or []), list(reader)


def compare(out_dir: Path, oracle_result: Result) -> list[str]:
    """What differs between the files in `out_dir` and the oracle, one readable line each; empty means the same."""
    found: list[str] = []
    for name, header, keys in TABLES:
        if not (out_dir / f"{name}.csv").exists():
            found.append(f"{name}.csv is missing")
            continue
        columns, got = _read(out_dir / f"{name}.csv")
        if columns != header.split(","):
            found.append(f"{name}.csv: header {columns}, oracle {header.split(',')}")
            continue
        found += _table(name, columns[:keys], got, getattr(oracle_result, name))
    if not (out_dir / "rejects.csv").exists():
        return [*found, "rejects.csv is missing"]
    columns, rows = _read(out_dir / "rejects.csv")
    if columns != REJECTS.split(","):
        return [*found, f"rejects.csv: header {columns}"]
    refused = {(Path(r["file"]).name, int(r["row"])): r["code"] for r in rows}
    if len(refused) != len(rows):
        found.append("rejects.csv: a row is named twice")
    for file, row in sorted(refused.keys() ^ oracle_result.refused.keys()):
        mine, theirs = refused.get((file, row)), oracle_result.refused.get((file, row))
        found.append(f"rejects.csv: {file} row {row}: {mine or 'accepted'}, oracle {theirs or 'accepted'}")
    return found


def _table(name: str, keys: list[str], got: list[Row], wanted: list[Row]) -> list[str]:
    mine, theirs = ({tuple(row[k] for k in keys): row for row in rows} for rows in (got, wanted))
    found = [f"{name}.csv: {key}: missing" for key in theirs.keys() - mine.keys()]
    found += [f"{name}.csv: {key}: not in the oracle" for key in mine.keys() - theirs.keys()]
    for key in sorted(mine.keys() & theirs.keys()):
        for column, value in theirs[key].items():
            if mine[key][column] != value:
                found.append(f"{name}.csv: {key}: {column} {mine[key][column]!r}, oracle {value!r}")
    if not found and got != wanted:
        found.append(f"{name}.csv: the right rows in the wrong order, or one twice")
    return found
