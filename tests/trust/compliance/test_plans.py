"""The pyramid firewall: each condition of the law by itself, the thresholds to the person and the fen, any plan."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xintui.trust.compliance.contracts import Decision, PayBasis, PlanDescription, PlanRefused, Scale
from xintui.trust.compliance.rules import lint_plan, require_publishable

DAY = date(2026, 11, 23)
CLEAN = PlanDescription(commission_bp=1500)
HEADS = replace(CLEAN, pay_basis=frozenset({PayBasis.HEAD_COUNT}))


def ids(plan: PlanDescription, scale: Scale | None = None) -> list[str]:
    return [finding.id for finding in lint_plan(plan, DAY, scale or Scale())]


def test_the_platforms_own_plan_passes() -> None:
    assert lint_plan(PlanDescription(), DAY) == ()
    assert require_publishable(CLEAN, DAY) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"pay_basis": frozenset({PayBasis.HEAD_COUNT})}, ["AP-01"]),
        ({"pay_basis": frozenset({PayBasis.JOIN_FEES})}, ["AP-02"]),
        ({"join_fee_fen": 1}, ["AP-02"]),
        ({"join_purchase_fen": 1}, ["AP-02"]),
        ({"deposit_to_join": True}, ["AP-02"]),
        ({"deposit_refundable": False}, ["AP-02"]),
        ({"pay_basis": frozenset({PayBasis.OWN_SALES, PayBasis.DOWNLINE_SALES})}, ["AP-03", "AP-07"]),
        ({"pay_basis": frozenset({PayBasis.DOWNLINE_SALES}), "goods_genuine": False}, ["AP-03"]),
        ({"recruit_required": True}, ["AP-03"]),
        ({"pay_basis": frozenset({PayBasis.SERVICE_CONTRACT})}, ["AP-03"]),
        ({"pay_basis": frozenset({PayBasis.SERVICE_CONTRACT}), "payee_licensed": True}, []),
        ({"depth": 2}, ["AP-06"]),
        ({"depth": 3}, ["AP-06"]),
        ({"depth": 4}, ["AP-03", "AP-06"]),
        ({"commission_bp": 3000}, []),
        ({"commission_bp": 3001}, ["AP-08"]),
        ({"training_fee_fen": 1}, ["AP-08"]),
        ({"booked_openly": False}, ["AP-09"]),
    ],
)
def test_each_condition_is_found_by_itself(changes: dict[str, object], expected: list[str]) -> None:
    assert ids(replace(CLEAN, **changes)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (Scale(members=28, downline_levels=2), ["AP-01"]),  # 29 people with the organiser
        (Scale(members=29, downline_levels=1), ["AP-01"]),  # 2 levels with his own
        (Scale(members=29, downline_levels=2), ["AP-01", "AP-04"]),
        (Scale(members=118, downline_levels=2), ["AP-01", "AP-04"]),
        (Scale(members=119, downline_levels=2), ["AP-01", "AP-04", "AP-05"]),
        (Scale(members=29, downline_levels=2, collected_fen=2_500_000_00 - 1), ["AP-01", "AP-04"]),
        (Scale(members=29, downline_levels=2, collected_fen=2_500_000_00), ["AP-01", "AP-04", "AP-05"]),
        (Scale(members=58, downline_levels=2, penalised_before=True), ["AP-01", "AP-04"]),
        (Scale(members=59, downline_levels=2, penalised_before=True), ["AP-01", "AP-04", "AP-05"]),
    ],
)
def test_the_criminal_thresholds_count_the_organiser(scale: Scale, expected: list[str]) -> None:
    assert ids(HEADS, scale) == expected


def test_team_pay_on_real_goods_is_an_administrative_matter_at_any_size() -> None:
    team = replace(CLEAN, pay_basis=frozenset({PayBasis.DOWNLINE_SALES}))
    assert ids(team, Scale(members=1000, downline_levels=5, collected_fen=10**12)) == ["AP-03", "AP-07"]


def test_a_finding_cites_the_article_and_decides() -> None:
    (finding,) = lint_plan(HEADS, DAY)
    assert (finding.decision, finding.title, finding.article) == (
        Decision.BLOCK,
        "拉人头",
        "禁止传销条例第七条第（一）项",
    )
    assert lint_plan(replace(CLEAN, depth=2), DAY)[0].decision is Decision.ALARM


def test_publishing_is_refused_with_every_reason_and_alarms_alone_do_not_refuse() -> None:
    with pytest.raises(PlanRefused) as refusal:
        require_publishable(replace(HEADS, join_fee_fen=9900, depth=2), DAY)
    assert refusal.value.ids == ("AP-01", "AP-02")
    assert str(refusal.value) == (
        "方案不能发布：拉人头（禁止传销条例第七条第（一）项）；入门费（禁止传销条例第七条第（二）项）"
    )
    assert [finding.id for finding in require_publishable(replace(CLEAN, depth=2), DAY)] == ["AP-06"]


plans = st.builds(
    PlanDescription,
    pay_basis=st.frozensets(st.sampled_from(PayBasis)),
    depth=st.integers(0, 6),
    commission_bp=st.integers(0, 10_000),
    join_fee_fen=st.integers(0, 3),
    join_purchase_fen=st.integers(0, 3),
    training_fee_fen=st.integers(0, 3),
    deposit_to_join=st.booleans(),
    deposit_refundable=st.booleans(),
    recruit_required=st.booleans(),
    payee_licensed=st.booleans(),
    goods_genuine=st.booleans(),
    booked_openly=st.booleans(),
)


@given(plans)
def test_no_plan_that_pays_for_recruiting_is_ever_publishable(plan: PlanDescription) -> None:
    forbidden = {PayBasis.HEAD_COUNT, PayBasis.JOIN_FEES, PayBasis.DOWNLINE_SALES}
    recruiting = plan.pay_basis & forbidden or plan.recruit_required
    priced = plan.join_fee_fen or plan.join_purchase_fen or plan.deposit_to_join
    if recruiting or priced or plan.depth > 3:
        with pytest.raises(PlanRefused):
            require_publishable(plan, DAY)


@given(plans, st.integers(0, 200), st.integers(0, 5))
def test_growing_never_makes_a_plan_better(plan: PlanDescription, members: int, levels: int) -> None:
    small = set(ids(plan, Scale(members, levels)))
    assert small <= set(ids(plan, Scale(members + 50, levels + 1)))
