"""`xintui tax-report` and `xintui recount`: what an operator takes from the command line."""

import sys
from pathlib import Path
from typing import Final

import click

from xintui.entrypoints.terminal import FILE, ready

DATABASE = click.option("--database", help="PostgreSQL 连接串；默认使用内嵌数据库")
WITH_GAPS: Final = 3


@click.command("tax-report")
@click.argument("quarter", metavar="QUARTER")
@click.option("--out", type=FILE, required=True, help="输出文件，.csv 或 .xlsx")
@DATABASE
def tax_report(quarter: str, out: Path, database: str | None) -> None:
    """The quarter's report to the tax office (涉税信息报送), e.g. 2026Q4. Exit 3 when identity fields are missing."""
    if out.suffix not in (".csv", ".xlsx"):
        raise click.UsageError("--out 应以 .csv 或 .xlsx 结尾")
    with ready(database=database):
        import hashlib

        from django.db import transaction

        from xintui.foundation.identity import facade as identity
        from xintui.foundation.identity.contracts import SYSTEM
        from xintui.infra import clock
        from xintui.promotion.payouts import facade as payouts

        with transaction.atomic():
            report = payouts.tax_report(quarter, now=clock.now())
            body = payouts.report_csv(report) if out.suffix == ".csv" else payouts.report_xlsx(report)
            digest = hashlib.sha256(body).hexdigest()
            after = {"rows": len(report.rows), "incomplete": len(report.missing), "sha256": digest}
            subject = ("tax_report", f"{quarter}{out.suffix}")
            identity.audit(SYSTEM, "payouts.export_tax_report", subject, {}, after, reason="命令行")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.touch(mode=0o600)
    out.write_bytes(body)
    click.echo(
        f"{quarter} 涉税信息报送：{len(report.rows):,} 人，最晚 {report.due_on} 报送，已写入 {out}（仅本用户可读）"
    )
    if not report.complete:
        click.echo("季度尚未结束，此为草稿", err=True)
    for row in report.missing[:20]:
        click.echo(f"  {row.promoter_id} {row.display_name} 缺：{'、'.join(row.missing)}", err=True)
    if report.missing:
        click.echo(f"{len(report.missing)} 人资料不全", err=True)
        sys.exit(WITH_GAPS)


@click.command()
@DATABASE
def recount(database: str | None) -> None:
    """Count every figure of the dashboards again from the orders, in place."""
    with ready(database=database):
        from xintui.infra import clock, tenancy
        from xintui.insight.analytics import facade as analytics

        with tenancy.as_platform():
            done = analytics.rebuild(now=clock.now())
    click.echo(f"已重新统计 {done.shop_days:,} 个店铺日、{done.click_rows:,} 行点击")


COMMANDS: Final = (tax_report, recount)
