"""Statements: what a nightly reconciliation downloads."""

import gzip
import hashlib
import json
from datetime import timedelta

import pytest
from wechatpayv3 import WeChatPay

from tests.simulator.support import OPENID, Api, order
from xintui.kernel.times import accounting_date
from xintui.simulator.server import Running


@pytest.fixture
def day(client: WeChatPay, api: Api, sim: Running) -> str:
    """A day with three payments and one refund, seen from ten o'clock the next morning."""
    from datetime import datetime

    from xintui.kernel.times import SHANGHAI, day_start

    today = accounting_date(datetime.fromtimestamp(sim.world.now(), SHANGHAI))
    tomorrow = today + timedelta(days=1)
    api.post("/sim/clock", to=(day_start(tomorrow) + timedelta(hours=1)).isoformat())
    for n, fen in enumerate((10_000, 123_456, 1)):
        order(client, f"BORDER{n}0", "http://127.0.0.1:9/none", fen, attach="a,b")
        api.post(f"/sim/pay/BORDER{n}0")
    client.refund("BREF", {"refund": 5_000, "total": 10_000, "currency": "CNY"}, out_trade_no="BORDER00")
    api.settle()
    api.post("/sim/clock", to=(day_start(tomorrow) + timedelta(days=1, hours=10)).isoformat())
    return tomorrow.isoformat()


def fetch(client: WeChatPay, asked: tuple[int, str]) -> list[list[str]]:
    status, message = asked
    assert status == 200
    found = json.loads(message)
    assert found["hash_type"] == "SHA1"
    status, data = client.download_bill(found["download_url"])
    assert status == 200
    data = gzip.decompress(data) if "tartype=gzip" in found["download_url"] else data
    assert hashlib.sha1(data).hexdigest() == found["hash_value"]
    return [line.split(",") for line in data.decode().splitlines()]


def test_the_trade_bill_lists_payments_and_refunds_in_yuan_behind_backticks(
    client: WeChatPay, day: str, sim: Running
) -> None:
    head, *rows, names, totals = fetch(client, client.trade_bill(day, tar_type=""))
    assert (len(head), head[0], head[6], head[24]) == (27, "交易时间", "商户订单号", "订单金额")
    table = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(row["商户订单号"], row["交易状态"], row["订单金额"], row["退款金额"]) for row in table] == [
        ("`BORDER00", "`SUCCESS", "`100.00", "`0.00"),
        ("`BORDER10", "`SUCCESS", "`1234.56", "`0.00"),
        ("`BORDER20", "`SUCCESS", "`0.01", "`0.00"),
        ("`BORDER00", "`REFUND", "`0.00", "`50.00"),
    ]
    assert [row["手续费"] for row in table] == ["`0.60000", "`7.41000", "`0.00000", "`-0.30000"]
    assert (table[0]["商户号"], table[0]["用户标识"], table[0]["费率"]) == (
        f"`{sim.keys.mchid}",
        f"`{OPENID}",
        "`0.60%",
    )
    assert (table[3]["商户退款单号"], table[3]["退款状态"], table[0]["商户数据包"]) == ("`BREF", "`SUCCESS", "`a b")
    assert names[0] == "总交易单数"
    assert totals == ["`4", "`1334.57", "`50.00", "`0.00", "`7.71000", "`1334.57", "`50.00"]


def test_a_gzip_bill_of_each_type_unpacks_to_the_hashed_file(client: WeChatPay, day: str) -> None:
    assert len(fetch(client, client.trade_bill(day))) == 7
    assert len(fetch(client, client.trade_bill(day, bill_type="SUCCESS"))) == 6
    refund = fetch(client, client.trade_bill(day, bill_type="REFUND"))
    assert (len(refund), refund[0][14], refund[0][15]) == (4, "退款申请时间", "退款成功时间")


def test_the_fund_flow_bill_carries_the_running_balance(client: WeChatPay, day: str) -> None:
    head, *rows, names, totals = fetch(client, client.fundflow_bill(day, tar_type=""))
    assert head[6:8] == ["收支金额(元)", "账户结余(元)"]
    assert [(row[4], row[5], row[6], row[7]) for row in rows] == [
        ("`交易", "`收入", "`100.00", "`10000100.00"),
        ("`扣除交易手续费", "`支出", "`0.60", "`10000099.40"),
        ("`交易", "`收入", "`1234.56", "`10001333.96"),
        ("`扣除交易手续费", "`支出", "`7.41", "`10001326.55"),
        ("`交易", "`收入", "`0.01", "`10001326.56"),
        ("`退款", "`支出", "`49.70", "`10001276.86"),
    ]
    assert names == ["资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额"]
    assert totals == ["`6", "`3", "`1334.57", "`3", "`57.71"]
    assert json.loads(client.fundflow_bill(day, account_type="FEES")[1])["code"] == "NO_STATEMENT_EXIST"


def test_planted_differences_are_in_the_next_bill_only(client: WeChatPay, api: Api, day: str) -> None:
    api.fault("bill.missing", where="tradebill")
    api.fault("bill.extra", where="tradebill")
    api.fault("bill.amount", where="tradebill", fen=7)
    head, *rows, _, totals = fetch(client, client.trade_bill(day, bill_type="SUCCESS", tar_type=""))
    table = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["商户订单号"] for row in table[:2]] == ["`BORDER10", "`BORDER20"]
    assert table[2]["商户订单号"] not in {"`BORDER00", "`BORDER10", "`BORDER20"}
    assert [row["订单金额"] for row in table] == ["`1234.63", "`0.01", "`0.01"]
    assert totals[5] == "`1234.65"
    clean = fetch(client, client.trade_bill(day, bill_type="SUCCESS", tar_type=""))
    assert [row[6] for row in clean[1:4]] == ["`BORDER00", "`BORDER10", "`BORDER20"]


def test_a_bill_is_not_ready_before_ten_nor_for_today_nor_for_an_empty_day(
    client: WeChatPay, api: Api, day: str, sim: Running
) -> None:
    from xintui.simulator.clock import day_of

    today = day_of(sim.world.now())
    assert json.loads(client.trade_bill(today)[1])["code"] == "INVALID_REQUEST"
    assert json.loads(client.trade_bill("2020-01-01")[1])["code"] == "NO_STATEMENT_EXIST"
    assert json.loads(client.trade_bill("2020-1-1x")[1])["code"] == "PARAM_ERROR"
    api.post("/sim/clock", advance=23 * 3600)
    assert json.loads(client.trade_bill(today)[1])["code"] == "STATEMENT_CREATING"
