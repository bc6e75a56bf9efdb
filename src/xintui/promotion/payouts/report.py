"""涉税信息报送 of one quarter: who was paid, who they are, and what is missing before it can be handed in."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.foundation.identity import facade as identity
from xintui.infra import sql
from xintui.kernel.money import yuan
from xintui.kernel.times import accounting_date
from xintui.promotion.payouts import taxation
from xintui.promotion.payouts.contracts import (
    Column,
    NoReport,
    NoTable,
    Registration,
    ReportForm,
    ReportRow,
    TaxProfile,
    TaxReport,
    VatTable,
)
from xintui.promotion.payouts.rules import due_on, last_twelve, load_table, months_of, must_register, quarter_of
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PromoterKind, TaxIdentity

CHANNELS = {"wechat": "微信零钱", "bank": "对公账户"}


@cache
def report_form() -> ReportForm:
    """The columns of the file, dated and with their source."""
    given = json.loads((files(__package__) / "data" / "tax_report.json").read_text("utf-8"))
    return ReportForm(
        version=given["version"],
        source=given["source"],
        verified_on=date.fromisoformat(given["verified_on"]),
        first_quarter=given["first_quarter"],
        columns=tuple(Column(**column) for column in given["columns"]),
    )


def report_quarters(now: datetime) -> tuple[str, ...]:
    """The quarters there is a report of, newest first; the running one is a draft."""
    year, number = (int(part) for part in quarter_of(accounting_date(now)).split("Q"))
    found = [f"{y}Q{q}" for y in range(year, 2024, -1) for q in (4, 3, 2, 1) if (y, q) <= (year, number)]
    return tuple(q for q in found if q >= report_form().first_quarter)


def tax_report(quarter: str, *, now: datetime) -> TaxReport:
    """Everybody with a payment in the quarter, unmasked. Raises `NoReport`."""
    form = report_form()
    if quarter not in report_quarters(now):
        raise NoReport(quarter, form.first_quarter)
    months = months_of(quarter)
    since, until = last_twelve(quarter)
    paid = sql.rows(__package__, "report", {"months": list(months), "since": since, "until": until})
    ids = [row["promoter_id"] for row in paid]
    people, profiles = promoters.tax_identities(ids), taxation.profiles(ids, months[2])
    phones = identity.phones(one.user_id for one in people.values())
    masked = promoters.get(ids)
    ceiling = _ceiling(date.fromisoformat(months[2] + "-28"))
    rows = []
    for row in paid:
        who = people[row["promoter_id"]]
        cells = _identity(who, profiles[who.promoter_id], phones.get(who.user_id, "")) | _income(row)
        cells["quarter"] = quarter
        rows.append(
            ReportRow(
                promoter_id=who.promoter_id,
                display_name=masked[who.promoter_id].display_name,
                cells=cells,
                missing=tuple(c.title for c in form.columns if c.required and not cells.get(c.key)),
                gross_fen=row["gross_fen"],
                refund_fen=0,
                vat_fen=row["vat_fen"],
                tax_fen=row["tax_fen"],
                count=row["payments"],
                must_register=ceiling is not None and must_register(row["year_fen"], ceiling),
            )
        )
    return TaxReport(quarter, due_on(quarter), quarter < quarter_of(accounting_date(now)), form, tuple(rows))


def _ceiling(on: date) -> VatTable | None:
    """The table whose 12-month ceiling applies; None where none was the law (before 2026)."""
    try:
        return load_table("vat_small_scale", on)
    except NoTable:
        return None


def _identity(who: TaxIdentity, profile: TaxProfile, phone: str) -> dict[str, str]:
    firm = who.kind is PromoterKind.COMPANY
    registered = firm or profile.registration is Registration.REGISTERED
    return {
        "name": who.name,
        "document": "统一社会信用代码" if firm else "居民身份证",
        "number": who.number,
        "country": profile.country,
        "promoter_id": who.promoter_id,
        "role": "经营者" if registered else "从业人员",
        "registered": "是" if registered else "否",
        "resident": "" if firm else "是" if profile.resident else "否",
        "channel": CHANNELS.get(who.channel, ""),
        "account": who.account,
        "phone": phone,
        "started": _day(who.started_at),
        "ended": _day(who.ended_at),
    }


def _income(row: Mapping[str, Any]) -> dict[str, str]:
    """Paid basis: what a buyer's refund took was taken from commission before it was paid."""
    return {
        "count": str(row["payments"]),
        "gross": _plain(row["gross_fen"]),
        "refund": "0.00",
        "net": _plain(row["gross_fen"]),
        "service_fee": "0.00",
        "vat": _plain(row["vat_fen"]),
        "iit": _plain(row["tax_fen"]),
    }


def _plain(fen: int) -> str:
    return yuan(fen).replace(",", "")


def _day(at: datetime | None) -> str:
    return accounting_date(at).isoformat() if at else ""
