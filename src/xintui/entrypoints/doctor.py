"""体检: everything the promises rest on and no test of ours can see from inside a transaction (rule R20)."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from xintui.foundation.evidence import facade as evidence
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.payments import facade as payments
from xintui.infra.database import APP, OWNER
from xintui.infra.home import home
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date

CLOSE_LATE_DAYS: Final = 2
MIN_FREE: Final = 0.10
SKEW_LIMIT_S: Final = 5.0
DURABLE: Final = {
    "fsync": ("on", "掉电后数据文件仍然一致"),
    "full_page_writes": ("on", "页面写到一半时可以恢复"),
    "data_checksums": ("on", "磁盘损坏会被发现"),
    "synchronous_commit": ("on", "告诉用户成功之前已经落盘"),
}
MONEY: Final = ("ledger_move", "ledger_close", "evidence_block", "evidence_day")
APPEND_ONLY: Final = (
    *MONEY,
    "identity_audit_entry",
    "orders_event",
    "merchants_event",
    "catalog_stock_move",
    "catalog_change",
)
CLOSED_TO_APP: Final = (*MONEY, "ledger_account", "ledger_hold", "ledger_fold", "ledger_kind")


@dataclass(frozen=True)
class Check:
    """One line: what was looked at, whether it is as it must be, and what was seen."""

    name: str
    good: bool
    says: str


def examine(now: datetime) -> list[Check]:
    """Every check; one that cannot be made is red, never left out."""
    looks: dict[str, Callable[[], Iterator[Check]]] = {
        "数据库设置": _durable,
        "应用角色": _roles,
        "应用角色权限": _grants,
        "只能追加的表": _triggers,
        "租户表行级隔离": _walls,
        "数据库结构": _migrations,
        "发件箱": _outbox,
        "支付渠道": _gateways,
        "日结": lambda: _closes(now),
        "时钟偏差": lambda: _clock(now),
    }
    try:
        connection.ensure_connection()
    except Exception as error:
        reason = str(error).strip().splitlines()[-1]
        return [Check("数据库", False, f"不能以 {APP} 连接（尚未初始化？先运行 xintui serve）：{reason}"), *_disk()]
    found = [check for name, look in looks.items() for check in _or_red(name, look)]
    return [*found, *_or_red("剩余磁盘", _disk)]


def _or_red(name: str, look: Callable[[], Iterator[Check]]) -> list[Check]:
    try:
        return list(look())
    except Exception as error:
        return [Check(name, False, f"无法检查：{type(error).__name__} {error}")]


def _rows(statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return list(cursor.fetchall())


def _durable() -> Iterator[Check]:
    shown = dict(_rows("SELECT name, setting FROM pg_settings WHERE name = ANY (%s)", list(DURABLE)))
    for name, (wanted, why) in DURABLE.items():
        value = shown.get(name, "未知")
        good = value == wanted or (name == "synchronous_commit" and value in {"remote_write", "remote_apply"})
        yield Check(f"数据库设置 {name}", good, f"{value}（{why}）" if good else f"{value}，应为 {wanted}：{why}")


def _roles() -> Iterator[Check]:
    (name, is_super, bypass), *_ = _rows(
        "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    yield Check("应用角色", name == APP, f"当前以 {name} 运行" + ("" if name == APP else f"，应为 {APP}"))
    yield Check("应用角色不是超级用户", not is_super, "是超级用户" if is_super else "不是")
    yield Check("应用角色不能绕过行级隔离", not bypass, "BYPASSRLS" if bypass else "NOBYPASSRLS")
    (login,), *_ = _rows("SELECT session_user")
    way_back = "" if login == APP else f"以 {login} 登录后切换而来，RESET ROLE 可退回；请设置 XINTUI_APP_DATABASE_URL"
    yield Check("登录即应用角色", login == APP, way_back or f"以 {login} 登录")
    members = [
        r
        for (r,) in _rows("SELECT roleid::regrole::text FROM pg_auth_members WHERE member::regrole = %s::regrole", APP)
    ]
    yield Check("应用角色不属于其他角色", not members, "、".join(members) or "不属于任何角色")
    owned = [
        t for (t,) in _rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = %s", APP)
    ]
    yield Check("应用角色不拥有任何表", not owned, "、".join(owned) or "全部归 " + OWNER)


def _grants() -> Iterator[Check]:
    open_ = _rows(
        "SELECT t, p FROM unnest(%s::text[]) t CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p"
        " WHERE has_table_privilege(%s, t, p)",
        list(CLOSED_TO_APP),
        APP,
    )
    said = "、".join(f"{table} 可 {verb}" for table, verb in open_)
    yield Check("应用角色不能直接写账本与存证", not open_, said or f"{len(CLOSED_TO_APP)} 张表只读")


def _triggers() -> Iterator[Check]:
    found = {
        (table, bool(type_ & 32)): state
        for table, type_, state in _rows(
            "SELECT c.relname, t.tgtype::int, t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE c.relname = ANY (%s) AND NOT t.tgisinternal AND t.tgtype::int & 2 > 0"
            " AND (t.tgtype::int & 24 = 24 OR t.tgtype::int & 32 > 0)",
            list(APPEND_ONLY),
        )
    }
    for table in APPEND_ONLY:
        off = [
            what
            for what, truncate in (("UPDATE/DELETE", False), ("TRUNCATE", True))
            if _text(found.get((table, truncate))) != "A"
        ]
        says = "ENABLE ALWAYS" if not off else f"{'、'.join(off)} 的触发器缺失或未设为 ENABLE ALWAYS"
        yield Check(f"{table} 只能追加", not off, says)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _walls() -> Iterator[Check]:
    """Every table that has a policy has it enforced for its owner too; and walls exist at all."""
    rows = _rows(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        " AND (c.relrowsecurity OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)) ORDER BY 1"
    )
    weak = [name for name, forced in rows if not forced]
    good = bool(rows) and not weak
    says = f"{len(rows)} 张租户表" if good else "、".join(weak) or "没有任何租户表受保护"
    yield Check("租户表行级隔离 FORCE", good, says)


def _migrations() -> Iterator[Check]:
    executor = MigrationExecutor(connection)
    waiting = [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    yield Check(
        "数据库结构", not waiting, f"{len(waiting)} 个迁移未执行：{waiting[0]}" if waiting else "与程序版本一致"
    )


def _outbox() -> Iterator[Check]:
    dead = outbox.dead()
    said = "、".join(f"{topic} {n} 个" for topic, n in dead.items())
    yield Check("发件箱没有停止的事件", not dead, said or "0 个")


def _gateways() -> Iterator[Check]:
    """Ways to pay: who we are there and where notifications must arrive, or what about the key files is wrong."""
    for name, good, says in payments.gateway_states():
        yield Check(f"支付渠道 {name}", good, says)


def _closes(now: datetime) -> Iterator[Check]:
    """Money was moved and nobody closed the day: then nobody could prove it either."""
    first, last = ledger.first_day(ledger=ledger.SHOP), evidence.last_day()
    today = accounting_date(now)
    open_since = last.day + timedelta(days=1) if last else first
    if open_since is None:
        yield Check("日结", True, "尚无分录")
        return
    waited = (today - open_since).days
    said = f"最近一次日结 {last.day}" if last else "从未日结"
    late = "；后台任务是否在运行？" if waited > CLOSE_LATE_DAYS else ""
    yield Check("日结", not late, f"{said}，{open_since} 起未关账{late}")


def _clock(now: datetime) -> Iterator[Check]:
    ((theirs,),) = _rows("SELECT clock_timestamp()")
    skew_s = abs((theirs - now).total_seconds())
    yield Check("时钟偏差", skew_s <= SKEW_LIMIT_S, f"程序与数据库相差 {skew_s:.1f} 秒")


def _disk() -> Iterator[Check]:
    folder = home()
    usage = shutil.disk_usage(folder)
    free = usage.free / usage.total
    yield Check("剩余磁盘", free >= MIN_FREE, f"{folder} 剩余 {usage.free / 2**30:,.1f} GiB（{free:.0%}）")
