"""`xintui close`, `audit` and `doctor`: is everything true, and can we prove it."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from xintui.entrypoints.terminal import FAILED, FILE, Group, day, ready
from xintui.kernel.errors import DomainError

DATABASE = click.option("--database", help="PostgreSQL 连接串；默认使用内嵌数据库")
BOOKS = click.option("--books", default="shop", show_default=True, help="账套")
OUTSIDE: Final = "external"
"""Withdrawals of a file settlement were paid by somebody else's rails: nothing of ours is under way."""
PAYOUT_LIMIT_DAYS: Final = 7
"""A payout that is neither paid nor returned after a week is somebody's lost money (rule R16)."""


@click.command()
@click.argument("day_", metavar="DAY", callback=day)
@BOOKS
@DATABASE
def close(day_: date, books: str, database: str | None) -> None:
    """Close an accounting day (and any earlier one still open): trial balance, Merkle root, no more postings."""
    with ready(database=database):
        from xintui.foundation.evidence import facade as evidence
        from xintui.foundation.ledger import facade as ledger
        from xintui.infra import clock
        from xintui.kernel.money import NO_DECIMALS, yuan

        closed = evidence.close_day(day_, books, now=clock.now())
        rows = [
            (
                ledger.KIND_NAMES[line.kind],
                line.currency,
                *(
                    f"{fen:,}" if line.currency in NO_DECIMALS else yuan(fen)
                    for fen in (line.opening_fen, line.debit_fen, line.credit_fen, line.closing_fen)
                ),
            )
            for line in ledger.trial(day_, ledger=books)
        ]
    click.echo(f"账套 {books} 会计日 {day_} 已关账")
    _table(("科目", "币种", "期初", "借方", "贷方", "期末"), rows)
    click.echo(f"  分录：{closed.count:,} 笔，发生额 {yuan(closed.sum_fen)}")
    click.echo(f"  封存块：第 {closed.chain_n} 块 {closed.chain_head.hex()}")
    click.echo(f"  公布根：{closed.proof_root.hex()}")
    click.echo("请把公布根保存到本机之外（邮件、公告或打印），日后用 xintui verify FILE --root 核对。")


@click.group(cls=Group)
def audit() -> None:
    """Recompute the books; export statements that others can check."""


@audit.command("ledger")
@click.option("--block", "anchors", multiple=True, metavar="N:HASH", help="在别处留存的块哈希，可多次给出")
@DATABASE
def audit_ledger(anchors: tuple[str, ...], database: str | None) -> None:
    """Balances, commission, sealed blocks, closed days and clearing accounts. Exit 1 when anything is found."""
    kept = dict(_anchor(text) for text in anchors)
    with ready(database=database):
        found, ages, report = _audited(kept)
    if ages:
        _table(("账套", "清算账户", "余额", "最早未清"), ages)
    click.echo(
        f"复算：{report.blocks:,} 个封存块，{report.moves:,} 笔分录，{report.days:,} 个日结；"
        f"最新块 第 {report.head_n} 块 {report.head_hash.hex()}"
    )
    if found:
        _table(("检查", "对象", "发现"), found)
        click.echo(f"发现 {len(found)} 处不符", err=True)
        sys.exit(FAILED)
    click.echo("未发现不符")


@audit.command("points")
@DATABASE
def audit_points(database: str | None) -> None:
    """Every member's points: counter, earnings and ledger must say the same. Exit 1 when one differs."""
    with ready(database=database):
        from django.db import transaction

        from xintui.trust.points import facade as points

        with transaction.atomic():
            found = points.audit()
    if found:
        _table(("成员", "发现"), found)
        click.echo(f"发现 {len(found)} 处不符", err=True)
        sys.exit(FAILED)
    click.echo("积分：计数、记录与账本一致")


@audit.command("credit")
@click.option("--rebuild", is_flag=True, help="先由记录重算全部日计与分数（改正不符之处）")
@DATABASE
def audit_credit(*, rebuild: bool, database: str | None) -> None:
    """Every stored score computed again from its signals, point by point. Exit 1 when one differs."""
    with ready(database=database):
        from xintui.infra import clock
        from xintui.trust.credit import facade as credit

        if rebuild:
            from xintui.entrypoints.progress import Bar

            with Bar("重算信用分（段）") as bar:
                done, wrong = credit.rebuild(now=clock.now(), tell=bar.at)
            click.echo(f"由记录重算 {done:,} 个主体，改正 {wrong:,} 处日计")
        count, found = credit.audit()
    click.echo(f"复算：{count:,} 个分数")
    if found:
        _table(("主体", "分数"), list(found))
        click.echo(f"发现 {len(found)} 处不符", err=True)
        sys.exit(FAILED)
    click.echo("未发现不符")


def _audited(anchors: dict[int, bytes]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]], Any]:
    from xintui.foundation.evidence import facade as evidence
    from xintui.foundation.ledger import facade as ledger
    from xintui.infra import clock
    from xintui.kernel.times import accounting_date
    from xintui.promotion.commission import facade as commission

    report = evidence.verify_chain(anchors)
    found: list[tuple[str, ...]] = [
        ("封存块" if fault.block else "日结", fault.subject, fault.says) for fault in report.faults
    ]
    found += [(f"账本 {finding.check}", finding.subject, finding.detail) for finding in ledger.audit()]
    found += [(f"佣金 {row['check']}", str(row["subject"]), str(row["detail"])) for row in commission.audit()]
    ages: list[tuple[str, ...]] = []
    today = accounting_date(clock.now())
    for books in ledger.books():
        for age in ledger.clearing_ages(ledger=books):
            amount = ledger.amount_name(age.balance_fen, age.account.currency)
            waited = (today - age.since).days if age.since else 0
            ages.append((books, ledger.account_name(age.account), amount, f"{age.since}（{waited} 天）"))
            ours = age.account.kind is ledger.Kind.PAYOUT_CLEARING and age.account.owner != OUTSIDE
            if ours and waited > PAYOUT_LIMIT_DAYS:
                found.append(("清算账龄", str(age.account), f"{amount} 已 {waited} 天未清"))
    return found, ages, report


@audit.command("export")
@click.option("--account", "code", required=True, help="账户，例如 promoter.due:pro01@CNY")
@click.option("--out", type=FILE, required=True, help="输出的证明文件；对账单写在旁边的 .csv")
@click.option("--day", "day_", callback=day, help="会计日；与 --month 二选一")
@click.option("--month", help="月份，例如 2026-11；默认：最近关账日所在的月份")
@BOOKS
@DATABASE
def audit_export(
    *, code: str, out: Path, day_: date | None, month: str | None, books: str, database: str | None
) -> None:
    """An account's statement (CSV) and the proof of its moves (JSON), for `xintui verify`."""
    if day_ and month:
        raise click.UsageError("--day 与 --month 只能给一个")
    with ready(database=database):
        from django.db import transaction

        from xintui.foundation.evidence import facade as evidence
        from xintui.foundation.ledger import facade as ledger
        from xintui.infra import clock
        from xintui.kernel.times import month_of

        with transaction.atomic():
            account = ledger.account(code, ledger=books)
            last = evidence.last_day(ledger=books)
            if day_ is None and month is None:
                month = month_of(last.day) if last else month_of(clock.now().date())
            proof = evidence.proof_for_account(account, day=day_, month=month, ledger=books, issued_at=clock.now())
            _write(out, proof)
            _write(out.with_suffix(".csv"), ledger.statement_csv(account, ledger=books))
    verdict = evidence.verify(out)
    click.echo(f"证明已写入 {out}，对账单已写入 {out.with_suffix('.csv')}")
    for line in verdict.lines:
        click.echo(f"  {line}")
    sys.exit(verdict.exit_code)


@click.command()
@DATABASE
def doctor(database: str | None) -> None:
    """Is this installation fit to hold money? One line a check; exit 1 when any is red."""
    with ready(database=database, migrate=False):
        from xintui.entrypoints.doctor import examine
        from xintui.infra import clock

        checks = examine(clock.now())
    for check in checks:
        mark = click.style("✔ 正常", fg="green") if check.good else click.style("✘ 异常", fg="red", bold=True)
        click.echo(f"{mark}  {check.name}：{check.says}")
    bad = sum(not check.good for check in checks)
    click.echo(f"共 {len(checks)} 项，{'全部正常' if not bad else f'{bad} 项异常'}")
    sys.exit(FAILED if bad else 0)


def _anchor(text: str) -> tuple[int, bytes]:
    n, _, hashed = text.partition(":")
    try:
        anchor = int(n), bytes.fromhex(hashed)
    except ValueError:
        anchor = 0, b""
    if anchor[0] < 1 or len(anchor[1]) != 32:
        raise click.BadParameter(f"{text!r} 应当是 块号:64 位十六进制", param_hint="--block")
    return anchor


def _write(path: Path, lines: Any) -> None:
    """Beside its place first: a proof is there whole or not at all."""
    fresh = path.with_name(path.name + ".tmp")
    try:
        with fresh.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
        fresh.replace(path)
    except (OSError, DomainError):
        fresh.unlink(missing_ok=True)
        raise


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Columns that line up although a Chinese character is two wide."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*head, box=None, padding=(0, 2, 0, 2), header_style="bold")
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(table, no_wrap=not console.is_terminal, crop=False)


COMMANDS: Final = (close, audit, doctor)
