"""`xintui`: the command line. Exit codes: 0 done · 1 a check failed · 2 refused · 3 done, with rejects."""

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from datetime import datetime
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


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="xintui", prog_name="xintui")
def main() -> None:
    """信推: social commerce where every fen can be explained and proved."""
    logging.basicConfig(level=os.environ.get("XINTUI_LOG", "WARNING"), format="%(asctime)s %(name)s %(message)s")


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


FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@main.group(cls=Group, name="import")
def import_() -> None:
    """Turn another system's orders into settlement files."""


@import_.command("online-retail")
@click.argument("file", type=FILE)
@click.option("--out", type=FOLDER, required=True, help="输出目录")
@click.option("--promoter-by", default="hash:100", show_default=True, help="推客分配规则 hash:N")
def import_online_retail(file: Path, out: Path, promoter_by: str) -> None:
    """UCI Online Retail invoices (parquet, CSV or XLSX) become orders, refunds, promoters and a plan."""
    from xintui.entrypoints.progress import Bar
    from xintui.promotion.imports.online_retail import convert

    with Bar("导入发票") as bar:
        summary = convert(file, out, promoter_by, bar.at)
    say_imported(summary, out)


def say_imported(summary: Any, out: Path) -> None:
    click.echo(f"  读入 {summary.rows:,} 行：订单行 {summary.order_lines:,}，退款 {summary.refund_rows:,}")
    click.echo(f"  拒收 {summary.rejects:,} 行：" + "，".join(f"{k} {n:,}" for k, n in summary.rejects_by_code.items()))
    click.echo(f"  {summary.promoter_note}")
    click.echo(f"结果已写入 {out}")


@main.command()
@click.option("--orders", type=FILE, required=True)
@click.option("--refunds", type=FILE, required=True)
@click.option("--promoters", type=FILE, required=True)
@click.option("--withdrawals", type=FILE)
@click.option("--plan", type=FILE, required=True)
@click.option("--as-of", callback=instant, required=True, help="结算时点，ISO 8601 带时区")
@click.option("--out", type=FOLDER, required=True)
@click.option("--database", help="PostgreSQL 连接串；默认使用内嵌数据库")
@click.option("--books", help="账套名；默认：给出 --database 时为 files，否则由输出目录决定")
def settle(**given: Any) -> None:
    """Settle order, refund and withdrawal files: exact to the fen, in any order of events."""
    import hashlib

    database, books = given.pop("database"), given.pop("books")
    if books is None:
        place = str(given["out"].resolve())
        books = "files" if database else f"files-{hashlib.sha256(place.encode()).hexdigest()[:12]}"
    with ready(database=database):
        from xintui.entrypoints.progress import Steps
        from xintui.promotion.imports.facade import Job
        from xintui.promotion.imports.facade import settle as run

        with Steps() as steps:
            done = run(Job(**given, books=books), steps.at)
    say_settled(done, given["out"])
    sys.exit(WITH_REJECTS if done.rejects else 0)


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


@main.command()
@click.argument("file", type=FILE)
def verify(file: Path) -> None:
    """Check a proof file offline: no database, no settings, no network."""
    from xintui.foundation.evidence.proof_file import verify as check

    verdict = check(file)
    for line in verdict.lines:
        click.echo(line)
    sys.exit(verdict.exit_code)


from xintui.entrypoints import server_cli  # noqa: E402, F401 - registers its commands

if __name__ == "__main__":
    main()
