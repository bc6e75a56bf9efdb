"""`xintui`: the command line. Exit codes: 0 done · 1 a check failed · 2 refused · 3 done, with rejects."""

import logging
import os
import sys
from pathlib import Path
from typing import Any

import click

from xintui.entrypoints import (
    audit_cli,
    backup_cli,
    bench_cli,
    deposits_cli,
    desk_cli,
    graph_cli,
    papers_cli,
    screening_cli,
    server_cli,
)
from xintui.entrypoints.terminal import (
    FILE,
    FOLDER,
    WITH_REJECTS,
    Group,
    hash_,
    instant,
    ready,
    say_imported,
    say_settled,
)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="xintui", prog_name="xintui")
def main() -> None:
    """信推: social commerce where every fen can be explained and proved."""
    logging.basicConfig(level=os.environ.get("XINTUI_LOG", "WARNING"), format="%(asctime)s %(name)s %(message)s")


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


@main.command()
@click.argument("file", type=FILE)
@click.option("--root", "published", callback=hash_, help="公布的根（64 位十六进制），与文件中的根比对")
def verify(file: Path, published: bytes | None) -> None:
    """Check a proof file offline: no database, no settings, no network."""
    from xintui.foundation.evidence.proof_file import verify as check

    verdict = check(file, published)
    for line in verdict.lines:
        click.echo(line)
    sys.exit(verdict.exit_code)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def openapi(file: Path) -> None:
    """Write the API's own description to FILE: what clients are generated from. No database, no network."""
    import json

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xintui.entrypoints.settings")
    django.setup()
    from xintui.entrypoints import api

    document = api.build().get_openapi_schema(path_prefix="/api/v1/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n")


for part in (
    server_cli,
    audit_cli,
    bench_cli,
    desk_cli,
    backup_cli,
    graph_cli,
    deposits_cli,
    screening_cli,
    papers_cli,
):
    for command in part.COMMANDS:
        main.add_command(command)

if __name__ == "__main__":
    main()
