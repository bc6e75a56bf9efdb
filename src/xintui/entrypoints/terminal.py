"""What every command of `xintui` shares: exit codes, refusals in one sentence, a ready database, parameter types."""

import contextlib
import os
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from xintui.kernel.errors import DomainError

FAILED, REFUSED, WITH_REJECTS = 1, 2, 3


class Group(click.Group):
    """Turns every expected refusal into one sentence on stderr and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as no:
            refuse(no)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)


def refuse(no: DomainError) -> NoReturn:
    """Say the refusal and leave."""
    click.echo(f"xintui: {no}（{no.code}）", err=True)
    sys.exit(REFUSED)


@contextlib.contextmanager
def ready(*, owner: bool = False, database: str | None = None, migrate: bool = True) -> Iterator[None]:
    """The database serves and is migrated, Django is set up, and this process acts for the platform."""
    if database:
        os.environ["XINTUI_DATABASE_URL"] = database
    from xintui.entrypoints import setup
    from xintui.infra import database as databases
    from xintui.infra import tenancy

    with databases.serving(owner=owner):
        setup.prepare(migrate=migrate)
        with tenancy.as_platform():
            try:
                yield
            finally:
                from django.db import connections

                connections.close_all()


def instant(_: click.Context, __: click.Parameter, value: str | None) -> datetime | None:
    """An ISO 8601 time with offset."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} 不是 ISO 8601 时间") from None
    if at.tzinfo is None:
        raise click.BadParameter(f"{value!r} 缺少时区偏移，例如 +08:00")
    return at


def hash_(_: click.Context, __: click.Parameter, value: str | None) -> bytes | None:
    """A SHA-256 in hex."""
    if value is None:
        return None
    try:
        hashed = bytes.fromhex(value)
    except ValueError:
        hashed = b""
    if len(hashed) != 32:
        raise click.BadParameter("应当是 64 位十六进制")
    return hashed


def day(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    """A calendar day, 2026-11-23."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} 不是日期，例如 2026-11-23") from None


FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


def say_imported(summary: Any, out: Path) -> None:
    click.echo(f"  读入 {summary.rows:,} 行：订单行 {summary.order_lines:,}，退款 {summary.refund_rows:,}")
    click.echo(f"  拒收 {summary.rejects:,} 行：" + "，".join(f"{k} {n:,}" for k, n in summary.rejects_by_code.items()))
    click.echo(f"  {summary.promoter_note}")
    click.echo(f"结果已写入 {out}")


def say_settled(done: Any, out: Path) -> None:
    from xintui.kernel.money import yuan

    totals, currency = done.summary["totals"], done.summary["currency"]
    if not done.outcome.changed:
        click.echo("没有新的内容：这些文件此前已结算，账目未变。")
    rows = {
        "订单行": f"{totals['lines']:,}（推客 {totals['promoters']:,}）",
        "实付": f"{yuan(totals['paid_fen'])} {currency}",
        "退款": f"{totals['refunds']:,} 笔，{yuan(totals['refunded_fen'])}",
        "佣金": yuan(totals["commission_fen"]),
        "待结算 / 可提现 / 欠款": " / ".join(yuan(totals[k]) for k in ("pending_fen", "due_fen", "debt_fen")),
        "阶梯奖励": yuan(totals["bonus_fen"]),
        "分录": f"{done.summary['ledger']['moves']:,} 笔，发生额 {yuan(done.summary['ledger']['moved_fen'])}",
        "拒收行": f"{done.rejects:,}" + ("（见 rejects.csv）" if done.rejects else ""),
        "凭证根": done.summary["proof_root"],
    }
    for name, value in rows.items():
        click.echo(f"  {name}：{value}")
    click.echo(f"结果已写入 {out}")
