"""Every automatic decision has a way to a human: an operation, a button where the person sees it, and who undoes it."""

import json
from pathlib import Path
from typing import Final

import pytest

from xintui.entrypoints import api
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.trust.appeals.contracts import ABOUT_NAMES, About, AppealDecided

ROOT: Final = Path(__file__).resolve().parents[3]
WAYS: Final[dict[About, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    About.CREDIT: (
        ("credit_appeal",), ("web/src/promoter/credit.vue", "src/xintui/trust/credit/templates/credit/file.html")
    ),
    About.QUALITY: (("quality_appeal",), ("src/xintui/commerce/quality/admin.py",)),
    About.VIOLATION: (
        ("violations_appeal",), ("web/src/promoter/violations.vue", "src/xintui/trust/violations/admin.py")
    ),
    About.DISPUTE: (("disputes_appeal",), ("web/src/disputes/Reply.vue", "src/xintui/commerce/disputes/admin.py")),
    About.BAND: (
        ("bands_appeal",),
        ("web/src/promoter/parts/BandCard.vue", "src/xintui/entrypoints/templates/console/deposit.html"),
    ),
    About.QUALIFICATION: (
        ("qualification_appeal",), ("web/src/promoter/qualification.vue", "src/xintui/trust/qualification/admin.py")
    ),
    About.CONCENTRATION: (
        ("concentration_appeal", "concentration_appeal_own"),
        ("web/src/promoter/held.vue", "src/xintui/commerce/concentration/admin.py"),
    ),
    About.GROWTH: (("growth_appeal",), ("web/src/promoter/growth.vue",)),
    About.ROSTER: (("rosters_appeal",), ("web/src/promoter/roster.vue",)),
    About.EXAM: (("academy_appeal",), ("web/src/promoter/academy-exam.vue",)),
}  # fmt: skip
"""Which operations appeal against it, and in which pages the button is."""


def operations() -> set[str]:
    paths = json.loads(json.dumps(api.build().get_openapi_schema(), default=str))["paths"]
    return {one["operationId"] for verbs in paths.values() for one in verbs.values()}


def test_every_kind_of_decision_says_where_it_is_appealed() -> None:
    assert set(WAYS) == set(About) == set(ABOUT_NAMES)


def test_every_appeal_in_the_api_is_about_one_of_them() -> None:
    there = {one for one in operations() if one.endswith(("_appeal", "_appeal_own"))}
    assert there == {one for ways, _ in WAYS.values() for one in ways}


@pytest.mark.parametrize("about", list(About))
def test_the_button_is_where_the_person_sees_the_decision(about: About) -> None:
    for page in WAYS[about][1]:
        text = (ROOT / page).read_text("utf-8")
        assert "/appeal" in text or "申诉" in text or "_appeal" in text, page


@pytest.mark.parametrize("about", list(About))
def test_whoever_decided_hears_of_the_answer(about: About) -> None:
    hears = {_module(one) for one in SUBSCRIPTIONS[AppealDecided]}
    assert about.value.partition(".")[0] in hears


def _module(handler: object) -> str:
    inside = getattr(handler, "__closure__", None)
    behind = inside[0].cell_contents if inside else handler
    return str(behind.__module__).split(".")[2]


@pytest.mark.parametrize("about", list(About))
def test_the_docs_name_it(about: About) -> None:
    told = (ROOT / "docs/trust.md").read_text("utf-8")
    for operation in WAYS[about][0]:
        assert f"`{operation}`" in told
    assert ABOUT_NAMES[about] in told
