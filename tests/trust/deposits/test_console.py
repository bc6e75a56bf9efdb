"""保证金 at both consoles: a shop agrees, pays, takes it back; the desk gives back what nobody else can."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.commerce.world import shop
from tests.promotion.commission.test_console import PASSWORD, sitting
from tests.promotion.test_consoles import press
from tests.trust.deposits.hands import DAY, T0, arrived, not_refunded, now
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity.contracts import SYSTEM, Role
from xintui.foundation.identity.models import AuditEntry
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Channel
from xintui.infra import clock, tenancy
from xintui.infra.outbox import facade as outbox
from xintui.trust.appeals import facade as appeals
from xintui.trust.deposits import facade
from xintui.trust.deposits.contracts import Facts, Holder, HolderKind, PartState, ReturnState, RiskClass, State

pytestmark = pytest.mark.django_db
PAGE = "/merchant/deposit/"


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Iterator[None]:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


@pytest.fixture
def tea() -> Holder:
    return Holder(HolderKind.MERCHANT, shop("云雾茶行").id)


def ask(client: Client, path: str, sent: dict[str, str] | None = None) -> str:
    with tenancy.as_nobody():
        answer = client.get(path, follow=True) if sent is None else client.post(path, sent, follow=True)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def test_a_shop_sees_what_it_would_cost_agrees_and_takes_it_back(tea: Holder) -> None:
    owner = sitting("merchant", "chafang", Role.MERCHANT_OWNER, tea.id)
    page = ask(owner, PAGE)
    assert "还没有保证金" in page and "低风险商品：不需要保证金" in page and "¥2,000.00" in page and "¥4,000.00" in page
    agree = {"verb": "agree", "class": "medium", "fen": "199999", "parts": "1"}
    assert "应缴金额有变化，请按最新金额重新确认" in ask(owner, PAGE, agree)
    page = ask(owner, PAGE, agree | {"fen": "200000"})
    assert "分期 1" in page and "¥680.00" in page and "微信支付缴纳" not in page  # no gateway is set up here
    (first, *_) = now(tea).parts
    payment = facade.pay(first.id, tea, openid="o", channel="h5", psp="wechat", now=T0)  # type: ignore[arg-type]
    facade.paid([arrived(payment)])
    page = ask(owner, PAGE)
    assert "¥680.00" in page and "已缴" in page and "提高到这一等级" in page
    assert "已申请退还" in ask(owner, PAGE, {"verb": "return"})
    assert now(tea).state is State.LEAVING
    assert {part.state for part in now(tea).parts[1:]} == {PartState.CANCELLED}


@pytest.mark.parametrize(
    "sent",
    [
        {"verb": "agree", "class": "medium", "fen": "viel"},
        {"verb": "agree", "class": "", "fen": "1"},
        {"verb": "pay", "part": "\x00"},
        {"verb": "pay", "part": "dpt1", "method": "bitcoin"},
    ],
)
def test_what_no_button_sends_is_refused_in_a_sentence(tea: Holder, sent: dict[str, str]) -> None:
    owner = sitting("merchant", "chafang", Role.MERCHANT_OWNER, tea.id)
    assert "请求无效，请从本页的按钮操作" in ask(owner, PAGE, sent)


def test_only_who_may_touch_the_shops_money_comes_here(tea: Holder) -> None:
    goods = sitting("merchant", "cangku", Role.MERCHANT_GOODS, tea.id)
    with tenancy.as_nobody():
        assert goods.get(PAGE).status_code == 403


def test_the_desk_reads_a_deposit_like_a_file_and_gives_back_what_the_gateway_refused(tea: Holder) -> None:
    owner = sitting("merchant", "chafang", Role.MERCHANT_OWNER, tea.id)
    ask(owner, PAGE, {"verb": "agree", "class": "medium", "fen": "200000"})
    (part,) = now(tea).parts
    payment = facade.pay(part.id, tea, openid="o", channel="h5", psp="wechat", now=T0)  # type: ignore[arg-type]
    facade.paid([arrived(payment)])
    ask(owner, PAGE, {"verb": "return"})
    (back,) = now(tea).returns
    assert payments.refund(back.id).amount_fen == 200_000
    facade.refused([not_refunded(back)])
    desk = sitting("ops", "caiwu", Role.FINANCE)
    listed = ask(desk, "/ops/deposits/deposit/")
    assert "云雾茶行" in listed and "¥2,000.00" in listed and "退还中" in listed
    told = ask(desk, f"/ops/deposits/deposit/{now(tea).id}/change/")
    assert "全额 1" in told and "人工退还中" in told and "账户注销" in told and "资料还不多，按一般情况" in told
    assert "没有扣留过保证金" not in told and "没有扣留，全部金额随时可退" in told
    assert "待人工退还的保证金" in ask(desk, "/ops/")
    clock.set_for_story(T0 + DAY)
    reference = "ICBC-20261102-1"
    press(desk, f"/ops/deposits/return/{back.id}/record/", reason="渠道退款失败", reference=reference, proof=PASSWORD)
    assert now(tea).returns[0].state is ReturnState.DONE and now(tea).state is State.CLOSED
    with tenancy.as_platform():
        line = AuditEntry.objects.filter(action="deposits.return_by_desk").get()
    assert (line.after["reference"], line.reason) == (reference, "渠道退款失败")


def test_a_shop_asks_for_the_band_that_would_be_right_and_a_granted_appeal_lowers_the_quote(tea: Holder) -> None:
    owner = sitting("merchant", "chafang", Role.MERCHANT_OWNER, tea.id)
    page = ask(owner, PAGE)
    assert "风险档 C" in page and "资料还不多，按一般情况" in page and 'value="D"' not in page and "¥2,000.00" in page
    said = {"verb": "appeal", "asked": "A", "words": "开业十年的老店，另附营业执照"}
    assert "请求无效" in ask(owner, PAGE, said | {"words": "不"}) and appeals.appeals().items == ()
    assert "当前是 C 档，只能申请更低风险的档位" in ask(owner, PAGE, said | {"asked": "D"})
    assert "已提交，由人在 72 小时内答复" in ask(owner, PAGE, said)
    (filed,) = appeals.appeals().items
    assert (filed.title, filed.appellant.id) == ("保证金风险档 C，申请改为 A", tea.id)
    appeals.decide(filed.id, True, "核对了营业执照", by=SYSTEM, now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    page = ask(owner, PAGE)
    assert "申诉成立，由人核定为 A 档" in page and "¥1,000.00" in page and "¥2,000.00 " not in page


def test_the_books_show_what_is_held_and_how_many_points_may_stand_beside_it(tea: Holder) -> None:
    made = facade.agree(tea, RiskClass.MEDIUM, Facts(), amount_fen=200_000, in_parts=False, by=SYSTEM, now=T0)
    payment = facade.pay(made.parts[0].id, tea, openid="o", channel=Channel.H5, psp="wechat", now=T0)
    facade.paid([arrived(payment)])
    facade.claim(tea, "dispute/1", 30_000, "投诉", by=SYSTEM, now=T0)
    boss = sitting("ops", "boss", Role.OPERATOR)
    assert "¥300.00" in ask(boss, "/ops/ledger/holdpage/")
    moves = ask(boss, "/ops/ledger/movepage/")
    assert "¥2,000.00" in moves and "200,000 积分" in moves
    rooms = ask(boss, "/ops/ledger/ledgeraccount/?q=offset.room")
    assert "积分抵扣额度" in rooms and "200,000 积分" in rooms
