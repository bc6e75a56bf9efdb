"""传销风险报告 (T-14): does the live relation look like a pyramid, and is anybody paid by it.

Here and nowhere below, because no module that pays may know who recruited whom. Income is taken from the ledger and the
payouts; the part that a person's own sales explain comes from commission. What is left over came from somewhere else,
and in a lawful shop that is nothing, to the fen.
"""

import csv
import io
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from ninja import Router

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger import facade as ledger
from xintui.infra import clock
from xintui.infra.console import Chart, ops_site
from xintui.infra.http import Out
from xintui.kernel.cells import harmless
from xintui.kernel.money import yuan
from xintui.kernel.times import accounting_date
from xintui.promotion.commission import facade as commission
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import DepthCount, Recruiter
from xintui.trust.compliance import facade as compliance
from xintui.trust.compliance.contracts import Finding, PlanDescription, Scale

router = Router(tags=["推客"])
DESK: Final = (Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR)
LATELY: Final = timedelta(days=30)
SHOWN: Final = 100
HEAVY: Final = 10
"""From so many direct recruits on, somebody who has sold nothing himself is looked at."""


@dataclass(frozen=True)
class Account:
    """Somebody who recruits: people below him, his income, how much of it his own sales explain, and what is odd."""

    recruiter: Recruiter
    own_net_fen: int
    own_income_fen: int
    income_fen: int
    flags: tuple[str, ...]

    @property
    def other_fen(self) -> int:
        """Income that own sales do not explain: by the firewall, nothing."""
        return self.income_fen - self.own_income_fen


@dataclass(frozen=True)
class Report:
    """The relation by depth, the accounts with most people below them, and what the law says about the largest tree."""

    at: datetime
    depths: tuple[DepthCount, ...]
    accounts: tuple[Account, ...]
    findings: tuple[Finding, ...]

    @property
    def other_fen(self) -> int:
        return sum(abs(one.other_fen) for one in self.accounts)

    @property
    def own_income_fen(self) -> int:
        return sum(one.own_income_fen for one in self.accounts)


def examine(now: datetime) -> Report:
    """The report of this moment, in a fixed number of queries."""
    since = now - LATELY
    found = promoters.recruiters(since=since, limit=SHOWN)
    ids = [one.promoter_id for one in found]
    sold, income = commission.own_sales(ids), _income(ids)
    accounts = tuple(
        Account(one, *sold[one.promoter_id], income[one.promoter_id], _flags(one, sold[one.promoter_id][0]))
        for one in found
    )
    return Report(now, promoters.depths(since=since), accounts, _findings(found, now))


def _income(ids: list[str]) -> dict[str, int]:
    """Everything a promoter was ever credited, as the ledger and the payouts know it: held, due, paid, less owed."""
    kinds = {ledger.Kind.PROMOTER_PENDING: 1, ledger.Kind.PROMOTER_DUE: 1, ledger.Kind.PROMOTER_DEBT: -1}
    held = ledger.balances([ledger.Account(kind, one) for one in ids for kind in kinds]) if ids else {}
    paid = payouts.paid_out(ids)
    return {
        one: paid.get(one, 0) + sum(sign * held[ledger.Account(kind, one)].posted_fen for kind, sign in kinds.items())
        for one in ids
    }


def _flags(one: Recruiter, own_net_fen: int) -> tuple[str, ...]:
    flags = []
    if one.direct >= HEAVY and not own_net_fen:
        flags.append("只发展人员，本人无成交")
    if one.lately >= HEAVY:
        flags.append(f"近 30 天新增 {one.lately} 人")
    if one.levels_below >= 2:
        flags.append(f"连同本人 {one.levels_below + 1} 层")
    return tuple(flags)


def _findings(found: tuple[Recruiter, ...], now: datetime) -> tuple[Finding, ...]:
    """What the pyramid rules say of the deepest and largest tree; income from it is refused elsewhere, by form."""
    if not found:
        return ()
    depth = max(one.levels_below for one in found)
    scale = Scale(members=max(one.below for one in found), downline_levels=depth)
    return compliance.lint_plan(PlanDescription(depth=depth), accounting_date(now), scale)


class DepthOut(Out):
    depth: int
    people: int
    active: int
    lately: int


class AccountOut(Out):
    promoter_id: str
    display_name: str
    level: str
    depth: int
    direct: int
    below: int
    levels_below: int
    lately: int
    own_net_fen: int
    own_income_fen: int
    income_fen: int
    other_fen: int
    flags: list[str]


class FindingOut(Out):
    id: str
    title: str
    article: str
    says: str


class ReportOut(Out):
    at: datetime
    depths: list[DepthOut]
    accounts: list[AccountOut]
    findings: list[FindingOut]
    own_income_fen: int
    other_fen: int


@router.get("/pyramid-report", response=ReportOut, summary="传销风险报告")
def report(request: HttpRequest) -> dict[str, Any]:
    """Depths, recruit-heavy accounts, and income that own sales do not explain."""
    identity.require(request.principal, *DESK)  # type: ignore[attr-defined]
    made = examine(clock.now())
    return {
        "at": made.at,
        "depths": made.depths,
        "accounts": [_plain(one) for one in made.accounts],
        "findings": made.findings,
        "own_income_fen": made.own_income_fen,
        "other_fen": made.other_fen,
    }


def _plain(one: Account) -> dict[str, Any]:
    return asdict(one.recruiter) | {
        "own_net_fen": one.own_net_fen,
        "own_income_fen": one.own_income_fen,
        "income_fen": one.income_fen,
        "other_fen": one.other_fen,
        "flags": list(one.flags),
    }


HEAD: Final = ("推客号", "名称", "等级", "层级", "直接邀请", "下方人数", "下方层数", "近30天新增",
               "本人净销售（元）", "本人成交所得（元）", "全部所得（元）", "其他所得（元）", "提示")  # fmt: skip


def as_csv(made: Report) -> str:
    """The accounts as a file; names are masked as everywhere."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for one in made.accounts:
        r = one.recruiter
        sums = (one.own_net_fen, one.own_income_fen, one.income_fen, one.other_fen)
        cells = [r.promoter_id, r.display_name, r.level, r.depth, r.direct, r.below, r.levels_below, r.lately]
        writer.writerow([harmless(str(cell)) for cell in cells] + [yuan(fen).replace(",", "") for fen in sums]
                        + ["；".join(one.flags)])  # fmt: skip
    return out.getvalue()


def _page(request: HttpRequest) -> HttpResponse:
    """The operators' page; the file is taken by POST and goes on record."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if not who.has(*DESK):
        raise PermissionDenied
    made = examine(clock.now())
    if request.method == "POST":
        identity.audit(who, "promoters.export_pyramid", ("report", "pyramid"), {}, {"rows": len(made.accounts)})
        response = HttpResponse(as_csv(made), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="pyramid-report.csv"'
        return response
    bars = [
        (f"第 {one.depth} 层 · {one.people} 人", one.people, f"{one.people} 人，有效 {one.active} 人")
        for one in made.depths
    ]
    chart = Chart(bars)
    context = {**ops_site.each_context(request), "title": "传销风险报告", "report": made, "chart": chart}
    return TemplateResponse(request, "console/pyramid.html", context)


def furnish() -> None:
    """Into the operators' console, beside the promoters."""
    ops_site.page("promoters/pyramid/", "pyramid")(_page)
    ops_site.link("推客", "传销风险报告", "account_tree", "pyramid", frozenset(DESK))
