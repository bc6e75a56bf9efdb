"""`xintui qualification check`: what a number says of itself, without a database."""

import sys
from typing import Final

import click

from xintui.entrypoints.terminal import FAILED, WITH_REJECTS, Group


@click.group(cls=Group)
def qualification() -> None:
    """Numbers of licences (资质编号)."""


@qualification.command()
@click.argument("number")
@click.option("--kind", help="business, food_making, … ; without it every kind is tried")
def check(number: str, kind: str | None) -> None:
    """Print the kind, the verdict and the parts of NUMBER. Exit 1 when it is wrong, 3 when a person should look."""
    from xintui.trust.qualification.contracts import BadNumber, Kind
    from xintui.trust.qualification.rules import numbers

    if kind is not None and kind not in set(Kind):
        raise click.UsageError(f"--kind 应为：{'、'.join(Kind)}")
    try:
        found = [numbers.check(Kind(kind), number)] if kind else numbers.guess(number)
        if not found:
            raise numbers.nearest(number)
    except BadNumber as refusal:
        click.echo(f"✗ {refusal}")
        sys.exit(FAILED)
    for one in found:
        click.echo(f"{'?' if one.doubts else '✓'} {numbers.TITLES[one.kind]} {one.number}")
        for part in one.parts:
            click.echo(f"  {part.name}　{part.text}{f'　{part.says}' if part.says else ''}")
        for doubt in one.doubts:
            click.echo(f"  需人工核对：{doubt}")
    if any(one.doubts for one in found):
        sys.exit(WITH_REJECTS)


COMMANDS: Final = (qualification,)
