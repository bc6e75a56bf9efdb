"""The trade bill: CSV with a backtick before each value, amounts in 元, a total at the end that must agree."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from xintui.foundation.payments.gateway import BillFile, BillRow
from xintui.kernel.times import SHANGHAI

_PAID, _REFUNDED, _FEE, _COUNT = "订单总金额", "退款总金额", "手续费总金额", "总交易单数"
_TIME: Final = "交易时间"


class BadBill(Exception):
    """The file contradicts itself."""


def parsed(day: date, sha1: str, data: bytes) -> BillFile:
    """Rows in the file's order. Raises `BadBill` when a line is short or the file's own totals do not add up."""
    lines = data.decode("utf-8-sig").splitlines()
    if len(lines) < 3:
        raise BadBill("文件不完整")
    columns = lines[0].split(",")
    rows = tuple(_row(dict(zip(columns, _cells(line, len(columns)), strict=True))) for line in lines[1:-2])
    names = lines[-2].split(",")
    _agree(dict(zip(names, _cells(lines[-1], len(names)), strict=True)), rows)
    return BillFile(day, sha1, rows)


def _cells(line: str, count: int) -> list[str]:
    cells = [cell.strip().removeprefix("`") for cell in line.split(",")]
    if len(cells) != count:
        raise BadBill("行的列数不对")
    return cells


def fen(yuan: str) -> int:
    """`12.30` → 1230. Fees carry five decimals (`0.07000`); a part of a fen there would be an error."""
    try:
        value = Decimal(yuan or "0") * 100
    except InvalidOperation:
        raise BadBill(f"金额 {yuan} 无法识别") from None
    if value != int(value):
        raise BadBill(f"金额 {yuan} 不是整分")
    return int(value)


def _row(cells: dict[str, str]) -> BillRow:
    back = cells.get("交易状态") == "REFUND"
    try:
        at = datetime.strptime(cells[_TIME], "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
        return BillRow(
            kind="refund" if back else "payment",
            number=cells["商户退款单号" if back else "商户订单号"],
            gateway_id=cells["微信退款单号" if back else "微信订单号"],
            at=at,
            amount_fen=fen(cells["退款金额" if back else "订单金额"]),
            fee_fen=fen(cells["手续费"]),
            state=cells["退款状态" if back else "交易状态"],
            raw={name: value for name, value in cells.items() if value not in ("", "0", "0.00")},
        )
    except (KeyError, ValueError) as error:
        raise BadBill(f"缺少或无法识别的字段：{error}") from error


def _agree(totals: dict[str, str], rows: Iterable[BillRow]) -> None:
    rows = list(rows)
    sums = {
        _COUNT: len(rows) * 100,
        _PAID: sum(row.amount_fen for row in rows if row.kind == "payment"),
        _REFUNDED: sum(row.amount_fen for row in rows if row.kind == "refund"),
        _FEE: sum(row.fee_fen for row in rows),
    }
    for name, ours in sums.items():
        if fen(totals.get(name, "")) != ours:
            raise BadBill(f"{name}与明细合计不符")
