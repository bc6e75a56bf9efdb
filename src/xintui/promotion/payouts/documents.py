"""A statement as a file: CSV for spreadsheets, PDF for people. Both say the same numbers as the page."""

import csv
import io
import json
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import typst

from xintui.infra.workbook import workbook
from xintui.kernel.cells import harmless
from xintui.kernel.money import yuan
from xintui.kernel.times import SHANGHAI
from xintui.promotion.payouts.contracts import Statement, StatementEntry, TaxReport

FOOT: Final = "本单由信推依据账本生成；个税由平台依法预扣预缴，年度汇算以税务机关为准。"
HEADER: Final = (
    "提现号", "到账时间", "税前金额（元）", "代缴增值税（元）", "代扣个税（元）", "实付金额（元）", "收款账户",
    "税表", "版本", "累计应纳税所得额（元）", "预扣率（万分之）", "速算扣除数（元）", "此前已预扣（元）",
)  # fmt: skip


def statement_csv(statement: Statement) -> str:
    """One row per payment; no cell that a spreadsheet would take for a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for entry in statement.entries:
        writer.writerow(map(harmless, _cells(entry)))
    return out.getvalue()


def _cells(entry: StatementEntry) -> list[str]:
    one, tax = entry.withdrawal, entry.tax
    cells = [one.id, _time(entry), _plain(one.amount_fen), _plain(one.vat_fen), _plain(one.tax_fen)]
    cells += [_plain(one.net_fen), one.payee_masked]
    if tax is None:
        return cells + [""] * 6
    step = tax.step
    return [
        *cells, step.table, step.version, _plain(step.base_fen), str(step.rate_bp), _plain(step.quick_fen),
        _plain(step.before_fen),
    ]  # fmt: skip


def _plain(fen: int) -> str:
    """Without thousands separators: for machines."""
    return yuan(fen).replace(",", "")


def _time(entry: StatementEntry) -> str:
    at = entry.withdrawal.settled_at
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def statement_pdf(statement: Statement, name: str) -> bytes:
    """The month on paper; the values go in as data, so nothing in them is executed."""
    head = statement.head
    data = {
        "month": head.month,
        "name": name,
        "promoter_id": head.promoter_id,
        "payments": str(head.payments),
        "gross": yuan(head.gross_fen),
        "tax": yuan(head.tax_fen),
        "vat": yuan(head.vat_fen),
        "net": yuan(head.net_fen),
        "year_income": yuan(statement.year_income_fen),
        "year_withheld": yuan(statement.year_withheld_fen),
        "foot": FOOT,
        "entries": [_entry(entry) for entry in statement.entries],
    }
    return _compiled(json.dumps(data, ensure_ascii=False))


def _entry(entry: StatementEntry) -> dict[str, object]:
    one = entry.withdrawal
    return {
        "id": one.id,
        "at": _time(entry),
        "amount": yuan(one.amount_fen),
        "tax": yuan(one.tax_fen),
        "vat": yuan(one.vat_fen),
        "net": yuan(one.net_fen),
        "payee": one.payee_masked,
        "lines": _arithmetic(entry),
    }


def _arithmetic(entry: StatementEntry) -> list[str]:
    """VAT first: income tax is computed on what it leaves."""
    lines = [f"增值税：{line}" for line in entry.vat.step.lines] if entry.vat else []
    lines += [f"个税：{line}" for line in entry.tax.step.lines] if entry.tax else []
    return lines or ["凭发票结算，平台不代扣税款"]


REPORT_TITLE: Final = "涉税信息报送"


def report_csv(report: TaxReport) -> bytes:
    """The quarter's file; a cell that a spreadsheet would take for a formula is quoted."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([column.title for column in report.form.columns])
    for row in report.rows:
        writer.writerow([harmless(row.cells.get(column.key, "")) for column in report.form.columns])
    return out.getvalue().encode()


def report_xlsx(report: TaxReport) -> bytes:
    """The same as a workbook of text cells."""
    head = [column.title for column in report.form.columns]
    rows = [[row.cells.get(column.key, "") for column in report.form.columns] for row in report.rows]
    return workbook(REPORT_TITLE, head, rows)


@cache
def _fonts() -> str:
    """The folder of the Chinese fonts we ship with."""
    with as_file(files("pylopdf_fonts_zh_cn").joinpath("NotoSansSC-Regular.otf")) as font:
        return str(Path(font).parent)


def _compiled(data: str) -> bytes:
    source = files(__package__) / "templates" / "payouts" / "statement.typ"
    with as_file(source) as path:
        made = typst.compile(
            str(path), format="pdf", font_paths=[_fonts()], ignore_system_fonts=True, sys_inputs={"data": data}
        )
    assert isinstance(made, bytes)
    return made
