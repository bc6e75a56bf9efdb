"""传销风险报告: the live relation by depth, who recruits, and income that own sales do not explain."""

from datetime import timedelta
from typing import Any

import pytest

from tests.promotion.commission.sales import give_back, paid, publish, receive, sell
from tests.promotion.money import earn, withdrawn
from tests.promotion.people import NOW, id_number, promoter
from tests.promotion.test_consoles import seat  # noqa: F401 - a fixture
from tests.promotion.test_http import someone  # noqa: F401 - a fixture
from xintui.entrypoints.pyramid import HEAVY, examine
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.promotion.commission import facade as commission

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def tree(width: int = 3) -> str:
    """Somebody with `width` people below him; his id."""
    top = promoter(1).id
    for n in range(width):
        promoter(2 + n, sponsor=top)
    return top


def test_nobody_recruited_is_an_empty_report() -> None:
    promoter(1)
    made = examine(NOW)
    assert (made.accounts, made.findings, [(d.depth, d.people) for d in made.depths]) == ((), (), [(0, 1)])


def test_depths_and_recruiters_are_counted() -> None:
    top = tree(3)
    made = examine(NOW)
    assert [(d.depth, d.people, d.active, d.lately) for d in made.depths] == [(0, 1, 1, 1), (1, 3, 3, 3)]
    (one,) = made.accounts
    assert (one.recruiter.promoter_id, one.recruiter.direct, one.recruiter.below, one.flags) == (top, 3, 3, ())
    assert [d.lately for d in examine(NOW + 31 * DAY).depths] == [0, 0]


def test_recruits_without_a_sale_of_ones_own_are_pointed_out() -> None:
    tree(HEAVY)
    (one,) = examine(NOW).accounts
    assert one.flags == ("只发展人员，本人无成交", f"近 30 天新增 {HEAVY} 人")


def test_own_sales_explain_income_to_the_fen_through_release_payment_and_clawback() -> None:
    top = tree(2)
    publish()
    at = NOW - 40 * DAY
    sell(paid("ord1", ("lin1", 100_000), promoter=top, at=at), paid("ord2", ("lin2", 33_333), promoter=top, at=at))
    receive("ord1", "lin1", at=at + DAY)
    commission.release(now=NOW)
    withdrawn(top, 12_500)
    give_back("rfd1", "ord1", "lin1", 40_000, at=NOW)
    give_back("rfd2", "ord2", "lin2", 1_111, at=NOW)
    (one,) = examine(NOW).accounts
    assert (one.own_net_fen, one.own_income_fen, one.other_fen) == (60_000 + 32_222, 7_500 + 4_027, 0)


def test_money_from_anywhere_else_stands_out() -> None:
    top = tree(2)
    earn(top, 777_00)  # a posting that no line of his explains
    made = examine(NOW)
    assert (made.accounts[0].other_fen, made.other_fen) == (777_00, 777_00)


def test_the_report_costs_the_same_whatever_its_length(django_assert_num_queries: Any) -> None:
    tops = [promoter(n).id for n in range(100, 106)]
    for n, top in enumerate(tops):
        promoter(200 + n, sponsor=top)
    with django_assert_num_queries(6):
        assert len(examine(NOW).accounts) == 6


def test_the_desk_reads_it_and_the_file_goes_on_record(seat: Any, someone: Any) -> None:  # noqa: F811
    top = tree(3)
    look = seat("look", Role.REVIEWER)
    text = look.get("/ops/promoters/pyramid/").content.decode()
    assert "传销风险报告" in text and "第 1 层" in text and "张小明" not in text and id_number(1) not in text
    body = look.post("/ops/promoters/pyramid/").content.decode("utf-8-sig")
    assert body.splitlines()[1].startswith(top) and len(body.splitlines()) == 2
    assert AuditEntry.objects.get(action="promoters.export_pyramid").after == {"rows": 1}
    assert someone("audit", Role.AUDITOR).get("/ops/pyramid-report")[1]["accounts"][0]["below"] == 3
    assert someone("buyer", Role.BUYER).get("/ops/pyramid-report")[0] == 403
