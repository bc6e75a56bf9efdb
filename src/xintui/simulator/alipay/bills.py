"""The trade bill: two GBK files in a zip, names in GBK too, behind an address of its own."""

import base64
import io
import zipfile
from datetime import datetime
from typing import Final

from xintui.kernel.times import SHANGHAI
from xintui.simulator import crypto
from xintui.simulator.alipay.wire import AliRefused, biz, good, keys_of
from xintui.simulator.bills import Row, fen_of, names, planted
from xintui.simulator.books import AliTrade
from xintui.simulator.clock import clock_face, day_of
from xintui.simulator.protocol import Answer, Call, Refused, yuan
from xintui.simulator.world import World

COLUMNS: Final = names(
    "支付宝交易号 商户订单号 业务类型 商品名称 创建时间 完成时间 门店编号 门店名称 操作员 终端号 对方账户"
    " 订单金额（元） 商家实收（元） 支付宝红包（元） 集分宝（元） 支付宝优惠（元） 商家优惠（元） 券核销金额（元）"
    " 券名称 商家红包消费金额（元） 卡消费金额（元） 退款批次号/请求号 服务费（元） 分润（元） 备注"
)
MONEY, REAL, FEE, BACK = "订单金额（元）", "商家实收（元）", "服务费（元）", "退款批次号/请求号"


def address(world: World, call: Call) -> Answer:
    """A day without trade and a day whose bill is not made yet have one answer."""
    body = biz(call)
    day, kind = str(body.get("bill_date", "")), body.get("bill_type")
    try:
        start = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise AliRefused("isv.invalid-arguments", "bill_date 格式须为 yyyy-MM-dd", "40002") from None
    if kind not in ("trade", "signcustomer"):
        raise AliRefused("isv.invalid-arguments", "bill_type 无效", "40002")
    ready = start.timestamp() + 86_400 + world.config.bill_ready_hour * 3600
    rows = _rows(world, day) if kind == "trade" and world.now() >= ready else []
    if not rows:
        raise AliRefused("isp.bill_not_exist", "账单不存在")
    token = crypto.token(48)
    world.books.files[token] = base64.b64encode(_zip(world, day, rows)).decode("ascii")
    query = f"bizType=trade&userId={keys_of(world).seller_id}&fileType=csv.zip&bizDates={day}&fileId={token}"
    return good({"bill_download_url": f"{call.base}/alipay/downloadBillFile.resource?{query}"})


def download(world: World, call: Call) -> Answer:
    kept = world.books.files.get(call.query.get("fileId", ""))
    if kept is None:
        raise Refused(404, "RESOURCE_NOT_EXISTS", "下载地址已失效")
    return Answer(200, base64.b64decode(kept), "application/zip", signed=False)


def _rows(world: World, day: str) -> list[Row]:
    trades, backs = world.books.ali_trades, world.books.ali_refunds.values()
    paid = [(one.paid_at, _paid(one)) for one in trades.values() if one.paid_at and day_of(one.paid_at) == day]
    back = [
        (
            one.done_at,
            _common(trades[one.out_trade_no], one.created_at, one.done_at)
            | {"业务类型": "退款", MONEY: yuan(-one.fen), BACK: one.out_request_no, FEE: yuan(one.fee_part)},
        )
        for one in backs
        if one.done_at and day_of(one.done_at) == day
    ]
    ordered = [row for _, row in sorted(paid + back, key=lambda pair: pair[0])]
    found = planted(world, ordered, f"alipaybill {day}", MONEY)
    return [row | {REAL: row[MONEY]} for row in found]


def _paid(one: AliTrade) -> Row:
    return _common(one, one.created_at, one.paid_at) | {"业务类型": "交易", MONEY: yuan(one.total), FEE: yuan(-one.fee)}


def _common(one: AliTrade, began: float, done: float) -> Row:
    row = dict.fromkeys(COLUMNS, "") | {name: "0.00" for name in COLUMNS if name.endswith("（元）")}
    row |= {"支付宝交易号": one.trade_no, "商户订单号": one.out_trade_no, "商品名称": one.subject}
    return row | {"创建时间": clock_face(began), "完成时间": clock_face(done), "对方账户": "*户(buy***@example.com)"}


def _zip(world: World, day: str, rows: list[Row]) -> bytes:
    seller, line = keys_of(world).seller_id, "-" * 41
    paid, back = ([row for row in rows if row["业务类型"] == kind] for kind in ("交易", "退款"))
    sums = [yuan(sum(fen_of(row[REAL]) for row in part)) for part in (paid, back)]
    shown = day.replace("-", "年", 1).replace("-", "月") + "日"
    details = [
        "#支付宝业务明细查询",
        f"#账号：[{seller}0156]",
        f"#起始日期：[{shown} 00:00:00]   终止日期：[{shown} 24:00:00]",
        f"#{line}业务明细列表{line[1:]}",
        ",".join(COLUMNS),
        *(
            ",".join(row[name].replace(",", " ") + ("\t" if n < 2 else "") for n, name in enumerate(COLUMNS))
            for row in rows
        ),
        f"#{line}业务明细列表结束{line[5:]}",
        f"#交易合计：{len(paid)}笔，商家实收共{sums[0]}元，商家优惠共0.00元",
        f"#退款合计：{len(back)}笔，商家实收退款共{sums[1]}元，商家优惠退款共0.00元",
        f"#导出时间：[{clock_face(world.now())}]",
    ]
    totals = [
        "#支付宝业务汇总查询",
        f"#账号：[{seller}0156]",
        "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）",
        f",合计,{len(paid)},{len(back)},{sums[0]}",
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in (("业务明细(汇总)", totals), ("业务明细", details)):
            # Alipay's names are GBK without a flag: what a zip reader takes for code page 437.
            entry = f"{seller}0156_{day.replace('-', '')}_{name}.csv".encode("gbk").decode("cp437")
            archive.writestr(entry, ("\r\n".join(lines) + "\r\n").encode("gbk"))
    return out.getvalue()
