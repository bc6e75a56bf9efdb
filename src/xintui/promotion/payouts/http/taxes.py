"""Taxes: what a payee is to the tax office, and the quarterly report, whose file is unmasked and so on record."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, Text
from xintui.promotion.payouts import facade
from xintui.promotion.payouts.contracts import Registration, TaxProfile
from xintui.promotion.payouts.papers import recorded_file, shown

router = Router(tags=["提现"])
READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
Quarter = Annotated[str, Field(pattern=r"^20\d\dQ[1-4]$")]


class ProfileOut(Out):
    promoter_id: str
    from_month: str
    resident: bool
    registration: Registration
    country: str
    proof: str
    set_by: str
    set_at: datetime | None


class ProfileIn(In):
    resident: bool
    registration: Registration
    country: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CHN"
    proof: Annotated[Text, Field(min_length=2, max_length=200)]
    from_month: Annotated[str, Field(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$")] = ""


class ReportLineOut(Out):
    promoter_id: str
    display_name: str
    missing: list[str]
    gross_fen: int
    refund_fen: int
    net_fen: int
    vat_fen: int
    tax_fen: int
    count: int
    must_register: bool


class ReportOut(Out):
    quarter: str
    due_on: date
    complete: bool
    """False while the quarter runs: the file would be a draft."""
    version: str
    source: str
    columns: list[str]
    people: int
    incomplete: int
    gross_fen: int
    rows: list[ReportLineOut]
    """The first hundred, those with something missing first; the file has all."""


class QuartersOut(Out):
    items: list[str]


def _who(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


@router.get("/ops/tax-profiles/{promoter_id}", response=list[ProfileOut])
def read_tax_profile(request: HttpRequest, promoter_id: Id) -> tuple[TaxProfile, ...]:
    """What finance wrote about a payee, newest first; none: a resident natural person."""
    identity.require(_who(request), *READERS)
    return facade.profile_history(promoter_id)


@router.post("/ops/tax-profiles/{promoter_id}", response=ProfileOut)
@transaction.atomic
def set_tax_profile(request: HttpRequest, promoter_id: Id, body: ProfileIn) -> TaxProfile:
    """Resident or not, registered or not: decides which table the next payment falls under."""
    who = identity.require(_who(request), Role.FINANCE)
    before = facade.profile(promoter_id, "9999-12")
    made = facade.set_profile(promoter_id, **body.model_dump(), actor=who.user_id, now=clock.now())
    identity.audit(
        who, "payouts.set_tax_profile", ("promoter", promoter_id), shown(before), shown(made), reason=body.proof
    )
    return made


@router.get("/ops/tax-reports", response=QuartersOut)
def list_tax_reports(request: HttpRequest) -> dict[str, object]:
    """The quarters there is a report of, newest first."""
    identity.require(_who(request), *READERS)
    return {"items": facade.report_quarters(clock.now())}


@router.get("/ops/tax-reports/{quarter}", response=ReportOut)
def read_tax_report(request: HttpRequest, quarter: Path[Quarter]) -> dict[str, object]:
    """What will be handed in and what is missing, masked."""
    identity.require(_who(request), *READERS)
    made = facade.tax_report(quarter, now=clock.now())
    return {
        "quarter": made.quarter,
        "due_on": made.due_on,
        "complete": made.complete,
        "version": made.form.version,
        "source": made.form.source,
        "columns": [column.title for column in made.form.columns],
        "people": len(made.rows),
        "incomplete": len(made.missing),
        "gross_fen": made.gross_fen,
        "rows": sorted(made.rows, key=lambda row: not row.missing)[:100],
    }


@router.post("/ops/tax-reports/{quarter}/file/{kind}", response={200: None})
@transaction.atomic
def export_tax_report(request: HttpRequest, quarter: Path[Quarter], kind: Literal["csv", "xlsx"]) -> HttpResponse:
    """The file for the tax office, unmasked; who took it and its digest go on record."""
    who = identity.require(_who(request), Role.FINANCE)
    return recorded_file(who, facade.tax_report(quarter, now=clock.now()), kind)
