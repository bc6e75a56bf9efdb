"""`xintui backup` and `xintui restore`: a copy, and the proof that what came back is what was there."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import click

from xintui.entrypoints.terminal import FAILED, FOLDER, ready

STATE: Final = "state.json"
KEPT_DAYS: Final = 400


@click.command()
@click.argument("folder", type=FOLDER)
def backup(folder: Path) -> None:
    """Copy database and keys into an empty folder while everything runs; every byte is read again."""
    from xintui.infra import backup as copying
    from xintui.infra import database
    from xintui.infra.home import home

    _only_embedded()
    with ready():
        state = _state()
        copying.take(database.embedded(), home(), folder)
    (folder / STATE).write_text(json.dumps(state, indent=1, ensure_ascii=False), "utf-8")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    click.echo(f"备份完成并已逐字节校验：{folder}（{size / 2**20:,.0f} MiB，仅本用户可读）")
    click.echo(f"  封存块：第 {state['block']['n']} 块；日结：{len(state['days'])} 个，最近 {_latest(state)}")
    click.echo("备份含密钥与个人信息，请加密后保存到另一台机器。")


@click.command()
@click.argument("folder", type=FOLDER)
def restore(folder: Path) -> None:
    """Put a backup into an empty XINTUI_HOME and prove it: blocks, closed days and published roots are as they were."""
    from xintui.infra import backup as copying
    from xintui.infra import database
    from xintui.infra.home import home

    _only_embedded()
    state = json.loads((folder / STATE).read_text("utf-8")) if (folder / STATE).exists() else None
    if state is None:
        raise copying.CannotBackUp(f"{folder} 没有 {STATE}，不是完整的备份")
    copying.put_back(database.embedded(), home(), folder)
    with ready():
        wrong = _compared(state)
    for line in wrong:
        click.echo(f"✘ {line}", err=True)
    if wrong:
        click.echo("还原的数据与备份时的凭证不符，请勿启动后台任务", err=True)
        sys.exit(FAILED)
    click.echo(f"已还原到 {home()}：{len(state['days'])} 个日结的公布根与备份时一致，封存块与账本复算无误")
    click.echo("下一步：xintui serve --no-worker，核对未完成的转账，再启动后台任务。")


def _only_embedded() -> None:
    from xintui.infra import backup as copying
    from xintui.infra.home import database_url

    if database_url():
        raise copying.CannotBackUp("使用自有 PostgreSQL 时请用服务器自己的工具（pg_basebackup、pgBackRest）")


def _state() -> dict[str, Any]:
    """What must be there again: the head of the chain and every published root."""
    from django.db import transaction

    from xintui.foundation.evidence import facade as evidence
    from xintui.infra import clock

    evidence.seal(clock.now())
    with transaction.atomic():
        head, days = evidence.last_block(), evidence.days(limit=KEPT_DAYS)
    return {
        "block": {"n": head.n if head else 0, "hash": head.hash.hex() if head else ""},
        "days": {day.day.isoformat(): day.proof_root.hex() for day in days},
    }


def _compared(state: dict[str, Any]) -> list[str]:
    """Where the restored books differ from what was written down beside the backup, or from themselves."""
    from xintui.foundation.evidence import facade as evidence
    from xintui.foundation.ledger import facade as ledger

    kept = {state["block"]["n"]: bytes.fromhex(state["block"]["hash"])} if state["block"]["n"] else {}
    found = [f"{fault.subject}：{fault.says}" for fault in evidence.verify_chain(kept).faults]
    found += [f"{finding.check} {finding.subject}：{finding.detail}" for finding in ledger.audit()]
    now = {day.day.isoformat(): day.proof_root.hex() for day in evidence.days(limit=KEPT_DAYS)}
    return found + [f"{day} 的公布根不符" for day, root in state["days"].items() if now.get(day) != root]


def _latest(state: dict[str, Any]) -> str:
    return max(state["days"], default="无")


COMMANDS: Final = (backup, restore)
