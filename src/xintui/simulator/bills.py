"""Statements: the trade bill and the fund-flow bill, as CSV with backticks and amounts in 元."""

import base64
import gzip
import hashlib
from datetime import datetime
from typing import Final

from xintui.kernel.times import SHANGHAI
from xintui.simulator import crypto
from xintui.simulator.books import FundLine, Refund, Trade
from xintui.simulator.clock import clock_face, day_of
from xintui.simulator.protocol import Answer, Call, Refused, Route, ok, yuan
from xintui.simulator.world import World

Row = dict[str, str]


def names(words: str) -> list[str]:
    return words.split()


_PAID: Final = names(
    "交易时间 公众账号ID 商户号 特约商户号 设备号 微信订单号 商户订单号 用户标识"
    " 交易类型 交易状态 付款银行 货币种类 应结订单金额 代金券金额"
)
_BACK: Final = names("微信退款单号 商户退款单号 退款金额 充值券退款金额 退款类型 退款状态")
_TAIL: Final = names("商品名称 商户数据包 手续费 费率 订单金额 申请退款金额 费率备注")
COLUMNS: Final = {
    "ALL": [*_PAID, *_BACK, *_TAIL],
    "SUCCESS": [*_PAID, *(name for name in _TAIL if name != "申请退款金额")],
    "REFUND": [*_PAID, "退款申请时间", "退款成功时间", *_BACK, *_TAIL],
}
TOTALS: Final = names("总交易单数 应结订单总金额 退款总金额 充值券退款总金额 手续费总金额 订单总金额 申请退款总金额")
FUND: Final = names(
    "记账时间 微信支付业务单号 资金流水单号 业务名称 业务类型 收支类型"
    " 收支金额(元) 账户结余(元) 资金变更提交申请人 备注 业务凭证号"
)
FUND_TOTALS: Final = names("资金流水总笔数 收入笔数 收入金额 支出笔数 支出金额")
REFUND_STATES: Final = {"SUCCESS": "SUCCESS", "PROCESSING": "PROCESSING", "CLOSED": "FAIL", "ABNORMAL": "CHANGE"}


def fen_of(text: str) -> int:
    whole, _, part = text.partition(".")
    value = int(whole.lstrip("-")) * 100 + int(part[:2].ljust(2, "0"))
    return -value if text.startswith("-") else value


def trade_bill(world: World, call: Call) -> Answer:
    day, kind = _day(world, call), call.query.get("bill_type", "ALL")
    if kind not in COLUMNS:
        raise Refused(400, "PARAM_ERROR", "参数错误：bill_type")
    rows: list[tuple[float, Row]] = []
    if kind != "REFUND":
        rows += [(one.paid_at, _paid_row(world, one)) for one in world.books.trades.values() if day == _on(one.paid_at)]
    if kind != "SUCCESS":
        rows += [
            (one.created_at, _refund_row(world, one))
            for one in world.books.refunds.values()
            if day == day_of(one.created_at)
        ]
    found = planted(world, [row for _, row in sorted(rows, key=lambda pair: pair[0])], f"tradebill {day}", "订单金额")
    sums = [
        sum(fen_of(row[name]) for row in found)
        for name in ("应结订单金额", "退款金额", "充值券退款金额", "手续费", "订单金额", "申请退款金额")
    ]
    totals = [str(len(found)), *map(yuan, sums)]
    totals[4] += "000"
    return _publish(world, call, found, COLUMNS[kind], dict(zip(TOTALS, totals, strict=True)))


def fund_bill(world: World, call: Call) -> Answer:
    """All money of this merchant moves on the BASIC account; the other two are empty."""
    day = _day(world, call)
    basic = call.query.get("account_type", "BASIC") == "BASIC"
    rows = [_fund_row(world, line) for line in world.books.lines if basic and day_of(line.at) == day]
    rows = planted(world, rows, f"fundflowbill {day}", "收支金额(元)")
    totals = [str(len(rows))]
    for way in ("收入", "支出"):
        fens = [fen_of(row["收支金额(元)"]) for row in rows if row["收支类型"] == way]
        totals += [str(len(fens)), yuan(sum(fens))]
    return _publish(world, call, rows, FUND, dict(zip(FUND_TOTALS, totals, strict=True)))


def _on(at: float) -> str:
    return day_of(at) if at else ""


def _day(world: World, call: Call) -> str:
    """Yesterday's bill is ready from ten o'clock; today's never is."""
    given = call.query.get("bill_date", "")
    try:
        day = datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise Refused(400, "PARAM_ERROR", "参数错误：bill_date 格式须为 yyyy-MM-DD") from None
    if call.query.get("tar_type", "") not in ("", "GZIP"):
        raise Refused(400, "PARAM_ERROR", "参数错误：tar_type")
    age = (datetime.fromtimestamp(world.now(), SHANGHAI) - day).total_seconds()
    if age < 86_400:
        raise Refused(400, "INVALID_REQUEST", "账单日期须早于今天")
    if age < 86_400 + world.config.bill_ready_hour * 3600:
        raise Refused(400, "STATEMENT_CREATING", "账单生成中，请稍后再试")
    return given


def _common(world: World, trade: Trade, at: float) -> Row:
    row = dict.fromkeys({*COLUMNS["ALL"], *COLUMNS["REFUND"]}, "")
    row |= {"交易时间": clock_face(at), "公众账号ID": trade.appid, "商户号": world.keys.mchid, "特约商户号": "0"}
    row |= {"微信订单号": trade.transaction_id, "商户订单号": trade.out_trade_no, "用户标识": trade.openid}
    row |= {"交易类型": trade.kind, "付款银行": "OTHERS", "货币种类": "CNY", "商品名称": trade.description}
    row |= {"商户数据包": trade.attach, "费率": f"{world.config.fee_bp / 100:.2f}%"}
    zeros = names("应结订单金额 代金券金额 退款金额 充值券退款金额 订单金额 申请退款金额")
    return row | dict.fromkeys(zeros, "0.00")


def _paid_row(world: World, trade: Trade) -> Row:
    money = {"应结订单金额": yuan(trade.total), "订单金额": yuan(trade.total), "手续费": yuan(trade.fee) + "000"}
    none = {"微信退款单号": "0", "商户退款单号": "0"}
    return _common(world, trade, trade.paid_at) | {"交易状态": "SUCCESS"} | money | none


def _refund_row(world: World, refund: Refund) -> Row:
    trade = world.books.trades[refund.out_trade_no]
    row = _common(world, trade, refund.created_at) | {"交易状态": "REFUND", "退款类型": "ORIGINAL"}
    row |= {
        "微信退款单号": refund.refund_id,
        "商户退款单号": refund.out_refund_no,
        "退款状态": REFUND_STATES[refund.status],
    }
    row |= {"退款申请时间": clock_face(refund.created_at)}
    row |= {"退款成功时间": clock_face(refund.success_at) if refund.status == "SUCCESS" else ""}
    return row | {
        "退款金额": yuan(refund.fen),
        "申请退款金额": yuan(refund.fen),
        "手续费": yuan(-refund.fee_part) + "000",
    }


def _fund_row(world: World, line: FundLine) -> Row:
    values = [
        clock_face(line.at), line.business_no, line.flow_no, line.name, line.kind, "收入" if line.fen > 0 else "支出",
        yuan(abs(line.fen)), yuan(line.balance), f"{world.keys.mchid}API", line.remark, line.voucher,
    ]  # fmt: skip
    return dict(zip(FUND, values, strict=True))


def planted(world: World, rows: list[Row], subject: str, money: str) -> list[Row]:
    """The differences a reconciliation must find. The totals are those of the planted file: it looks sound."""
    if gone := world.faults.draw("bill.missing", subject):
        rows = rows[int(gone.number("rows", 1)) :]
    if (more := world.faults.draw("bill.extra", subject)) and rows:
        names = ("商户订单号", "微信订单号", "业务凭证号", "微信支付业务单号", "资金流水单号")
        for _ in range(int(more.number("rows", 1))):
            stranger = {name: crypto.token(24) for name in names if name in rows[0]}
            rows = [*rows, rows[-1] | stranger]
    if (off := world.faults.draw("bill.amount", subject)) and rows:
        fen = fen_of(rows[0][money]) + int(off.number("fen", 1))
        twin = {"应结订单金额": yuan(fen)} if "应结订单金额" in rows[0] else {}
        rows = [rows[0] | {money: yuan(fen)} | twin, *rows[1:]]
    return rows


def _publish(world: World, call: Call, rows: list[Row], columns: list[str], summary: Row) -> Answer:
    """Keep the file under a token. The hash is of the unpacked file, also when it is fetched as gzip."""
    if not rows:
        raise Refused(400, "NO_STATEMENT_EXIST", "当日无交易，没有账单文件")
    # A comma inside a value would shift every later column; a bill has no quoting.
    lines = [",".join("`" + row[name].replace(",", " ") for name in columns) for row in rows]
    parts = [",".join(columns), *lines, ",".join(summary), ",".join("`" + one for one in summary.values())]
    data = ("\r\n".join(parts) + "\r\n").encode()
    token = crypto.token(48)
    world.books.files[token] = base64.b64encode(data).decode("ascii")
    packed = "&tartype=gzip" if call.query.get("tar_type") == "GZIP" else ""
    url = f"{call.base}/v3/billdownload/file?token={token}{packed}"
    return ok({"hash_type": "SHA1", "hash_value": hashlib.sha1(data).hexdigest(), "download_url": url})  # noqa: S324


def download(world: World, call: Call) -> Answer:
    """The file itself. Real downloads are not signed: the hash in the signed answer vouches for them."""
    kept = world.books.files.get(call.query.get("token", ""))
    if kept is None:
        raise Refused(400, "INVALID_REQUEST", "下载地址已失效，请重新申请账单")
    data = base64.b64decode(kept)
    if call.query.get("tartype") == "gzip":
        return Answer(200, gzip.compress(data, mtime=0), "application/x-gzip", signed=False)
    return Answer(200, data, "text/plain; charset=utf-8", signed=False)


ROUTES: Final = [
    Route("GET", "/v3/bill/tradebill", "bill.trade", trade_bill),
    Route("GET", "/v3/bill/fundflowbill", "bill.fund", fund_bill),
    Route("GET", "/v3/billdownload/file", "bill.download", download),
]
