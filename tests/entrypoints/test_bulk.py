"""Many rows at once: told beforehand what will happen, told afterwards what did, and each row on its own."""

from typing import Any

import pytest
from django.test import Client

from tests.commerce.test_consoles import sitting
from tests.commerce.world import T0, goods, shop
from tests.promotion.money import earn
from tests.promotion.people import promoter
from xintui.commerce.catalog import facade as catalog
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.foundation.payments import models as payment_rows
from xintui.infra import clock, tenancy
from xintui.infra.outbox import models as outbox_rows
from xintui.kernel.ids import new_id
from xintui.promotion.payouts import facade as payouts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Any:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def pick(client: Client, path: str, action: str, ids: list[str], **more: str) -> str:
    with tenancy.as_nobody():
        answer = client.post(path, {"action": action, "index": "0", "_selected_action": ids, **more})
    assert answer.status_code == 200, answer.headers
    return answer.content.decode()


def test_the_preview_names_who_will_be_refused_and_why_and_changes_nothing() -> None:
    tea = shop("云雾茶行")
    one, two = (goods(tea, title, ("50g", 6_800, 10)) for title in ("明前龙井", "雨前龙井"))
    catalog.unlist_product(tea.id, two.id, actor="x", now=T0)
    client, page = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id), "/merchant/catalog/product/"
    before = AuditEntry.objects.count(), outbox_rows.OutboxEvent.objects.count()
    seen = pick(client, page, "unlist_many", [one.id, two.id])
    assert "试算，尚未办理" in seen and "确认批量下架 1 条" in seen
    assert seen.index("会被拒绝") < seen.index("雨前龙井") < seen.index("明前龙井")
    assert catalog.get(one.id).state == "on_shelf"
    assert (AuditEntry.objects.count(), outbox_rows.OutboxEvent.objects.count()) == before

    made = pick(client, page, "unlist_many", [one.id, two.id], _bulk="do", reason="换季", _form_submitted="true")
    assert "已办理" in made and "未办理" in made
    assert catalog.get(one.id).state == "off_shelf"
    lines = AuditEntry.objects.filter(action="catalog.shelf").values_list("object_id", "reason")
    assert list(lines) == [(one.id, "换季")]  # one line an object, none for who was refused


def test_without_a_reason_nothing_is_done() -> None:
    tea = shop("云雾茶行")
    one = goods(tea, "明前龙井", ("50g", 6_800, 10))
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    seen = pick(client, "/merchant/catalog/product/", "unlist_many", [one.id], _bulk="do", _form_submitted="true")
    assert "尚未办理" in seen and catalog.get(one.id).state == "on_shelf"


def test_a_form_that_decides_is_filled_before_the_preview() -> None:
    bill = payment_rows.Bill.objects.create(
        id=new_id("bil"), psp="wechat", day=T0.date(), sha1="0" * 40, lines=1, paid_fen=1, refunded_fen=0, fee_fen=0,
        imported_at=T0,
    )  # fmt: skip
    found = [
        payment_rows.Difference.objects.create(
            id=new_id("dif"),
            bill=bill,
            psp="wechat",
            day=T0.date(),
            kind="amount",
            subject_kind="payment",
            number=f"pay{n}",
            detail="少一分",
            found_at=T0,
        )
        for n in range(2)
    ]
    client, page = sitting("ops", "money", Role.FINANCE), "/ops/payments/difference/"
    ids, given = [one.id for one in found], {"owner": "小周", "reason": "月末清理", "_form_submitted": "true"}
    asked = pick(client, page, "assign_many", ids)
    assert "填写后先预览" in asked and "处理人" in asked and "逐条结果" not in asked
    seen = pick(client, page, "assign_many", ids, _bulk="preview", **given)
    assert "确认批量指派 2 条" in seen and 'name="owner" value="小周"' in seen
    assert {one.state for one in payment_rows.Difference.objects.all()} == {"open"}
    pick(client, page, "assign_many", ids, _bulk="do", **given)
    assert {one.owner for one in payment_rows.Difference.objects.all()} == {"小周"}


def test_withdrawals_are_added_up_and_four_eyes_stay_two_people() -> None:
    asked = []
    for n in (1, 2):
        who = promoter(n).id
        earn(who, 10_000_00)
        asked.append(payouts.request(who, 5_000_00 + n, now=T0).id)
    first = sitting("ops", "money", Role.FINANCE)
    second = sitting("ops", "money2", Role.FINANCE)
    page, given = "/ops/payouts/withdrawal/", {"_bulk": "do", "reason": "核对无误", "_form_submitted": "true"}
    seen = pick(first, page, "propose_many", asked)
    assert "可办理金额" in seen and "¥10,000.03" in seen
    pick(first, page, "propose_many", asked, **given)
    own = pick(first, page, "approve_many", asked, **given)
    assert own.count("未办理") >= 2 and {payouts.get(one).state.value for one in asked} == {"review"}
    pick(second, page, "approve_many", asked, **given)
    assert {payouts.get(one).state.value for one in asked} == {"approved"}
    trail = AuditEntry.objects.filter(action__startswith="payouts.").values_list("action", "object_id")
    assert sorted(trail) == sorted((f"payouts.{verb}", one) for verb in ("propose", "approve") for one in asked)


def test_another_shops_goods_another_role_and_a_followed_link_do_nothing() -> None:
    tea, fruit = shop("云雾茶行"), shop("阳光果园")
    theirs = goods(fruit, "苹果", ("5斤", 3_990, 9))
    owner = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    service = sitting("merchant", "service", Role.MERCHANT_SERVICE, fruit.id)
    given = {"_bulk": "do", "reason": "换季", "_form_submitted": "true"}
    with tenancy.as_nobody():
        for client in (owner, service):
            wish = {"action": "unlist_many", "index": "0", "_selected_action": [theirs.id], **given}
            said = client.post("/merchant/catalog/product/", wish, follow=True).content.decode()
            assert "已办理" not in said and "可办理" not in said.replace("没有选中可办理的记录", "")
            client.get("/merchant/catalog/product/", wish)
    assert catalog.get(theirs.id).state == "on_shelf"


def test_a_list_is_done_in_portions() -> None:
    from xintui.infra.console import bulk

    tea = shop("云雾茶行")
    for n in range(3):
        goods(tea, f"龙井{n}", ("50g", 6_800, 10))
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    old, bulk.MAX_ROWS = bulk.MAX_ROWS, 2  # type: ignore[misc]
    try:
        with tenancy.as_nobody():
            wish = {"action": "unlist_many", "index": "0", "select_across": "1", "_selected_action": ["x"]}
            answer = client.post("/merchant/catalog/product/", wish, follow=True)
        assert "一次最多办理 2 条" in answer.content.decode()
    finally:
        bulk.MAX_ROWS = old  # type: ignore[misc]
