"""A promoter's share tree and team on the platform's desk: the same numbers, for those who may look."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce.test_consoles import read, sitting
from tests.promotion.people import NOW, promoter
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock, tenancy
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, Target, TargetKind, Visitor

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50"


@pytest.fixture(autouse=True)
def _still(settings: object) -> Iterator[None]:
    settings.TOTP_REQUIRED = False  # type: ignore[attr-defined]
    clock.set_for_story(NOW + timedelta(hours=1))
    yield
    clock.set_for_story(None)


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_desk_sees_the_tree_and_the_team_and_comes_there_from_the_promoters_file() -> None:
    top = promoter(1)
    below = promoter(2, sponsor=top.id)
    made = attribution.create_link(top.id, Target(TargetKind.HOME, "home"), Channel.GROUP, now=NOW)
    mark = ""
    for n in range(4):
        mark = attribution.touch(made.code, Visitor(f"v{n}", "", PHONE), now=NOW, via=mark).mark
    desk = sitting("ops", "boss", Role.OPERATOR)
    address = f"/ops/promoters/{top.id}/spread/"
    assert address in read(desk, f"/ops/promoters/promoter/{top.id}/change/")
    text = plain(read(desk, f"{address}?days=7"))
    assert text.count("触达 1 人 · 成交 0 单") == 3
    assert "群 1 / 1 / 0 1 / 1 / 0 1 / 1 / 0" in text
    assert "任何人都不按层级计酬" in text
    assert f"张** {below.id[-8:]}" in text and "直接邀请 1 人" in text
    file = plain(read(desk, f"/ops/promoters/{below.id}/spread/"))
    assert re.search(rf"邀请人 张\*\*\s?（{top.id[-8:]}，", file)


def test_only_the_platforms_desk_may_look() -> None:
    one = promoter(1)
    boss, auditor = sitting("ops", "boss", Role.OPERATOR), sitting("ops", "audit", Role.AUDITOR)
    with tenancy.as_nobody():
        assert boss.get("/ops/promoters/pro404/spread/").status_code == 404
        assert auditor.get(f"/ops/promoters/{one.id}/spread/").status_code == 200


def test_a_team_of_thirty_costs_as_many_statements_as_one_of_one() -> None:
    top = promoter(1)
    promoter(2, sponsor=top.id)
    desk = sitting("ops", "boss", Role.OPERATOR)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            read(desk, f"/ops/promoters/{top.id}/spread/")
        return len(seen)

    cost()
    few = cost()
    for n in range(3, 33):
        promoter(n, sponsor=top.id)
    assert cost() == few
