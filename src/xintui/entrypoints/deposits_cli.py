"""`xintui deposits`: is there enough data for a risk model, and is it better than the rule table."""

from typing import Any, Final

import click

from xintui.entrypoints.terminal import Group, ready


@click.group(cls=Group)
def deposits() -> None:
    """保证金: the risk model that gives the band."""


@deposits.command()
@click.option(
    "--kind", type=click.Choice(["promoter", "merchant"]), default="promoter", show_default=True, help="推客或商家"
)
@click.option("--database", help="PostgreSQL 连接串；默认使用内嵌数据库")
def train(kind: str, database: str | None) -> None:
    """Train on what happened here, judge on later days, store a version if it is good enough. Adopts nothing."""
    with ready(database=database):
        from django.db import transaction

        from xintui.entrypoints import risk
        from xintui.foundation.identity.contracts import SYSTEM
        from xintui.infra import clock
        from xintui.trust.bands import facade as bands
        from xintui.trust.deposits.contracts import HolderKind

        now = clock.now()
        with transaction.atomic():
            done = bands.train(HolderKind(kind), risk.moments(HolderKind(kind), now), by=SYSTEM, now=now)
    _say(done)


def _say(done: Any) -> None:
    click.echo(f"持有人 {done.holders:,}，时点 {done.moments:,}，有过损失的持有人 {done.positives:,}")
    if done.quality:
        auc, ap = (done.quality[name] for name in ("auc", "average_precision"))
        click.echo(f"留出期 AUC {_three(auc)}，平均查准率 {_three(ap)}")
        for name, one in done.quality["baselines"].items():
            click.echo(f"  对照「{name}」：AUC {one['auc']:.3f}，平均查准率 {one['ap']:.3f}")
    click.echo(done.says + (f"：{done.model_id}" if done.model_id else ""))


def _three(of: Any) -> str:
    return f"{of['value']:.3f} [{of['low']:.3f}, {of['high']:.3f}]"


COMMANDS: Final = (deposits,)
