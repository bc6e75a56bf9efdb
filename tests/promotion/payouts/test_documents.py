"""A statement as CSV and PDF says the numbers of the page."""

import csv
import io

import pytest

from tests.promotion.money import earn, withdrawn
from tests.promotion.people import promoter
from xintui.promotion.payouts import facade as payouts

pytestmark = pytest.mark.django_db


def test_the_csv_has_a_row_per_payment_with_its_tax() -> None:
    one = promoter(1).id
    earn(one, 20_000_00)
    paid = withdrawn(one, 8_000_00)
    header, row = csv.reader(io.StringIO(payouts.statement_csv(payouts.statement(one, "2026-11")).lstrip("\ufeff")))
    said = dict(zip(header, row, strict=True))
    assert said["提现号"] == paid.id
    assert (said["税前金额（元）"], said["代扣个税（元）"], said["实付金额（元）"]) == ("8000.00", "42.00", "7958.00")
    assert (said["税表"], said["累计应纳税所得额（元）"], said["预扣率（万分之）"]) == (
        "iit_platform",
        "1400.00",
        "300",
    )
    assert said["到账时间"] == "2026-11-23 12:00:00"


def test_the_pdf_is_one_and_a_hostile_name_is_only_text() -> None:
    one = promoter(1).id
    earn(one, 20_000_00)
    withdrawn(one, 8_000_00)
    statement = payouts.statement(one, "2026-11")
    plain = payouts.statement_pdf(statement, "张**")
    hostile = payouts.statement_pdf(statement, '#panic("x") ] #read("/etc/passwd")')
    assert plain.startswith(b"%PDF-") and hostile.startswith(b"%PDF-")
    assert len(plain) > 5_000
