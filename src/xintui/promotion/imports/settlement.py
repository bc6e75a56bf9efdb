"""`xintui settle`: order, refund and withdrawal files through the same commission, ledger and proof as the shop's own.

The arithmetic and the formats are the design's "Settlement". One transaction: a run that fails leaves nothing behind,
neither in the database nor in the output folder.
"""

import csv
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from xintui.foundation.evidence import facade as evidence
from xintui.foundation.ledger import facade as ledger
from xintui.infra import sql
from xintui.infra.sheets import BadCell, Cells, FileUnreadable, Judge, Stretch, amount, clean, instant
from xintui.kernel.times import SHANGHAI
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission.facade import Outcome, Plan, Refund, Sale, SaleBlock, Withdrawal
from xintui.promotion.imports import hashing, plain

ORDER_COLUMNS: Final = (
    "order_id", "line_id", "merchant_id", "buyer_id", "product_id", "category", "qty", "paid_fen", "promoter_id",
    "paid_at", "received_at",
)  # fmt: skip
ORDER_OPTIONAL: Final = ("currency", "sku_id")
REFUND_COLUMNS: Final = ("refund_id", "order_id", "line_id", "refund_fen", "refunded_at")
PROMOTER_COLUMNS: Final = ("promoter_id", "level", "kind", "joined_at")
WITHDRAWAL_COLUMNS: Final = ("withdrawal_id", "promoter_id", "amount_fen", "withdrawn_at")
REJECT_COLUMNS: Final = ("file", "row", "column", "code", "message")
PROGRESS_EVERY: Final = 20_000
BULK: Final = 10_000
"""So many new postings in one transaction are worth telling the planner about."""
ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""A file's plan decides every line of the file, whenever it was paid."""
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What `xintui settle` was asked to do."""

    orders: Path
    refunds: Path
    promoters: Path
    plan: Path
    out: Path
    as_of: datetime
    books: str
    withdrawals: Path | None = None

    def path_of(self, kind: str) -> Path:
        paths = {"sale": self.orders, "refund": self.refunds, "withdrawal": self.withdrawals}
        found = paths[kind]
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Settled:
    """What a run did."""

    outcome: Outcome
    rejects: int
    summary: dict[str, Any]


def read_plan(path: Path) -> Plan:
    """The plan file. Raises `FileUnreadable`, `PlanInvalid`."""
    try:
        return commission.parse_plan(json.loads(path.read_text("utf-8-sig")))
    except OSError as error:
        raise FileUnreadable(str(path), error.strerror or "打不开") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FileUnreadable(str(path), f"不是合法的 JSON（{type(error).__name__}）") from None


def settle(job: Job, progress: Progress = lambda what, n: None) -> Settled:
    """Settle the files up to `job.as_of` and write the answers to `job.out`. A `DomainError` leaves nothing changed."""
    plan = read_plan(job.plan)
    with _fresh_folder(job.out) as folder, (folder / "rejects.csv").open("w", encoding="utf-8", newline="") as file:
        rejects = _Rejects(csv.writer(file))
        with transaction.atomic():
            sql.roomy()
            commission.publish_plan(plan, in_force_from=ALWAYS, by="settle", books=job.books)
            reader = _Reader(job, plan, rejects, progress)
            outcome = commission.settle(
                now=job.as_of,
                sales=reader.sales(),
                refunds=reader.refunds(),
                withdrawals=reader.withdrawals(),
                books=job.books,
                currency=reader.currency or "CNY",
                plan=plan,
                sweep=True,
            )
            for no in outcome.refused:
                rejects.add(job.path_of(no.kind).name, no.row, no.column, no.code, no.message)
            summary = _write(job, plan, folder, outcome, reader=reader, rejects=rejects.count, progress=progress)
        file.flush()
    return Settled(outcome, rejects.count, summary)


class _Rejects:
    """rejects.csv as it grows."""

    def __init__(self, writer: Any) -> None:
        self.writer, self.count = writer, 0
        writer.writerow(REJECT_COLUMNS)

    def add(self, file: str, row: int, column: str, code: str, message: str) -> None:
        self.count += 1
        self.writer.writerow((file, row, column, code, message))


class _Reader:
    """The input files as streams of good rows."""

    def __init__(self, job: Job, plan: Plan, rejects: _Rejects, progress: Progress) -> None:
        self.job, self.plan, self.progress = job, plan, progress
        self.judges = {name: Judge(rejects.add) for name in ("promoters", "orders", "refunds", "withdrawals")}
        self.levels: dict[str, str] = {}
        self.currency = plan.currency
        for _ in self._rows("promoters", job.promoters, PROMOTER_COLUMNS, (), self._promoter):
            pass
        if self.currency is None:
            self._first_currency()

    def counts(self) -> dict[str, int]:
        return {name: judge.read for name, judge in self.judges.items()}

    def sales(self) -> Iterator[Sale | SaleBlock]:
        judge, done = self.judges["orders"], 0
        for made in judge.rows(
            self.job.orders, ORDER_COLUMNS, ORDER_OPTIONAL, self._sale, name="orders", quick=self._sale_block
        ):
            yield made
            if judge.read - done >= PROGRESS_EVERY:
                done = judge.read
                self.progress("orders", done)
        self.progress("orders", judge.read)

    def refunds(self) -> Iterator[Refund]:
        return self._rows("refunds", self.job.refunds, REFUND_COLUMNS, ("currency",), self._refund)

    def withdrawals(self) -> Iterator[Withdrawal]:
        if self.job.withdrawals is None:
            return iter(())
        return self._rows("withdrawals", self.job.withdrawals, WITHDRAWAL_COLUMNS, (), self._withdrawal)

    def _rows(
        self, name: str, path: Path, columns: tuple[str, ...], optional: tuple[str, ...], rule: Callable[..., Any]
    ) -> Iterator[Any]:
        judge = self.judges[name]
        made = judge.rows(path, columns, optional, rule, name=name)
        while chunk := list(islice(made, PROGRESS_EVERY)):
            self.progress(name, judge.read)
            yield from chunk

    def _first_currency(self) -> None:
        """The run's currency is that of the first good order row."""
        quiet = Judge(lambda *_: None)
        for sale in quiet.rows(self.job.orders, ORDER_COLUMNS, ORDER_OPTIONAL, self._sale, name="orders"):
            self.currency = sale.currency
            return

    def _promoter(self, number: int, cells: Cells) -> None:
        clean(cells, PROMOTER_COLUMNS)
        promoter_id, level, kind, joined_at = cells
        if not promoter_id:
            raise BadCell("promoter_id", "empty", "不能为空")
        if kind not in ("individual", "company"):
            raise BadCell("kind", "unknown_kind", "应为 individual 或 company")
        instant(joined_at, "joined_at")
        if promoter_id in self.levels:
            raise BadCell("promoter_id", "duplicate", "推客编号重复")
        self.levels[promoter_id] = level

    def _sale(self, number: int, cells: Cells) -> Sale:
        clean(cells, (*ORDER_COLUMNS, *ORDER_OPTIONAL))
        (
            order_id,
            line_id,
            merchant_id,
            buyer_id,
            product_id,
            category,
            qty,
            paid,
            promoter_id,
            paid_at,
            received,
            cur,
            sku_id,
        ) = cells
        if not (order_id and line_id and merchant_id and buyer_id and product_id):
            empty = next(name for name, cell in zip(ORDER_COLUMNS, cells, strict=False) if not cell)
            raise BadCell(empty, "empty", "不能为空")
        amount(qty, "qty", least=1)
        amount(paid, "paid_fen")
        paid_at = instant(paid_at, "paid_at")
        received_at = instant(received, "received_at") if received else None
        level = self.levels.get(promoter_id, "")
        if promoter_id and promoter_id not in self.levels:
            raise BadCell("promoter_id", "unknown_promoter", "推客不在推客文件中")
        currency = cur or "CNY"
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
            raise BadCell("currency", "not_a_currency", "应为三位大写货币代码")
        if currency != (self.currency or currency):
            raise BadCell("currency", "currency_mismatch", f"与本次结算的币种 {self.currency} 不一致")
        return Sale(
            number, order_id, line_id, merchant_id, buyer_id, product_id, category, qty, paid, currency, promoter_id,
            level, paid_at, received_at, sku_id,
        )  # fmt: skip

    def _sale_block(self, stretch: Stretch) -> SaleBlock | None:
        """A plain stretch of which every row would pass `_sale`, as one block."""
        try:
            cells = plain.columns(stretch.plain or b"", stretch.width, stretch.order)
            order_id, line_id, merchant_id, buyer_id, product_id, category, qty, paid = cells[:8]
            promoter_id, paid_at, received, currency, sku_id = cells[8:]
            plain.filled(order_id, line_id, merchant_id, buyer_id, product_id)
            plain.amounts(qty, least=1)
            plain.amounts(paid)
            currency = plain.looked_up(currency, lambda cell: cell or "CNY")
            plain.known(currency, {self.currency or ""})
            level = plain.looked_up(promoter_id, lambda promoter: self.levels[promoter] if promoter else "")
            paid_at = plain.looked_up(paid_at, lambda cell: instant(cell, "paid_at"))
            received = plain.looked_up(received, lambda cell: instant(cell, "received_at") if cell else None)
            text = plain.copy_text(
                plain.numbered(stretch.first, order_id), order_id, line_id, merchant_id, buyer_id, product_id,
                category, qty, paid, currency, promoter_id, level, paid_at, received, sku_id,
            )  # fmt: skip
            return SaleBlock(len(order_id), text, plain.days(paid_at), plain.days(received))
        except plain.NotPlain:
            return None

    def _refund(self, number: int, cells: Cells) -> Refund:
        clean(cells, (*REFUND_COLUMNS, "currency"))
        refund_id, order_id, line_id, fen, refunded_at, currency = cells
        if not (refund_id and order_id and line_id):
            empty = next(name for name, cell in zip(REFUND_COLUMNS, cells, strict=False) if not cell)
            raise BadCell(empty, "empty", "不能为空")
        amount(fen, "refund_fen")
        if currency and currency != (self.currency or currency):
            raise BadCell("currency", "currency_mismatch", f"与本次结算的币种 {self.currency} 不一致")
        return Refund(number, refund_id, order_id, line_id, fen, instant(refunded_at, "refunded_at"))

    def _withdrawal(self, number: int, cells: Cells) -> Withdrawal:
        clean(cells, WITHDRAWAL_COLUMNS)
        withdrawal_id, promoter_id, fen, withdrawn_at = cells
        if not withdrawal_id:
            raise BadCell("withdrawal_id", "empty", "不能为空")
        amount(fen, "amount_fen")
        if promoter_id not in self.levels:
            raise BadCell("promoter_id", "unknown_promoter", "推客不在推客文件中")
        return Withdrawal(number, withdrawal_id, promoter_id, fen, instant(withdrawn_at, "withdrawn_at"))


@contextmanager
def _fresh_folder(out: Path) -> Iterator[Path]:
    """Write beside, then put each file in its place: the folder never holds half an answer."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".settle-", dir=out))
    except OSError as error:
        raise FileUnreadable(str(out), f"不能写入（{error.strerror}）") from None
    try:
        yield beside
        for file in beside.iterdir():
            file.replace(out / file.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(
    job: Job, plan: Plan, folder: Path, outcome: Outcome, *, reader: "_Reader", rejects: int, progress: Progress
) -> dict[str, Any]:
    """moves, lines, statements, balances, proof, summary."""
    currency = reader.currency or "CNY"
    if outcome.postings >= BULK:
        ledger.analyze()
    progress("moves", 0)
    # The leaves are hashed on another core while the server writes the moves and then the other answers.
    with hashing.beside() as hashed:
        hashed.save(folder / "moves.csv", ledger.moves_csv(ledger=job.books))
        for name in ("lines", "statements", "balances"):
            progress(name, 0)
            _save(folder / f"{name}.csv", commission.stream(name, books=job.books, as_of=job.as_of, currency=currency))
        totals, findings = commission.totals(books=job.books), commission.audit(books=job.books)
        moves, moved_fen = ledger.totals(ledger=job.books)
        progress("proof", 0)
        root = hashed.root()
    with (folder / "proof.json").open("w", encoding="utf-8") as file:
        statements = _Statements(folder / "statements.csv")
        proof_root = evidence.write_settlement_proof(file, root, moves, moved_fen, statements, issued_at=job.as_of)
    summary = _told(job, plan, outcome, reader, rejects) | {
        "totals": asdict(totals),
        "ledger": {"moves": moves, "moved_fen": moved_fen, "findings": len(findings)},
        "postings_root": root.hex(),
        "proof_root": proof_root.hex(),
    }
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return summary


def _told(job: Job, plan: Plan, outcome: Outcome, reader: "_Reader", rejects: int) -> dict[str, Any]:
    """What the run was asked and what it took in."""
    return {
        "books": job.books,
        "as_of": job.as_of.astimezone(SHANGHAI).isoformat(),
        "currency": reader.currency or "CNY",
        "plan": plan.version,
        "changed": outcome.changed,
        "read": reader.counts(),
        "new": {"lines": outcome.sales_new, "refunds": outcome.refunds_new, "withdrawals": outcome.withdrawals_new},
        "known": {
            "lines": outcome.sales_known,
            "refunds": outcome.refunds_known,
            "withdrawals": outcome.withdrawals_known,
        },
        "rejects": rejects,
        "postings_new": outcome.postings,
    }


def _save(path: Path, chunks: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(chunks)


class _Statements:
    """statements.csv as typed records; may be walked more than once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __iter__(self) -> Iterator[dict[str, Any]]:
        with self.path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield {key: value if key in ("promoter_id", "month") else int(value) for key, value in row.items()}
