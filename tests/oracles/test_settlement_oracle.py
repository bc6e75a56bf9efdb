"""The oracle against figures worked out by hand."""

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.oracles.settlement import Result, settle, tier_bonus

ORDERS = (
    "order_id line_id merchant_id buyer_id product_id category qty paid_fen promoter_id paid_at received_at currency"
)
REFUNDS = "refund_id order_id line_id refund_fen refunded_at"
WITHDRAWALS = "withdrawal_id promoter_id amount_fen withdrawn_at"
PLAN: dict[str, Any] = {
    "version": "t",
    "auto_receipt_days": 10,
    "freeze_days": 7,
    "rules": [{"id": "base", "priority": 0, "match": {}, "rate_bp": 1250}],
    "tiers": [],
}


def order(
    order_id: str, paid: object, promoter: str = "p1", at: str = "2026-11-01T12:00:00+08:00", **more: str
) -> dict:
    values = order_id, "1", "m", "b", "x", "tea", "1", str(paid), promoter, at, at, ""
    return dict(zip(ORDERS.split(), values, strict=True)) | more


def refund(refund_id: str, order_id: str, fen: object, at: str, line_id: str = "1") -> dict[str, str]:
    return dict(zip(REFUNDS.split(), (refund_id, order_id, line_id, str(fen), at)))


def withdrawal(withdrawal_id: str, fen: object, at: str, promoter: str = "p1") -> dict[str, str]:
    return dict(zip(WITHDRAWALS.split(), (withdrawal_id, promoter, str(fen), at)))


@pytest.fixture
def run(tmp_path: Path):
    """Writes the files and settles them."""

    def write(name: str, header: str, rows: Any) -> None:
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header.split())
            writer.writeheader()
            writer.writerows(rows)

    def go(orders: list, refunds: Any = (), withdrawals: Any = (), as_of="2027-06-01T00:00:00+08:00", **plan) -> Result:
        write("orders.csv", ORDERS, orders)
        write("refunds.csv", REFUNDS, refunds)
        write("withdrawals.csv", WITHDRAWALS, withdrawals)
        promoters = ["p1,gold,individual", "p2,silver,company", "P3,,individual", "张三,gold,individual"]
        text = "".join(f"{p},2026-01-01T00:00:00+08:00\n" for p in promoters)
        (tmp_path / "promoters.csv").write_text("promoter_id,level,kind,joined_at\n" + text, encoding="utf-8")
        (tmp_path / "plan.json").write_text(json.dumps(PLAN | plan), encoding="utf-8")
        return settle(tmp_path, datetime.fromisoformat(as_of))

    return go


DAY = "2026-11-{:02d}T12:00:00+08:00".format


@pytest.mark.parametrize(
    ("paid", "refunds", "base", "target"),
    [
        (10000, [], 10000, 1250),
        (10000, [3333], 6667, 833),
        (10000, [3333, 3333], 3334, 416),
        (10000, [6666], 3334, 416),
        (10000, [3333, 3333, 3334], 0, 0),
        (7, [], 7, 0),
    ],
)
@pytest.mark.parametrize("day", [1, 5, 8, 20])
def test_the_worked_lines_end_the_same_whenever_the_refunds_come(run, paid, refunds, base, target, day):
    got = run([order("o", paid)], [refund(f"r{i}", "o", fen, DAY(day)) for i, fen in enumerate(refunds)])
    assert got.lines == [
        {
            "order_id": "o",
            "line_id": "1",
            "promoter_id": "p1",
            "rule_id": "base",
            "paid_fen": str(paid),
            "refunded_fen": str(sum(refunds)),
            "base_fen": str(base),
            "commission_fen": str(target),
            "state": "due" if base else "void",
            "release_at": "2026-11-08T12:00:00+08:00",
        }
    ]
    early = day < 8  # at the very instant of release, the release comes first
    (row,) = got.statements
    full = paid * 1250 // 10000
    assert row["released_fen"] == str(target if early else full)
    assert row["clawed_back_fen"] == str(0 if early else full - target)
    assert (row["lines"], row["net_fen"], row["commission_fen"]) == ("1", str(base), str(target))
    assert [list(r.values()) for r in got.balances] == [["p1", "0", str(target), "0", "0"]]


def test_a_line_is_pending_until_the_instant_of_its_release(run):
    before = run([order("o", 10000)], as_of="2026-11-08T11:59:59+08:00")
    assert (before.lines[0]["state"], before.balances[0]["pending_fen"], before.statements) == ("pending", "1250", [])
    at = run([order("o", 10000)], as_of="2026-11-08T04:00:00Z")
    assert (at.lines[0]["state"], at.balances[0]["pending_fen"], at.balances[0]["due_fen"]) == ("due", "0", "1250")


def test_without_a_receipt_the_line_is_received_after_the_automatic_days(run):
    got = run([order("o", 10000, at="2026-11-01T23:30:00-05:00", received_at="")])
    assert got.lines[0]["release_at"] == "2026-11-19T12:30:00+08:00"


def test_what_a_refund_cannot_take_becomes_debt_and_the_next_release_pays_it(run):
    orders = [order("a", 10000), order("b", 4000, at=DAY(5)), order("c", 8000, at=DAY(10))]
    refunds = [refund("r", "a", 10000, DAY(9))]
    spent = [
        withdrawal("w1", 1250, DAY(8)),  # everything, at the very instant of the release
        withdrawal("w2", 1, DAY(13)),  # 500 came on day 12, all of it went into the debt of 1250
        withdrawal("w3", 251, DAY(17)),  # 1000 came, 750 went into the debt
        withdrawal("w4", 250, DAY(17)),
    ]
    got = run(orders, refunds, spent)
    assert got.refused == {
        ("withdrawals.csv", 3): "withdrawal.above_due",
        ("withdrawals.csv", 4): "withdrawal.above_due",
    }
    assert list(got.balances[0].values()) == ["p1", "0", "0", "0", "1500"]
    assert list(got.statements[0].values()) == ["p1", "2026-11", "3", "12000", "1500", "0", "2750", "1250"]
    in_debt = run(orders, refunds, spent, as_of=DAY(12))
    assert list(in_debt.balances[0].values()) == ["p1", "1000", "0", "750", "1250"]


def test_refunds_that_cross_the_paid_sum_are_refused_one_by_one_by_time_then_id(run):
    refunds = [
        refund("z", "o", 500, DAY(3)),
        refund("b", "o", 600, DAY(3)),  # b before z: 600 fits, then 500 does not
        refund("c", "o", 400, DAY(4)),  # smaller and later: fits again
        refund("d", "o", 1, DAY(5)),
        refund("e", "o", 0, DAY(6)),
    ]
    got = run([order("o", 1000)], refunds)
    assert got.refused == {("refunds.csv", 2): "refund.above_paid", ("refunds.csv", 5): "refund.above_paid"}
    assert (got.lines[0]["refunded_fen"], got.lines[0]["state"]) == ("1000", "void")


def test_ids_at_one_instant_go_by_utf8_bytes_not_by_number_locale_or_utf16(run):
    refunds = [refund(i, "o", 1000, DAY(3)) for i in ("a", "B", "9", "10")]
    got = run([order("o", 1000)], refunds)
    assert set(got.refused) == {("refunds.csv", 2), ("refunds.csv", 3), ("refunds.csv", 4)}  # "10" came first
    refunds = [refund(i, "o", 1000, DAY(3)) for i in ("\U0001f375", "\uff21")]  # UTF-16 would say otherwise
    assert set(run([order("o", 1000)], refunds).refused) == {("refunds.csv", 2)}
    got = run([order("a", 1, "张三"), order("B", 1, "p1"), order("10", 1, "P3"), order("9", 1, "p2")])
    assert [r["order_id"] for r in got.lines] == ["10", "9", "B", "a"]
    assert [r["promoter_id"] for r in got.balances] == ["P3", "p1", "p2", "张三"]


TIERS = [{"from_fen": 0, "rate_bp": 0}, {"from_fen": 10000, "rate_bp": 100}, {"from_fen": 50000, "rate_bp": 250}]


@pytest.mark.parametrize(
    ("net", "bonus"),
    [(0, 0), (10000, 0), (10099, 0), (10100, 1), (50000, 400), (50039, 400), (50040, 401), (60000, 650)],
)
def test_the_tier_bonus_is_marginal(net, bonus):
    assert tier_bonus(TIERS, net) == bonus


def test_the_bands_are_summed_before_the_one_floor():
    halves = [{"from_fen": 100, "rate_bp": 50}, {"from_fen": 200, "rate_bp": 50}]
    assert tier_bonus(halves, 300) == 1  # 0.5 + 0.5; floored band by band it would be 0
    assert tier_bonus(list(reversed(halves)), 300) == 1
    assert tier_bonus([], 300) == 0


def test_the_bonus_is_posted_at_the_month_close_and_corrected_by_later_refunds(run):
    orders = [order("a", 60000), order("b", 30000, at="2026-11-24T00:00:00+08:00")]  # b is released as December begins
    early = run(orders, tiers=TIERS, as_of="2026-11-30T23:59:59+08:00")
    assert [list(r.values()) for r in early.statements] == [["p1", "2026-11", "1", "60000", "7500", "0", "7500", "0"]]
    close = run(orders, tiers=TIERS, as_of="2026-11-30T16:00:00Z")
    assert [list(r.values())[1:6] for r in close.statements] == [
        ["2026-11", "1", "60000", "7500", "650"],
        ["2026-12", "1", "30000", "3750", "0"],
    ]
    assert close.balances[0]["due_fen"] == str(7500 + 650 + 3750)
    refunds = [refund("r", "a", 20000, "2026-12-01T00:00:00+08:00")]
    after = run(orders, refunds, tiers=TIERS, as_of="2026-12-01T00:00:00+08:00")
    assert list(after.statements[0].values()) == ["p1", "2026-11", "1", "40000", "5000", "300", "7500", "2500"]
    assert after.balances[0]["due_fen"] == str(5000 + 300 + 3750)


def test_a_bonus_pays_debt_before_anything_can_be_withdrawn(run):
    orders = [order("a", 60000), order("b", 10000)]
    refunds = [refund("r", "b", 10000, DAY(10))]
    spent = [withdrawal("w1", 8750, DAY(9)), withdrawal("w2", 1, "2026-12-01T00:00:00+08:00")]
    got = run(orders, refunds, spent, tiers=TIERS, as_of="2026-12-01T00:00:00+08:00")
    assert list(got.balances[0].values()) == ["p1", "0", "0", "600", "8750"]  # debt 1250, bonus 650
    assert set(got.refused) == {("withdrawals.csv", 3)}


def test_a_self_purchase_shows_its_rule_earns_nothing_and_counts_nowhere(run):
    got = run([order("o", 60000, buyer_id="p1"), order("n", 100, promoter="")], tiers=TIERS)
    assert len(got.lines) == 1
    assert (got.lines[0]["rule_id"], got.lines[0]["commission_fen"], got.lines[0]["state"]) == ("base", "0", "due")
    assert got.statements == []
    assert list(got.balances[0].values()) == ["p1", "0", "0", "0", "0"]


def test_a_line_refunded_before_its_release_still_counts_as_a_line_of_its_month(run):
    got = run([order("o", 1000)], [refund("r", "o", 1000, DAY(2))])
    assert list(got.statements[0].values()) == ["p1", "2026-11", "1", "0", "0", "0", "0", "0"]


def test_the_rule_is_the_highest_then_the_narrowest_then_the_smallest(run):
    rules = [
        {"id": "low", "priority": -1, "match": {"category": "tea", "merchant_id": "m"}, "rate_bp": 1},
        {"id": "b", "priority": 0, "match": {"category": ["tea", "rice"]}, "rate_bp": 100},
        {"id": "B", "priority": 0, "match": {"promoter_level": "gold"}, "rate_bp": 200},
        {"id": "any", "priority": 0, "match": {}, "rate_bp": 300, "cap_fen": 5},
        {"id": "two", "priority": 0, "match": {"category": "rice", "product_id": ["y", "z"]}, "rate_bp": 400},
        {"id": "top", "priority": 9, "match": {"promoter_id": []}, "rate_bp": 500},
    ]
    got = run(
        [
            order("1", 1000),
            order("2", 1000, "p2"),
            order("3", 1000, "p2", category="salt"),
            order("4", 1000, category="rice", product_id="y"),
        ],
        rules=rules,
    )
    assert [(r["rule_id"], r["commission_fen"]) for r in got.lines] == [
        ("B", "20"),
        ("b", "10"),
        ("any", "5"),
        ("two", "40"),
    ]
    got = run([order("1", 1000, "p2", category="salt")], rules=rules[:2])
    assert (got.lines[0]["rule_id"], got.lines[0]["commission_fen"], got.statements[0]["net_fen"]) == ("", "0", "1000")


def test_every_bad_row_is_refused_whole_and_the_first_good_one_stands(run):
    orders = [
        order("a", "-1"),
        order("a", 1000),
        order("a", 2000),
        order("c", "10.5"),
        order("d", 10**15),
        order("e", 10**15 + 1),
        order("f", 1, at="2026-11-01T12:00:00"),
        order("g", 1, "nobody"),
        order("", 1),
        order("h", 1, currency="GBP"),
        order("i", 1, qty="0"),
        order("late", 1, at="2027-06-01T00:00:01+08:00"),
    ]
    refunds = [
        refund("r1", "a", 10, "2026-11-01T03:59:59Z"),
        refund("r1", "a", 10, "2026-11-01T04:00:00Z"),
        refund("r1", "a", 10, DAY(2)),
        refund("r2", "c", 10, DAY(2)),
        refund("r3", "late", 1, DAY(20)),
        refund("r4", "late", 1, "2027-06-02T00:00:00+08:00"),
    ]
    got = run(orders, refunds, [withdrawal("w", 1, DAY(20), "nobody"), withdrawal("w", 5, DAY(20), "p2")])
    assert got.refused == {
        ("orders.csv", 2): "amount.invalid",
        ("orders.csv", 4): "id.duplicate",
        ("orders.csv", 5): "amount.invalid",
        ("orders.csv", 7): "amount.invalid",
        ("orders.csv", 8): "time.invalid",
        ("orders.csv", 9): "promoter.unknown",
        ("orders.csv", 10): "id.empty",
        ("orders.csv", 11): "currency.mismatch",
        ("orders.csv", 12): "amount.invalid",
        ("refunds.csv", 2): "refund.before_payment",
        ("refunds.csv", 4): "id.duplicate",
        ("refunds.csv", 5): "line.unknown",
        ("refunds.csv", 6): "refund.before_payment",
        ("withdrawals.csv", 2): "promoter.unknown",
        ("withdrawals.csv", 3): "withdrawal.above_due",
    }
    assert [(r["order_id"], r["base_fen"]) for r in got.lines] == [("a", "990"), ("d", str(10**15))]


def test_the_plans_currency_decides_when_it_is_given(run):
    orders = [order("a", 1), order("b", 1, currency="GBP")]
    assert set(run(orders).refused) == {("orders.csv", 3)}
    assert set(run(orders, currency="GBP").refused) == {("orders.csv", 2)}
