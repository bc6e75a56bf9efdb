"""The trade bill: a zip with a GBK CSV of details and one of sums; `#` lines around, amounts in 元 and signed."""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from xintui.foundation.payments.alipay.messages import fen_of
from xintui.foundation.payments.gateway import BillFile, BillRow
from xintui.kernel.times import SHANGHAI

_START, _END = "业务明细列表", "业务明细列表结束"
_TITLE: Final = "支付宝业务明细查询"
_KINDS: Final = {"交易": "payment", "退款": "refund"}
_SUMS: Final = {
    "payment": re.compile(r"#交易合计[：:](\d+)笔[，,]商家实收共(-?[\d.]+)元"),
    "refund": re.compile(r"#退款合计[：:](\d+)笔[，,]商家实收退款共(-?[\d.]+)元"),
}
MAX_UNPACKED: Final = 1 << 30


class BadBill(Exception):
    """The file cannot be read or contradicts itself."""


def parsed(day: date, data: bytes) -> BillFile:
    """Rows in the file's order. Raises `BadBill` when a line is short or the file's own totals do not add up."""
    lines = _details(data)
    at = next((n for n, line in enumerate(lines) if line.startswith("#") and _START in line), None)
    end = next((n for n, line in enumerate(lines) if line.startswith("#") and _END in line), None)
    if at is None or end is None or end < at + 2:
        raise BadBill("文件不完整")
    columns, *cells = list(csv.reader(lines[at + 1 : end]))
    names = [name.strip().replace("（", "(").replace("）", ")") for name in columns]
    rows = tuple(_row(names, one) for one in cells if any(cell.strip() for cell in one))
    _agree(lines[end + 1 :], rows)
    # The export's own time changes with every download; what it says of the day does not.
    digest = hashlib.sha1("\n".join(lines[at + 1 : end]).encode()).hexdigest()  # noqa: S324 - tells two files apart
    return BillFile(day, digest, rows)


def _details(data: bytes) -> list[str]:
    """The lines of the file of details, known by its first line: names inside the zip come in any encoding."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MAX_UNPACKED:
                raise BadBill("文件过大")
            for one in archive.infolist():
                lines = archive.read(one).decode("gb18030").splitlines()
                if lines and _TITLE in lines[0]:
                    return lines
    except (zipfile.BadZipFile, UnicodeDecodeError, OSError, EOFError, RuntimeError) as error:
        raise BadBill(f"文件无法读取：{error}") from error
    raise BadBill("压缩包内没有业务明细")


def _row(names: Sequence[str], values: Sequence[str]) -> BillRow:
    if len(values) != len(names):
        raise BadBill("行的列数不对")
    cells = {name: value.strip() for name, value in zip(names, values, strict=True)}
    try:
        kind = _KINDS[cells["业务类型"]]
        at = datetime.strptime(cells["完成时间"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
        return BillRow(
            kind=kind,
            number=cells["商户订单号" if kind == "payment" else "退款批次号/请求号"],
            gateway_id=cells["支付宝交易号"],
            at=at,
            amount_fen=_fen(cells["订单金额(元)"]) * (1 if kind == "payment" else -1),
            fee_fen=-_fen(cells["服务费(元)"]),
            state="SUCCESS",  # a bill has only what was done
            raw={name: value for name, value in cells.items() if value not in ("", "0.00")},
        )
    except (KeyError, ValueError) as error:
        raise BadBill(f"缺少或无法识别的字段：{error}") from error


def _fen(text: str) -> int:
    found = fen_of(text)
    if found is None:
        raise BadBill(f"金额 {text} 不是整分")
    return found


def _agree(tail: Iterable[str], rows: Sequence[BillRow]) -> None:
    """The sums under the list are of 商家实收, which our orders, without Alipay's discounts, are paid with."""
    said = "\n".join(tail)
    for kind, pattern in _SUMS.items():
        found = pattern.search(said)
        if found is None:
            raise BadBill("没有合计行")
        mine = [row for row in rows if row.kind == kind]
        real = sum(_fen(row.raw.get("商家实收(元)", "0.00")) for row in mine)
        if int(found[1]) != len(mine) or _fen(found[2]) != real:
            raise BadBill(f"{'交易' if kind == 'payment' else '退款'}合计与明细不符")
