"""`xintui bench` and `xintui proof`: measurements and proofs, from a checkout. Each runs in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table

import xintui

_FIELDS = ("bench", "figure", "value", "unit", "floor", "ratio", "cores", "rows")


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--seed", type=int, help="随机种子")
@click.option("--count", "--seeds", type=int, help="规模：次数、行数或种子数")
@click.option("--json", "as_json", is_flag=True, help="每个数字一行 JSON")
def bench(names: Sequence[str], **given: Any) -> None:
    """Measure: `xintui bench all`, or some of settle, release, holds, orders, lists, graph, concentration, bands, …"""
    _run("BENCHES", names, **given)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--seed", type=int, help="随机种子")
@click.option("--count", "--seeds", type=int, help="规模：次数、笔数或种子数")
@click.option("--json", "as_json", is_flag=True, help="每个数字一行 JSON")
def proof(names: Sequence[str], **given: Any) -> None:
    """Prove: `xintui proof all`, or some of F1, F1n, F3, F4, F5, F10, F16."""
    _run("PROOFS", names, **given)


def _run(which: str, names: Sequence[str], *, seed: int | None, count: int | None, as_json: bool) -> None:
    """Run the named ones one after the other; exit 1 if a figure missed its aim, 2 where there is no checkout."""
    entries = _entries(which)
    wanted = list(entries) if not names or "all" in names else list(names)
    if unknown := [name for name in wanted if name not in entries]:
        _refuse(f"没有名为 {unknown[0]} 的项目；可用：{'，'.join(entries)}，all")
    options = [f"--{key}={value}" for key, value in (("seed", seed), ("count", count)) if value is not None]
    failed = False
    found: list[dict[str, Any]] = []
    for name in wanted:
        if not as_json:
            click.echo(f"▶ {name} {entries[name].title}", err=True)
        process = _Process(name, options)
        for line in process:
            figure = json.loads(line)
            found.append(figure)
            click.echo(
                json.dumps({key: figure[key] for key in _FIELDS}, ensure_ascii=False) if as_json else _said(figure)
            )
        failed |= process.code != 0
        if process.code not in (0, 1):
            found.append({"bench": name, "figure": "未能跑完", "aim": f"退出码 {process.code}", "met": False})
    if not as_json:
        _table(found)
    sys.exit(1 if failed else 0)


class _Process:
    """`python -m bench NAME` and the lines it prints; `code` when they are over."""

    def __init__(self, name: str, options: Sequence[str]) -> None:
        self.command = [sys.executable, "-m", "bench", name, *options]
        self.code = 0

    def __iter__(self) -> Iterator[str]:
        environment = os.environ | {"PYTHONPATH": str(_checkout())}
        with subprocess.Popen(
            self.command, cwd=_checkout(), env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            yield from process.stdout
        self.code = process.returncode


def _checkout() -> Path:
    """The checkout this program runs from, or the one we stand in."""
    for folder in (Path(xintui.__file__).resolve().parents[2], Path.cwd()):
        if (folder / "bench" / "catalogue.py").is_file():
            return folder
    _refuse("基准与证明在源码仓库里运行：请先克隆仓库并进入其目录（需要 bench/ 文件夹）")


def _entries(which: str) -> dict[str, Any]:
    sys.path.insert(0, str(_checkout()))
    from importlib import import_module

    found: dict[str, Any] = getattr(import_module("bench.catalogue"), which)
    return found


def _refuse(sentence: str) -> NoReturn:
    click.echo(f"xintui: {sentence}", err=True)
    sys.exit(2)


def _said(figure: dict[str, Any]) -> str:
    beside = f"（底线 {figure['floor']:,}，{figure['ratio']:g}×）" if figure["floor"] is not None else ""
    return f"  {figure['figure']}：{figure['value']:,} {figure['unit']}{beside}"


def _table(figures: Sequence[dict[str, Any]]) -> None:
    table = Table("项目", "数字", "值", "底线", "倍数", "目标", "结果")
    for one in figures:
        value = f"{one['value']:,} {one['unit']}".strip() if "value" in one else "—"
        floor = f"{one['floor']:,}" if one.get("floor") is not None else ""
        ratio = f"{one['ratio']:g}×" if one.get("ratio") is not None else ""
        verdict = ("达到" if one["met"] else "未达到") if one["aim"] else ""
        table.add_row(one["bench"], one["figure"], value, floor, ratio, one["aim"], verdict)
    Console(width=140 if not sys.stdout.isatty() else None).print(table)


COMMANDS = (bench, proof)
