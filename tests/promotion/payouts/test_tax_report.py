"""涉税信息报送: who was paid in a quarter, whole and complete, for finance alone and on record."""

import contextlib
import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from tests.promotion.money import earn, withdrawn
from tests.promotion.people import NOW, id_number, promoter
from tests.promotion.test_consoles import seat  # noqa: F401 - a fixture
from tests.promotion.test_http import someone  # noqa: F401 - a fixture
from xintui.entrypoints import desk_cli
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry, User
from xintui.infra import clock
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import NoReport
from xintui.promotion.payouts.rules import due_on, last_twelve, months_of, quarter_of

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 1, 5, 4, tzinfo=UTC)


def paid(n: int, fen: int, phone: str | None) -> str:
    made = promoter(n)
    if phone:
        User.objects.create(id=made.user_id, display_name="x", phone=phone, created_at=NOW)
    earn(made.id, fen)
    withdrawn(made.id, fen)
    return made.id


@pytest.mark.parametrize(
    ("quarter", "months", "due"),
    [
        ("2026Q1", ("2026-01", "2026-02", "2026-03"), date(2026, 4, 30)),
        ("2026Q4", ("2026-10", "2026-11", "2026-12"), date(2027, 1, 31)),
    ],
)
def test_a_quarter_is_due_by_the_end_of_the_month_after(quarter: str, months: tuple[str, ...], due: date) -> None:
    assert (months_of(quarter), due_on(quarter)) == (months, due)
    assert quarter_of(due) != quarter


def test_twelve_months_end_with_the_quarter() -> None:
    assert last_twelve("2026Q4") == ("2026-01", "2026-12")
    assert last_twelve("2026Q1") == ("2025-04", "2026-03")


def test_the_report_names_everybody_paid_and_what_is_missing() -> None:
    whole, phoneless = paid(1, 8_000_00, "13900001111"), paid(2, 1_000_00, None)
    report = payouts.tax_report("2026Q4", now=LATER)
    assert (report.due_on, report.complete, report.gross_fen) == (date(2027, 1, 31), True, 9_000_00)
    first, second = report.rows
    assert (first.promoter_id, first.missing) == (whole, ())
    assert (second.promoter_id, second.missing) == (phoneless, ("联系方式",))
    assert first.cells["number"] == id_number(1) and first.cells["name"] == "张小明"
    assert (first.cells["gross"], first.cells["net"], first.cells["iit"], first.cells["role"]) == (
        "8000.00", "8000.00", "42.00", "从业人员",
    )  # fmt: skip
    assert all(row.net_fen == row.gross_fen - row.refund_fen for row in report.rows)
    assert payouts.tax_report("2026Q4", now=NOW).complete is False  # a draft while it runs


def test_quarters_before_the_duty_or_in_the_future_have_no_report() -> None:
    for quarter in ("2025Q2", "2027Q1"):
        with pytest.raises(NoReport):
            payouts.tax_report(quarter, now=NOW)
    assert payouts.report_quarters(NOW)[0] == "2026Q4" and payouts.report_quarters(NOW)[-1] == "2025Q3"


def test_the_number_of_queries_does_not_grow_with_people(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for n in range(1, 6):
        paid(n, 1_000_00, f"1390000111{n}")
    with django_assert_num_queries(9):
        assert len(payouts.tax_report("2026Q4", now=LATER).rows) == 5


def test_both_files_say_the_same_and_keep_every_digit() -> None:
    paid(1, 8_000_00, "13900001111")
    report = payouts.tax_report("2026Q4", now=LATER)
    lines = list(csv.reader(io.StringIO(payouts.report_csv(report).decode("utf-8-sig"))))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(payouts.report_xlsx(report))).get_sheet_by_index(0).to_python()
    assert sheet == lines
    assert dict(zip(lines[0], lines[1], strict=True))["证件号码（统一社会信用代码）"] == id_number(1)
    assert payouts.report_xlsx(report) == payouts.report_xlsx(report)


def test_finance_takes_the_file_by_the_api_and_it_is_on_record(someone) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    paid(1, 8_000_00, "13900001111")
    money, boss = someone("fin", Role.FINANCE), someone("boss", Role.OPERATOR)
    assert money.get("/ops/tax-reports")[1]["items"][0] == "2026Q4"
    status, seen = boss.get("/ops/tax-reports/2026Q4")
    assert (status, seen["people"], seen["incomplete"]) == (200, 1, 0)
    assert id_number(1) not in str(seen) and "13900001111" not in str(seen)
    assert boss.post("/ops/tax-reports/2026Q4/file/csv")[0] == 403
    status, body = money.post("/ops/tax-reports/2026Q4/file/csv")
    assert status == 200 and id_number(1) in body.decode()
    line = AuditEntry.objects.get(action="payouts.export_tax_report")
    assert (line.object_id, line.after["rows"], len(line.after["sha256"])) == ("2026Q4.csv", 1, 64)
    assert boss.get("/ops/tax-reports/2024Q1")[1]["code"] == "payouts.no_report"
    assert boss.get("/ops/tax-reports/2026-11")[0] == 422


def test_the_console_shows_what_is_missing_and_gives_the_file_to_finance_only(seat) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    paid(1, 8_000_00, None)
    page = "/ops/payouts/tax-report/?quarter=2026Q4"
    audit, money = seat("audit", Role.AUDITOR), seat("money", Role.FINANCE)
    text = audit.get(page).content.decode()
    assert "联系方式" in text and "2027-01-31" in text and id_number(1) not in text
    assert "下载 CSV" not in text and "下载 CSV" in money.get(page).content.decode()
    assert audit.post(page, {"file": "csv"}).status_code == 403
    assert id_number(1) in money.post(page, {"file": "csv"}).content.decode()
    assert AuditEntry.objects.filter(action="payouts.export_tax_report").count() == 1


def test_finance_writes_a_payees_tax_profile_with_its_proof(someone) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    one = promoter(1).id
    money, boss = someone("fin", Role.FINANCE), someone("boss", Role.OPERATOR)
    body = {"resident": False, "registration": "natural", "country": "CAN", "proof": "护照"}
    assert boss.post(f"/ops/tax-profiles/{one}", body)[0] == 403
    status, made = money.post(f"/ops/tax-profiles/{one}", body)
    assert (status, made["from_month"], made["resident"]) == (200, "2026-11", False)
    assert [p["country"] for p in money.get(f"/ops/tax-profiles/{one}")[1]] == ["CAN"]
    line = AuditEntry.objects.get(action="payouts.set_tax_profile")
    assert (line.before["resident"], line.after["resident"], line.reason) == (True, False, "护照")


def test_the_command_line_writes_the_file_and_leaves_with_three_when_something_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @contextlib.contextmanager
    def here(**_: object) -> Iterator[None]:
        yield

    monkeypatch.setattr(desk_cli, "ready", here)
    clock.set_for_story(LATER)
    paid(1, 8_000_00, None)
    out = tmp_path / "deep" / "report.xlsx"
    said = CliRunner().invoke(desk_cli.tax_report, ["2026Q4", "--out", str(out)], catch_exceptions=False)
    clock.set_for_story(None)
    assert (said.exit_code, out.stat().st_mode & 0o777) == (3, 0o600)
    assert "最晚 2027-01-31 报送" in said.output and "缺：联系方式" in said.output
    assert len(CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()) == 2
    assert AuditEntry.objects.get(action="payouts.export_tax_report").actor_id == "system"
