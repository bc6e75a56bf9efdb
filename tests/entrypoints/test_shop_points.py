"""T-07 for shops: a month of keeping the rules earns points, its score brings benefits, points stand for a deposit."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce.world import shop
from tests.promotion.commission.test_console import sitting
from tests.trust.deposits.hands import DAY, agreed, now, paid
from tests.trust.deposits.test_console import PAGE, ask
from xintui.commerce.orders.models import Order
from xintui.entrypoints import perks, points_earning
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.foundation.ledger import facade as ledger
from xintui.infra import clock
from xintui.trust.appeals.contracts import AppealDecided
from xintui.trust.credit.models import Score
from xintui.trust.deposits.contracts import Holder, HolderKind, PartState
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Perk
from xintui.trust.violations import facade as violations
from xintui.trust.violations.contracts import Subject, SubjectKind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 12, 4, 0, tzinfo=UTC)
MONTH = OCTOBER.date().replace(day=1)
REVIEWER = Principal("usr01REV", frozenset({Role.REVIEWER}), None, "复核", 1)


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Iterator[None]:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(NOW)
    yield
    clock.set_for_story(None)


def received(merchant_id: str, count: int, *, at: datetime = OCTOBER) -> None:
    Order.objects.bulk_create(
        Order(
            id=f"ord{merchant_id[-6:]}{at:%d}{n}", merchant_id=merchant_id, checkout_id="chk1", buyer_id="usr1",
            state="finished", goods_fen=1000, total_fen=1000, address={}, placed_at=at, paid_at=at, received_at=at,
        )
        for n in range(count)
    )  # fmt: skip


def scored(merchant_id: str, score: int) -> None:
    Score.objects.update_or_create(
        subject_id=merchant_id, scale="shop",
        defaults={"score": score, "points": [], "values_bp": [], "as_of": NOW.date(), "version": "2026-11"},
    )  # fmt: skip


def earned(merchant_id: str) -> list[tuple[str, int, str]]:
    return sorted((one.rule, one.points, one.says) for one in points.earnings(merchant_id).items)


def test_a_month_of_keeping_the_rules_earns_and_what_was_sold_does_not() -> None:
    good, few, poor = (shop(name).id for name in ("云雾茶行", "山里人家", "清河粮油"))
    received(good, 10)
    received(few, 9)
    received(few, 20, at=OCTOBER - 20 * DAY)
    received(poor, 10)
    scored(good, 770)
    scored(poor, 769)
    assert points_earning.settle_due(now=NOW) == 2_500
    assert points_earning.settle_due(now=NOW + DAY) == 0
    assert earned(good) == [
        ("shop_clean", 1000, "2026-10 收货 10 单，没有违规与判责投诉"), ("shop_service", 500, "店铺分 770")
    ]  # fmt: skip
    assert (earned(few), [one[0] for one in earned(poor)]) == ([], ["shop_clean"])


def test_a_violation_costs_a_shop_its_month() -> None:
    one = shop("云雾茶行").id
    received(one, 12)
    case = violations.report(
        Subject(SubjectKind.MERCHANT, one), "exaggeration", "截图存档 A-17", by=SYSTEM, now=OCTOBER
    )
    violations.confirm(case.id, "核对过原文", by=REVIEWER, now=OCTOBER)
    assert points_earning.settle_shops([one], MONTH, now=NOW) == {}


def test_many_shops_cost_as_many_questions_as_one() -> None:
    ids = [shop(name).id for name in ("云雾茶行", "山里人家", "清河粮油")]
    for one in ids:
        received(one, 10)
    with CaptureQueriesContext(connection) as single:
        points_earning.settle_shops(ids[:1], MONTH, now=NOW)
    with CaptureQueriesContext(connection) as both:
        points_earning.settle_shops(ids[1:], MONTH, now=NOW)
    assert len(both) == len(single)


def test_a_shop_whose_appeal_was_right_is_made_amends_once() -> None:
    told = AppealDecided("apl1", "quality", "blk1", "merchant", "mch01SHOP", "商品停推", True, "核实有误", NOW)
    points_earning.on_appeal([told, told], now=NOW)
    assert earned("mch01SHOP") == [("amends", 300, "申诉成立：商品停推")]


@pytest.mark.parametrize(
    ("score", "offset", "relief", "gap"), [(0, 0, 0, 0), (689, 0, 0, 0), (690, 2000, 0, 45), (840, 5000, 2000, 60)]
)
def test_a_shops_benefits_come_from_its_score(score: int, offset: int, relief: int, gap: int) -> None:
    if score:
        scored("mch01SHOP", score)
    worth = perks.shop_worth("mch01SHOP", NOW.date())
    assert (worth[Perk.POINTS_OFFSET], worth[Perk.DEPOSIT_RELIEF], worth[Perk.INSTALMENT_PLAN]) == (offset, relief, gap)
    assert worth[Perk.FASTER_RELEASE] == 0, "what is a promoter's is no shop's"


def test_points_stand_for_part_of_a_shops_deposit_and_come_back_on_its_page() -> None:
    tea = Holder(HolderKind.MERCHANT, shop("云雾茶行").id)
    received(tea.id, 10)
    scored(tea.id, 840)
    points_earning.settle_shops([tea.id], MONTH, now=NOW)
    first, second, _ = agreed(tea, amount_fen=200_000, at=NOW).parts
    paid(first.id, holder=tea, at=NOW)
    owner = sitting("merchant", "chafang", Role.MERCHANT_OWNER, tea.id)
    page = ask(owner, PAGE)
    assert "用 1,500 积分抵" in page and "¥15.00" in page and "840 分起 最多 50%" in page
    assert "已用 1,500 积分抵扣" in ask(owner, PAGE, {"verb": "offset", "part": second.id, "points": "1500"})
    there = points.account(tea.id, today=NOW.date())
    assert (there.free, there.pledged) == (0, 1500)
    rest = next(part for part in now(tea, at=NOW).parts if part.state is PartState.DUE and part.seq == second.seq)
    assert rest.amount_fen == second.amount_fen - 1500
    assert "目前最多可用 0 积分抵扣" in ask(owner, PAGE, {"verb": "offset", "part": rest.id, "points": "1"})
    assert "积分已取回" in ask(owner, PAGE, {"verb": "take_back", "points": "1500"})
    there = points.account(tea.id, today=NOW.date())
    assert (there.free, there.pledged) == (1500, 0)
    assert points.audit() == []
    ledger.fold()
    assert ledger.audit() == []


def test_the_page_says_how_a_shop_earns_and_nothing_of_promoters() -> None:
    owner = sitting("merchant", "chafang", Role.MERCHANT_OWNER, shop("云雾茶行").id)
    page = ask(owner, PAGE)
    assert "守规月（店铺） 1,000" in page and "成交积分" not in page
