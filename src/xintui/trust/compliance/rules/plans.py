"""The firewall against pyramid plans (T-14): conditions here, words, articles and numbers in `data/pyramid.json`.

There is no lawful number of levels to hide behind: 第七条（三） names none, and the criminal threshold counts the
organiser's own level (公通字〔2013〕37号). So what is judged is what people are paid for.
"""

from datetime import date

from xintui.trust.compliance.contracts import (
    Decision,
    Finding,
    PayBasis,
    PlanDescription,
    PlanRefused,
    Scale,
    blocked,
)
from xintui.trust.compliance.rules.books import load_book

_SMALL = Scale()


def lint_plan(plan: PlanDescription, on: date, scale: Scale = _SMALL) -> tuple[Finding, ...]:
    """Everything the law says against the plan, or against what it has grown into, in the order of the rule ids."""
    book = load_book("pyramid", on)
    limits: dict[str, int] = book.content["limits"]
    ids = _refusals(plan, limits) | _warnings(plan, limits)
    ids |= _criminal(ids, scale, limits)
    return tuple(
        Finding(rule_id, Decision(rule["decision"]), rule["title"], rule["article"], rule["says"])
        for rule_id in sorted(ids)
        for rule in [book.content["rules"][rule_id]]
    )


def require_publishable(plan: PlanDescription, on: date, scale: Scale = _SMALL) -> tuple[Finding, ...]:
    """The findings that do not stand in the way; raises `PlanRefused` with every one that does."""
    findings = lint_plan(plan, on, scale)
    if stops := blocked(findings):
        reasons = "；".join(f"{stop.title}（{stop.article}）" for stop in stops)
        raise PlanRefused(reasons, tuple(stop.id for stop in stops))
    return findings


def _refusals(plan: PlanDescription, limits: dict[str, int]) -> set[str]:
    ids = set()
    if PayBasis.HEAD_COUNT in plan.pay_basis:
        ids.add("AP-01")
    fees = plan.join_fee_fen or plan.join_purchase_fen or PayBasis.JOIN_FEES in plan.pay_basis
    if fees or plan.deposit_to_join or not plan.deposit_refundable:
        ids.add("AP-02")
    downline = PayBasis.DOWNLINE_SALES in plan.pay_basis
    unlicensed = PayBasis.SERVICE_CONTRACT in plan.pay_basis and not plan.payee_licensed
    if downline or unlicensed or plan.recruit_required or plan.depth > limits["depth_max"]:
        ids.add("AP-03")
    if not plan.booked_openly:
        ids.add("AP-09")
    return ids


def _warnings(plan: PlanDescription, limits: dict[str, int]) -> set[str]:
    ids = set()
    if plan.depth > 1:
        ids.add("AP-06")
    if PayBasis.DOWNLINE_SALES in plan.pay_basis and plan.goods_genuine:
        ids.add("AP-07")
    if plan.commission_bp > limits["own_sales_cap_bp"] or plan.training_fee_fen:
        ids.add("AP-08")
    return ids


def _criminal(ids: set[str], scale: Scale, limits: dict[str, int]) -> set[str]:
    """The crime needs joining by fee or purchase, or pay by head count, at a scale; sales alone stay AP-07."""
    grown = scale.people >= limits["criminal_people"] and scale.levels >= limits["criminal_levels"]
    if not grown or not ids & {"AP-01", "AP-02"}:
        return set()
    people_limit = limits["serious_people_after_penalty" if scale.penalised_before else "serious_people"]
    serious = scale.people >= people_limit or scale.collected_fen >= limits["serious_collected_fen"]
    return {"AP-04", "AP-05"} if serious else {"AP-04"}
