"""What both doors, API and console, hand out and write down about taxes."""

import hashlib

from django.http import HttpRequest, HttpResponse

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import clock
from xintui.promotion.payouts import documents
from xintui.promotion.payouts.contracts import TaxProfile, TaxReport, Withdrawal


def fresh(request: HttpRequest) -> None:
    """Nobody sends money on by a browser left open. Raises `identity.StepUpRequired`."""
    identity.require_fresh(request.principal, request.device_id, now=clock.now())  # type: ignore[attr-defined]


def _state(one: Withdrawal) -> dict[str, object]:
    return {
        "state": one.state.value,
        "amount_fen": one.amount_fen,
        "tax_fen": one.tax_fen,
        "vat_fen": one.vat_fen,
        "maker": one.maker,
        "checker": one.checker,
    }


def recorded(who: Principal, verb: str, before: Withdrawal | None, made: Withdrawal, reason: str = "") -> Withdrawal:
    """Write down who moved a withdrawal from what to what."""
    was = _state(before) if before else {}
    identity.audit(who, f"payouts.{verb}", ("withdrawal", made.id), was, _state(made), reason=reason)
    return made


def shown(profile: TaxProfile) -> dict[str, object]:
    """A profile for the audit trail."""
    return {
        "from_month": profile.from_month,
        "resident": profile.resident,
        "registration": profile.registration.value,
        "country": profile.country,
    }


def recorded_file(who: Principal, report: TaxReport, kind: str) -> HttpResponse:
    """The file as an answer, its audit line written."""
    body = documents.report_csv(report) if kind == "csv" else documents.report_xlsx(report)
    after = {
        "rows": len(report.rows),
        "incomplete": len(report.missing),
        "gross_fen": report.gross_fen,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    identity.audit(who, "payouts.export_tax_report", ("tax_report", f"{report.quarter}.{kind}"), {}, after)
    mime = "text/csv; charset=utf-8"
    if kind == "xlsx":
        mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(body, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="tax-report-{report.quarter}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response
