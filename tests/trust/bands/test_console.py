"""保证金风险模型 at the console: the card is read, a person adopts and goes back, each with a reason on record."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.promotion.commission.test_console import sitting
from tests.promotion.test_consoles import press
from tests.trust.bands.hands import stored
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import clock, tenancy
from xintui.trust.bands import facade
from xintui.trust.bands.contracts import RULES
from xintui.trust.deposits.contracts import HolderKind

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
LIST = "/ops/bands/model/"


@pytest.fixture(autouse=True)
def still(settings: Any) -> Iterator[None]:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def page(client: Client, path: str) -> str:
    with tenancy.as_nobody():
        answer = client.get(path, follow=True)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def used() -> str:
    return facade.in_force(HolderKind.PROMOTER)


def test_the_card_says_what_is_known_and_draws_what_came_beside_what_was_said() -> None:
    model_id, boss = stored(T0), sitting("ops", "boss", Role.OPERATOR)
    assert "0.301 [0.242, 0.368]" in page(boss, LIST) and "未启用" in page(boss, LIST)
    shown = page(boss, f"{LIST}{model_id}/change/")
    assert "规则表的档位" in shown and "0.783 [0.741, 0.822]" in shown and "4,400 个时点、2,200 位持有人" in shown
    assert "A 档：不超过 3%；B 档：不超过 8%；C 档：不超过 20%；D 档：20% 以上" in shown
    assert shown.count("<circle ") == 10 and "只从本平台已经发生的事中学习" in shown
    assert "还没有启用过模型" in shown


def test_an_operator_adopts_goes_back_and_each_is_on_record_with_its_reason() -> None:
    first, second = stored(T0), stored(T0)
    boss = sitting("ops", "boss", Role.OPERATOR)
    press(boss, f"{LIST}{first}/adopt/", reason="好过规则表")
    press(boss, f"{LIST}{second}/adopt/", reason="更新的数据")
    assert used() == second and "更新的数据" in page(boss, f"{LIST}{second}/change/")
    press(boss, f"{LIST}{second}/go_back/", reason="新版偏严")
    assert used() == first
    press(boss, f"{LIST}{first}/to_rules/", reason="先停用")
    assert used() == RULES
    told = AuditEntry.objects.filter(object_type="band_model").order_by("id").values_list("action", "reason")
    assert list(told) == [
        ("bands.adopt", "好过规则表"), ("bands.adopt", "更新的数据"), ("bands.adopt", "新版偏严"),
        ("bands.rules", "先停用"),
    ]  # fmt: skip


def test_who_only_reads_adopts_nothing() -> None:
    model_id = stored(T0)
    for n, role in enumerate((Role.AUDITOR, Role.FINANCE, Role.REVIEWER)):
        who = sitting("ops", f"reads{n}", role)
        shown = page(who, f"{LIST}{model_id}/change/")
        assert "模型卡" in shown and "/adopt/" not in shown
        press(who, f"{LIST}{model_id}/adopt/", reason="我来启用")
    assert used() == RULES


def test_the_list_costs_the_same_whatever_its_length(django_assert_max_num_queries: Any) -> None:
    boss = sitting("ops", "boss", Role.OPERATOR)
    stored(T0)
    page(boss, LIST)
    for _ in range(12):
        stored(T0)
    with django_assert_max_num_queries(20):
        page(boss, LIST)
