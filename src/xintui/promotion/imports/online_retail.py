"""UCI "Online Retail" invoices become the files of `xintui settle`.

The rules are the section "Real orders" of the settlement design. What it leaves open is decided here:

- a line's position counts every row of its invoice, refused ones too; a row's number counts the header as row 1
- a piece of a line is refunded at quantity × unit price, rounded once, and never for more than is left of the line
- InvoiceDate has no offset: it is Europe/London; a line sold later than a cancellation is passed over when matching
- who cancelled is known only by CustomerID, so lines of `guest:` buyers are never refunded
- one reject per row; the unmatched rest of a cancellation is a reject although its other part was refunded
"""

import csv
import hashlib
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from xintui.kernel.money import LIMIT_MINOR
from xintui.promotion.imports import cells, tables
from xintui.promotion.imports.contracts import ImportSummary, OutputUnwritable, UnknownPromoterRule
from xintui.promotion.imports.matching import OpenLines

SHIPPED: Final = Path(__file__).parent / "data" / "online_retail.parquet"
"""The public data set itself (CC BY 4.0, see NOTICE): 541,909 rows."""

COLUMNS: Final = ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
ORDERS: Final = (
    *("order_id", "line_id", "merchant_id", "buyer_id", "product_id", "category", "qty", "paid_fen"),
    *("promoter_id", "paid_at", "received_at", "currency"),
)
REFUNDS: Final = ("refund_id", "order_id", "line_id", "refund_fen", "refunded_at")
PROMOTERS: Final = ("promoter_id", "level", "kind", "joined_at")
REJECTS: Final = ("file", "row", "column", "code", "message")
MERCHANT: Final = "online-retail"
CURRENCY: Final = "GBP"

PLAN: Final[dict[str, object]] = {
    "version": "online-retail-1",
    "currency": CURRENCY,
    "auto_receipt_days": 10,
    "freeze_days": 7,
    "rules": [
        {"id": "base", "priority": 0, "match": {}, "rate_bp": 800},
        {
            "id": "bags-and-kitchen",
            "priority": 10,
            "match": {"category": ["20", "22"]},
            "rate_bp": 1200,
            "cap_fen": 5000,
        },
        {
            "id": "postage",
            "priority": 20,
            "match": {"product_id": ["POST", "DOT", "C2", "M", "BANK CHARGES"]},
            "rate_bp": 0,
        },
    ],
    "tiers": [
        {"from_fen": 0, "rate_bp": 0},
        {"from_fen": 100_000, "rate_bp": 100},
        {"from_fen": 500_000, "rate_bp": 250},
    ],
}

MESSAGES: Final = {
    "row.invalid": "单元格不是可用的值",
    "refund.no_customer": "取消单没有客户编号，找不到原订单",
    "refund.quantity": "取消单的数量应为负数",
    "refund.unmatched": "取消数量中有 {units} 件找不到更早的同客户同商品订单行",
    "invoice.prefix": "带字母前缀的发票不是订单（例如 A 为坏账调整）",
    "price.not_positive": "单价为零或负数，不是销售",
    "quantity.not_positive": "数量为零或负数，又不是取消单",
    "amount.out_of_range": "金额超出范围",
}

PROMOTERS_ASSIGNED: Final = (
    "原始数据没有推广员。此处按规则分配：买家编号的 SHA-256（大端整数）除以 {n} 取余数；并非真实推广关系"
)
PROMOTERS_NONE: Final = "原始数据没有推广员，也没有分配规则：全部订单都没有推广员"
TIME_NOTE: Final = "InvoiceDate 没有时区，按 Europe/London（英国当地时间）理解"

Progress = Callable[[int, int], None]
"""Hears how far of how much: rows, or bytes of a CSV."""


@dataclass(frozen=True, slots=True)
class PromoterRule:
    """Who promoted a buyer's orders, and the sentence that owns up to it."""

    spec: str
    note: str
    promoter_of: Callable[[str], str]


def promoter_rule(spec: str) -> PromoterRule:
    """`hash:N` or `none`."""
    if spec == "none":
        return PromoterRule(spec, PROMOTERS_NONE, lambda _: "")
    found = re.fullmatch("hash:([1-9][0-9]{0,6})", spec)
    if not found or int(found[1]) > 1_000_000:
        raise UnknownPromoterRule(spec)
    many, width = int(found[1]), len(str(int(found[1]) - 1))

    def promoter_of(buyer: str) -> str:
        number = int.from_bytes(hashlib.sha256(buyer.encode()).digest(), "big") % many
        return f"promoter-{number:0{width}d}"

    return PromoterRule(spec, PROMOTERS_ASSIGNED.format(n=many), promoter_of)


def _silent(done: int, total: int) -> None:
    """Nobody is watching."""


def convert(source: Path, out: Path, promoter_by: str = "none", progress: Progress = _silent) -> ImportSummary:
    """Write the settlement files for the invoices in `source` into the folder `out`, all of them or none."""
    rule = promoter_rule(promoter_by)
    fresh = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=out) as held:
            summary = _write(source, Path(held), rule, progress)
            _publish(Path(held), out)
    except OSError as error:  # reading has refusals of its own, so this is about writing
        raise OutputUnwritable(str(out), error.strerror or "写入中断") from error
    finally:
        if fresh:
            with suppress(OSError):  # it is not empty: all went well
                out.rmdir()
    return summary


def _publish(work: Path, out: Path) -> None:
    """Put the finished files in place; summary.json last: where it stands, the others are whole and of the same run."""
    (out / "summary.json").unlink(missing_ok=True)
    for path in sorted(work.iterdir(), key=lambda p: p.name == "summary.json"):
        path.replace(out / path.name)


def _write(source: Path, work: Path, rule: PromoterRule, progress: Progress) -> ImportSummary:
    with (
        _open(work / "orders.csv") as orders,
        _open(work / "refunds.csv") as refunds,
        _open(work / "rejects.csv") as rejects,
    ):
        run = Conversion(source.name, rule, orders, refunds, rejects)
        for batch in tables.read(source, COLUMNS):
            run.rows(batch.rows)
            progress(batch.done, batch.total)
    with _open(work / "promoters.csv") as file:
        csv.writer(file).writerows([PROMOTERS, *run.promoter_rows()])
    summary = run.summary()
    for name, value in (("plan.json", PLAN), ("summary.json", summary.as_dict())):
        (work / name).write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return summary


def _open(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8", newline="")


class Conversion:
    """One pass over the rows. Sales are written and forgotten, but for the index of what could still be cancelled."""

    def __init__(self, file: str, rule: PromoterRule, orders: IO[str], refunds: IO[str], rejects: IO[str]) -> None:
        self._file, self._rule = file, rule
        self._write_order, self._write_refund, self._write_reject = (
            self._table(to, header) for to, header in ((orders, ORDERS), (refunds, REFUNDS), (rejects, REJECTS))
        )
        self._name, self._customer = cells.Remembering(cells.name), cells.Remembering(cells.customer)
        self._quantity, self._price = cells.Remembering(cells.quantity), cells.Remembering(cells.price)
        self._instant, self._promoter = cells.Remembering(cells.instant), cells.Remembering(rule.promoter_of)
        self._open_lines = OpenLines()
        self._position: Counter[str] = Counter()
        self._joined: dict[str, cells.Instant] = {}
        self._buyers: set[str] = set()
        self._codes: Counter[str] = Counter()
        self._count: Counter[str] = Counter()

    @staticmethod
    def _table(to: IO[str], header: tuple[str, ...]) -> Callable[[tuple[object, ...]], Any]:
        write = csv.writer(to).writerow
        write(header)
        return write

    def rows(self, rows: tables.Numbered) -> None:
        """Judge each row: a sale, a cancellation, or refused with its reason."""
        for number, (invoice_cell, stock_cell, quantity_cell, at_cell, price_cell, customer_cell) in rows:
            invoice, stock = self._name[invoice_cell], self._name[stock_cell]
            quantity, at, price = self._quantity[quantity_cell], self._instant[at_cell], self._price[price_cell]
            customer = self._customer[customer_cell]
            self._count["rows"] += 1
            if not invoice:
                self._refuse(number, "InvoiceNo", "row.invalid")
                continue
            self._position[invoice] += 1
            if quantity is None or at is None or price is None or not stock:
                faults = {"StockCode": stock, "Quantity": quantity, "InvoiceDate": at, "UnitPrice": price}
                self._refuse(number, next(c for c, v in faults.items() if v is None or v == ""), "row.invalid")
            elif invoice[0] == "C":
                place = self._position[invoice]
                self._cancellation(cells.Entry(number, invoice, place, stock, quantity, at, price, customer))
            elif invoice[0].isalpha():
                self._refuse(number, "InvoiceNo", "invoice.prefix")
            elif price.pence <= 0:
                self._refuse(number, "UnitPrice", "price.not_positive")
            elif quantity <= 0:
                self._refuse(number, "Quantity", "quantity.not_positive")
            else:
                place = self._position[invoice]
                self._sale(cells.Entry(number, invoice, place, stock, quantity, at, price, customer))

    def _refuse(self, number: int, column: str, code: str, units: int = 0) -> None:
        self._write_reject((self._file, number, column, code, MESSAGES[code].format(units=units)))
        self._codes[code] += 1

    def _sale(self, sale: cells.Entry) -> None:
        fen = sale.price.times(sale.quantity)
        if fen > LIMIT_MINOR:
            self._refuse(sale.number, "UnitPrice", "amount.out_of_range")
            return
        buyer = sale.customer or f"guest:{sale.invoice}"
        promoter = self._promoter[buyer]
        goods = MERCHANT, buyer, sale.stock, sale.stock[:2], sale.quantity, fen
        self._write_order((sale.invoice, sale.position, *goods, promoter, sale.at.text, "", CURRENCY))
        if sale.customer:
            self._open_lines.add(sale, fen)
        known = self._joined.get(promoter)
        if promoter and (known is None or sale.at.microseconds < known.microseconds):
            self._joined[promoter] = sale.at
        self._buyers.add(buyer)
        self._count["order_lines"] += 1
        self._count["paid_fen"] += fen

    def _cancellation(self, back: cells.Entry) -> None:
        if not back.customer:
            self._refuse(back.number, "CustomerID", "refund.no_customer")
        elif back.price.pence <= 0:
            self._refuse(back.number, "UnitPrice", "price.not_positive")
        elif back.quantity >= 0:
            self._refuse(back.number, "Quantity", "refund.quantity")
        else:
            self._refund(back)

    def _refund(self, back: cells.Entry) -> None:
        """What can be matched is refunded, piece by piece; what cannot is named."""
        units = left = -back.quantity
        for k, piece in enumerate(self._open_lines.take(back), start=1):
            refund_id = f"{back.invoice}-{back.position}-{k}"
            self._write_refund((refund_id, piece.order_id, piece.line_id, piece.fen, back.at.text))
            self._count["refund_rows"] += 1
            self._count["refunded_fen"] += piece.fen
            left -= piece.quantity
        self._count["cancelled_units"] += units
        self._count["refunded_units"] += units - left
        self._count["unmatched_units"] += left
        if left:
            self._refuse(back.number, "Quantity", "refund.unmatched", units=left)
        if left < units:
            self._count["matched_in_part" if left else "matched"] += 1

    def promoter_rows(self) -> list[tuple[str, str, str, str]]:
        """Every promoter an order names. They joined with their first order: the data knows no earlier sign of them."""
        return [(name, "standard", "individual", self._joined[name].text) for name in sorted(self._joined)]

    def summary(self) -> ImportSummary:
        """The counts; making it asserts that they add up."""
        count = self._count
        rejects = self._codes.total()
        return ImportSummary(
            source=self._file,
            rows=count["rows"],
            order_lines=count["order_lines"],
            cancellations_matched=count["matched"],
            cancellations_matched_in_part=count["matched_in_part"],
            rows_refused=rejects - count["matched_in_part"],
            refund_rows=count["refund_rows"],
            rejects=rejects,
            rejects_by_code=dict(sorted(self._codes.items())),
            currency=CURRENCY,
            paid_fen=count["paid_fen"],
            refunded_fen=count["refunded_fen"],
            cancelled_units=count["cancelled_units"],
            refunded_units=count["refunded_units"],
            unmatched_units=count["unmatched_units"],
            buyers=len(self._buyers),
            promoters=len(self._joined),
            promoter_rule=self._rule.spec,
            promoter_note=self._rule.note,
            time_note=TIME_NOTE,
        )
