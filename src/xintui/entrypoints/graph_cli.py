"""`xintui graph`: how far a rater can be trusted."""

import csv
import sys
from pathlib import Path
from typing import Final

import click

from xintui.entrypoints.terminal import FAILED, FILE, WITH_REJECTS, Group, ready
from xintui.infra.sheets import BadCell

SHOWN: Final = 5


@click.group(cls=Group)
def graph() -> None:
    """Who can be trusted, by whom they deal with and what they say."""


def _moment(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    from xintui.trust.graph.raters_file import moment

    try:
        return None if value is None else moment(value, "as-of")
    except BadCell as bad:
        raise click.BadParameter(f"{value!r} 应为 Unix 秒数或带时区的 ISO 8601 时间（{bad.why}）") from None


@graph.command()
@click.argument("file", type=FILE)
@click.option("--out", type=FILE, required=True, help="输出 CSV：rater,trust（0 到 1）")
@click.option("--as-of", callback=_moment, help="判断的时点（Unix 秒或 ISO 8601）；之后的评分不看")
@click.option("--lowest", type=float, default=-10, show_default=True, help="最低评分")
@click.option("--highest", type=float, default=10, show_default=True, help="最高评分")
def raters(file: Path, out: Path, as_of: float | None, lowest: float, highest: float) -> None:
    """Judge raters by the ratings they gave: FILE has rater,target,rating,time, with or without a header."""
    from xintui.trust.graph.raters_file import REJECTS, judge

    if not lowest < highest:
        raise click.UsageError("--lowest 应小于 --highest")
    rejects: list[tuple[str, int, str, str, str]] = []
    done = judge(file, out, lambda *no: rejects.append(no), as_of=as_of, lowest=lowest, highest=highest)
    click.echo(f"读入 {done.rows:,} 行：评分 {done.ratings:,}，时点之后 {done.later:,}，拒收 {done.refused:,}")
    click.echo(f"评分者 {done.raters:,} 位，结果已写入 {out}")
    beside = out.with_name(f"{out.stem}.rejects.csv")
    beside.unlink(missing_ok=True)
    if not rejects:
        return
    with beside.open("w", encoding="utf-8", newline="") as written:
        csv.writer(written, lineterminator="\n").writerows([REJECTS, *rejects])
    for name, row, _, _, says in rejects[:SHOWN]:
        click.echo(f"  {name} 第 {row} 行 {says}", err=True)
    click.echo(f"拒收的行见 {beside}", err=True)
    sys.exit(WITH_REJECTS)


@graph.command()
@click.option("--database", help="PostgreSQL 连接串；默认使用内嵌数据库")
def refresh(database: str | None) -> None:
    """Count trust scores and rings again from every paid order."""
    with ready(database=database):
        from xintui.entrypoints.credit_graph import refresh as run
        from xintui.infra import clock

        done = run(clock.now())
    click.echo(f"对象 {done.nodes:,}，成交关系 {done.pairs:,}，信任起点 {done.seeds:,}")
    click.echo(f"团伙线索 {done.rings:,}，其中新发现 {done.fresh_rings:,}")
    click.echo(f"规则版本 {done.version}，输入摘要 {done.market_digest}")
    click.echo(f"结果摘要 {done.result_digest}")


@graph.command()
@click.option("--database", help="PostgreSQL 连接串；默认使用内嵌数据库")
def audit(database: str | None) -> None:
    """Count the stored relations again; exit 1 if any digit of a stored score or ring differs."""
    with ready(database=database):
        from xintui.trust.graph import facade

        found = facade.audit()
    for line in found[:SHOWN]:
        click.echo(f"  {line}")
    click.echo(f"发现 {len(found)} 处不符" if found else "未发现不符")
    sys.exit(FAILED if found else 0)


COMMANDS: Final = (graph,)
