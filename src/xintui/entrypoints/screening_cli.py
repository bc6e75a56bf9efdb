"""`xintui screening`: the search table of promoters."""

from typing import Final

import click

from xintui.entrypoints.terminal import Group, ready


@click.group(cls=Group)
def screening() -> None:
    """Promoters as shops find them."""


@screening.command()
@click.option("--database", help="PostgreSQL 连接串；默认使用内嵌数据库")
def rebuild(database: str | None) -> None:
    """Make every row of the search table again from the published facts."""
    with ready(database=database):
        from xintui.infra import clock
        from xintui.promotion.screening import facade

        done = facade.rebuild(now=clock.now())
        found = facade.standing(now=clock.now())
    click.echo(f"重算 {done:,} 位推客，其中 {found.listed:,} 位可被搜索；批次 {found.version:,}")


COMMANDS: Final = (screening,)
