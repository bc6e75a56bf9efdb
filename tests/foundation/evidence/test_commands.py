"""`xintui close`, `audit` and `doctor`, as an operator types them."""

import contextlib
import json
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from tests.foundation.evidence.books import DAY, NEXT, NOW, sell, tampering
from xintui.entrypoints import audit_cli, cli
from xintui.entrypoints.doctor import examine
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind, Move, Posting
from xintui.infra import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch):
    """The commands work on the test's own database."""
    monkeypatch.setattr(audit_cli, "ready", lambda **_: contextlib.nullcontext())
    clock.set_for_story(NOW)
    yield
    clock.set_for_story(None)


def xintui(*arguments: str) -> Result:
    result = CliRunner().invoke(cli.main, arguments, catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


def test_closing_a_day_prints_its_trial_balance_and_the_root_to_publish() -> None:
    sell(1)
    sell(2, on=NEXT)
    said = xintui("close", "2026-11-20")
    assert said.exit_code == 0
    closed = evidence.last_day()
    assert closed.day == DAY
    assert f"公布根：{closed.proof_root.hex()}" in said.output
    rows = [line.split() for line in said.output.splitlines() if "CNY" in line]
    assert rows == [
        ["支付渠道待清算", "CNY", "0.00", "100.01", "0.00", "100.01"],
        ["应付商家货款", "CNY", "0.00", "11.00", "100.01", "89.01"],
        ["技术服务费", "CNY", "0.00", "0.00", "1.00", "1.00"],
        ["推客待结算佣金", "CNY", "0.00", "0.00", "10.00", "10.00"],
    ]
    again = xintui("close", "2026-11-20")
    assert again.exit_code == 2 and "evidence.day_already_closed" in again.stderr
    early = xintui("close", "2026-11-23")
    assert early.exit_code == 2 and "尚未结束" in early.stderr
    assert xintui("close", "20.11.2026").exit_code == 2


def test_an_audit_finds_nothing_in_honest_books_and_names_what_was_done_to_others(superuser_url: str) -> None:
    sell(1, 2)
    evidence.seal(NOW)
    good = xintui("audit", "ledger")
    assert good.exit_code == 0, good.output
    assert "1 个封存块，6 笔分录" in good.output and "未发现不符" in good.output
    assert "支付渠道待清算（wechat）" in good.output and "2026-11-20（3 天）" in good.output

    with tampering(superuser_url) as admin:
        admin.execute("UPDATE ledger_move SET fen = fen * 2 WHERE reason = 'orders.paid/ord0001'")
    bad = xintui("audit", "ledger")
    assert bad.exit_code == 1
    assert "第 1 块" in bad.output and "账本 balance" in bad.output


def test_a_block_hash_kept_elsewhere_is_compared() -> None:
    sell(1)
    block = evidence.seal(NOW)
    assert block is not None
    assert xintui("audit", "ledger", "--block", f"1:{block.hash.hex()}").exit_code == 0
    assert xintui("audit", "ledger", "--block", f"1:{block.root.hex()}").exit_code == 1
    assert xintui("audit", "ledger", "--block", f"2:{block.hash.hex()}").exit_code == 1
    assert xintui("audit", "ledger", "--block", "1:beef").exit_code == 2


def test_money_that_never_arrived_is_a_finding_after_a_week() -> None:
    due, clearing = Account(Kind.PROMOTER_DEBT, "pro1"), Account(Kind.PAYOUT_CLEARING, "wechat")
    ledger.post(Posting("payouts.paid/wdr1", (Move(due, clearing, 700),), date(2026, 11, 1)))
    ledger.post(Posting("payouts.paid/wdr2", (Move(due, clearing, 500),), date(2026, 11, 10)))
    ledger.post(Posting("payouts.settled/wdr1", (Move(clearing, Account(Kind.GATEWAY_CLEARING, "wechat"), 700),), DAY))
    (age, gateway) = sorted(ledger.clearing_ages(), key=lambda a: a.account.kind, reverse=True)
    assert (age.balance_fen, age.since) == (500, date(2026, 11, 10))  # first in, first out
    assert (gateway.balance_fen, gateway.since) == (-700, DAY)
    said = xintui("audit", "ledger")
    assert said.exit_code == 1 and "5.00 元 已 13 天未清" in said.output
    clock.set_for_story(datetime(2026, 11, 15, tzinfo=UTC))
    assert xintui("audit", "ledger").exit_code == 0


def test_an_account_is_exported_with_a_proof_that_holds(tmp_path: Path) -> None:
    sell(1, 2)
    evidence.close_day(NEXT, now=NOW)
    out = tmp_path / "pro1.json"
    said = xintui("audit", "export", "--account", "promoter.pending:pro1@CNY", "--out", str(out))
    assert said.exit_code == 0, said.output
    root = evidence.last_day().proof_root.hex()
    assert xintui("verify", str(out), "--root", root).exit_code == 0
    assert len((tmp_path / "pro1.csv").read_text("utf-8").splitlines()) == 3
    document = json.loads(out.read_text("utf-8"))
    document["proofs"][0]["records"][1]["record"]["amount_fen"] += 1
    out.write_text(json.dumps(document), "utf-8")
    assert xintui("verify", str(out), "--root", root).exit_code == 1
    no = xintui("audit", "export", "--account", "promoter.due:nobody@CNY", "--out", str(out))
    assert no.exit_code == 2 and "ledger.account_not_found" in no.stderr


def red() -> dict[str, str]:
    return {check.name: check.says for check in examine(NOW) if not check.good}


EXPECTED_IN_TESTS = {"数据库设置 fsync", "数据库设置 full_page_writes", "时钟偏差", "剩余磁盘"}
"""The test server gives durability up for speed and the story's clock stands still; the disk is the machine's."""

SPOILED = {
    "ALTER TABLE ledger_move DISABLE TRIGGER ledger_move_append_only": "ledger_move 只能追加",
    "ALTER TABLE ledger_close ENABLE TRIGGER ledger_close_no_truncate": "ledger_close 只能追加",
    "DROP TRIGGER evidence_day_append_only ON evidence_day": "evidence_day 只能追加",
    "GRANT DELETE ON ledger_move TO xintui_app": "应用角色不能直接写账本与存证",
    "ALTER TABLE outbox_event OWNER TO xintui_app": "应用角色不拥有任何表",
    "INSERT INTO outbox_event (topic, payload, dead) VALUES ('orders.paid', '{}', true)": "发件箱没有停止的事件",
    "DELETE FROM django_migrations WHERE app = 'evidence'": "数据库结构",
    "DO $$ DECLARE t text; BEGIN SELECT relname INTO t FROM pg_class WHERE relforcerowsecurity LIMIT 1;"
    " EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', t); END $$": "租户表行级隔离 FORCE",
}


def test_a_healthy_installation_is_green() -> None:
    assert red().keys() <= EXPECTED_IN_TESTS
    assert {"数据库设置 fsync", "数据库设置 full_page_writes"} <= red().keys()


@pytest.mark.parametrize("spoil", SPOILED.keys(), ids=SPOILED.values())
def test_the_doctor_sees_what_was_spoiled(spoil: str, superuser_url: str) -> None:
    with psycopg.connect(superuser_url) as admin:
        admin.execute(spoil)
    assert red().keys() - EXPECTED_IN_TESTS == {SPOILED[spoil]}


def test_the_doctor_tells_by_exit_code_and_by_line() -> None:
    said = xintui("doctor")
    assert said.exit_code == 1
    assert "✘ 异常  数据库设置 fsync：off，应为 on" in said.output
    assert "✔ 正常  ledger_move 只能追加：ENABLE ALWAYS" in said.output
    assert "✔ 正常  数据库结构：与程序版本一致" in said.output
