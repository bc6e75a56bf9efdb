"""T-08: a shop asks, a promoter answers; a cap a day, one open invitation each, blocks that nobody can see."""

from datetime import timedelta

import pytest

from tests.commerce.world import goods, shop
from tests.promotion.screening.hands import NOW, TODAY, anna, hide, see
from xintui.commerce.catalog import facade as catalog
from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.identity.models import AuditEntry
from xintui.foundation.ledger.models import LedgerMove
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.kernel.states import NoSuchMove
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.screening import facade, models
from xintui.promotion.screening.contracts import (
    AlreadyInvited,
    DailyCapReached,
    InvitationNotFound,
    InvitationOver,
    LeadsOutside,
    NotFound,
    NotInvitable,
    NotOnSale,
    ShortlistFull,
    State,
    TooMany,
)
from xintui.trust.compliance.contracts import CopyRefused

pytestmark = pytest.mark.django_db
WORDS = "我们家的龙井适合您的客户，想请您一起推广。"
TERMS = facade.terms(TODAY)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def still(db):
    clock.set_for_story(NOW)
    yield
    clock.set_for_story(None)


def her(n=1):
    who = anna(n)
    see(who)
    return who


def invite(merchant_id, who, at=NOW, words=WORDS, product_id=""):
    return facade.invite(merchant_id, who.id, words, product_id=product_id, by=SYSTEM, now=at)


def answered(made, who, accept=True, at=NOW):
    return facade.answer(made.id, who.id, accept=accept, by=SYSTEM, now=at)


def test_a_shop_asks_she_accepts_both_are_told_and_nothing_is_paid():
    house, who = shop("明前茶行"), her()
    tea = goods(house, "明前龙井", ("250 克", 100_00, 5))
    outbox.deliver_all(SUBSCRIPTIONS)
    before = LedgerMove.objects.count()
    made = invite(house.id, who, product_id=tea.id)
    assert (made.state, made.merchant_name, made.product_title, made.name) == (
        State.OPEN, "明前茶行", "明前龙井", "张**"
    )  # fmt: skip
    assert made.expires_at == NOW + TERMS.invitation_days * DAY
    outbox.deliver_all(SUBSCRIPTIONS)
    (told,) = [one for one in notifications.mine(who.user_id).items if "邀请" in one.title]
    assert (told.title, told.page) == ("明前茶行 邀请您推广", "/promoter/invitations")
    done = answered(made, who)
    assert (done.state, done.answered_at) == (State.ACCEPTED, NOW)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert next(one.title for one in notifications.of_shop(house.id).items) == "张** 接受了推广邀请"
    assert [one.id for one in facade.invitations(merchant_id=house.id).items] == [made.id]
    assert facade.invitations(merchant_id="mch01OTHER").items == ()
    assert LedgerMove.objects.count() == before
    actions = list(AuditEntry.objects.filter(object_id=made.id).order_by("id").values_list("action", flat=True))
    assert actions == ["screening.invite", "screening.accept"]


def test_one_open_invitation_each_and_the_next_when_it_is_over():
    who = her()
    first = invite("mch1", who)
    with pytest.raises(AlreadyInvited):
        invite("mch1", who)
    assert invite("mch2", who).state is State.OPEN
    facade.withdraw(first.id, "mch1", by=SYSTEM, now=NOW)
    second = invite("mch1", who)
    with pytest.raises(NoSuchMove):
        answered(first, who)
    answered(second, who, accept=False)
    third = invite("mch1", who)
    later = third.expires_at
    with pytest.raises(InvitationOver):
        answered(third, who, at=later)
    assert invite("mch1", who, at=later).state is State.OPEN, "who did not answer may be asked again"
    states = [one.state for one in facade.invitations(merchant_id="mch1").items]
    assert states == [State.OPEN, State.EXPIRED, State.DECLINED, State.WITHDRAWN]
    assert facade.sent_today("mch1", now=NOW) == (3, TERMS.invitations_a_day)


def test_an_invitation_that_was_refused_by_a_rule_costs_nothing_of_the_day():
    who = her()
    invite("mch1", who)
    with pytest.raises(AlreadyInvited):
        invite("mch1", who)
    assert facade.sent_today("mch1", now=NOW) == (1, TERMS.invitations_a_day)


def test_so_many_a_day_and_again_the_next():
    people = [her(n) for n in range(1, TERMS.invitations_a_day + 2)]
    for who in people[:-1]:
        invite("mch1", who)
    with pytest.raises(DailyCapReached):
        invite("mch1", people[-1])
    assert invite("mch2", people[-1]) and invite("mch1", people[-1], at=NOW + DAY)


def test_sweeping_ends_what_nobody_answered_as_of_its_own_time():
    made = invite("mch1", her())
    assert facade.expire_due(now=made.expires_at - timedelta(seconds=1)) == 0
    assert facade.expire_due(now=made.expires_at + DAY) == 1
    over = facade.invitation(made.id, merchant_id="mch1")
    assert (over.state, over.answered_at) == (State.EXPIRED, made.expires_at)


def test_who_blocks_a_shop_or_all_is_asked_by_nobody_and_both_refusals_read_alike():
    who, other = her(1), her(2)
    facade.block(who.id, "mch1", by=SYSTEM, now=NOW)
    facade.block(who.id, "mch1", by=SYSTEM, now=NOW)
    hide(other, invitable=False)
    refusals = []
    for one in (who, other):
        with pytest.raises(NotInvitable) as refusal:
            invite("mch1", one)
        refusals.append((str(refusal.value), refusal.value.facts))
    assert refusals[0] == refusals[1]
    assert invite("mch2", who)
    assert [key for key, _ in facade.blocked(who.id)] == ["mch1"]
    facade.unblock(who.id, "mch1", by=SYSTEM)
    assert invite("mch1", who)


def test_nobody_who_cannot_be_found_can_be_asked_listed_or_compared():
    who = her()
    hide(who, listed=False)
    for act in (
        lambda: invite("mch1", who),
        lambda: facade.keep("mch1", who.id, "", by=SYSTEM, now=NOW),
        lambda: facade.compare([who.id], today=TODAY),
        lambda: facade.compare(["pro01NOBODY"], today=TODAY),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize(
    "words",
    [
        "加我微信 tea_888 详谈",
        "请打 138 0013 8000",
        "微信号: longjing88",
        "看 https://example.com/a",
        "call 13800138000",
    ],
)
def test_a_letter_leads_nowhere_else(words):
    with pytest.raises(LeadsOutside):
        invite("mch1", her(), words=words)


def test_a_letter_keeps_to_the_words_that_sharing_keeps_to():
    with pytest.raises(CopyRefused):
        invite("mch1", her(), words="邀请三个好友加入就能领奖金")


def test_only_the_shops_own_goods_on_sale():
    house, other, who = shop("明前茶行"), shop("别家"), her()
    theirs = goods(other, "别家的", ("1", 100_00, 5))
    ours = goods(house, "自家的", ("1", 100_00, 5))
    catalog.unlist_product(house.id, ours.id, actor="x", now=NOW)
    for product in (theirs.id, ours.id, "prd01NONE"):
        with pytest.raises(NotOnSale):
            invite(house.id, who, product_id=product)


def test_an_invitation_is_answered_by_whom_it_is_to_and_withdrawn_by_whose_it_is():
    who, other = her(1), her(2)
    made = invite("mch1", who)
    with pytest.raises(InvitationNotFound):
        answered(made, other)
    with pytest.raises(InvitationNotFound):
        facade.withdraw(made.id, "mch2", by=SYSTEM, now=NOW)
    with pytest.raises(InvitationNotFound):
        facade.invitation(made.id, promoter_id=other.id)


def test_a_list_is_a_shops_own_with_its_notes_and_shows_everybody_as_she_is_seen_now():
    who, other = her(1), her(2)
    facade.keep("mch1", who.id, "会讲茶", by=SYSTEM, now=NOW)
    facade.keep("mch1", other.id, "", by=SYSTEM, now=NOW + DAY)
    facade.keep("mch1", who.id, "很会讲茶", by=SYSTEM, now=NOW + DAY)
    hide(other, listed=False)
    rows = facade.shortlist("mch1").items
    assert [(one.promoter_id, one.note, one.profile is None) for one in rows] == [
        (other.id, "", True), (who.id, "很会讲茶", False)
    ]  # fmt: skip
    assert facade.shortlist("mch2").items == ()
    assert facade.listed_of("mch1", [who.id, "pro01NOBODY"]) == {who.id}
    facade.let_go("mch1", other.id, by=SYSTEM)
    facade.let_go("mch1", other.id, by=SYSTEM)
    assert models.Shop.objects.get(merchant_id="mch1").listed == 1


def test_a_list_has_an_end():
    who = her()
    models.Shop.objects.create(merchant_id="mch1", listed=TERMS.shortlist, allowed=TERMS.shortlist)
    with pytest.raises(ShortlistFull):
        facade.keep("mch1", who.id, "", by=SYSTEM, now=NOW)
    assert facade.shortlist("mch1").items == ()


def test_up_to_five_side_by_side_with_source_and_day_of_every_field():
    people = [her(n) for n in range(1, 7)]
    found = facade.compare([one.id for one in people[:2]], today=TODAY)
    assert [one.promoter_id for one, _ in found] == [people[0].id, people[1].id]
    for _, shown in found:
        assert len(shown) == 18 and all(one.field.source and one.as_of == TODAY for one in shown)
        assert {one.says for one in shown if one.value is None} == {"—"}
    with pytest.raises(TooMany):
        facade.compare([one.id for one in people], today=TODAY)


def test_a_file_says_what_the_page_says_and_that_it_was_taken_is_on_record():
    who, other = her(1), her(2)
    hide(other, "graph", listed=False)
    text = facade.export(
        "mch1", facade.parse(["tenure_days:100.."], "-service", facade.fields(TODAY)), by=SYSTEM, now=NOW
    )
    head, row = text.removeprefix("\ufeff").splitlines()
    assert head.startswith("推客号,名称,已缴保证金,") and head.endswith(",截至")
    assert row.startswith(f"{who.id},张**,—,—,") and row.endswith("2026-11-29")
    line = AuditEntry.objects.get(action="screening.export")
    assert line.after == {"rows": 1, "filters": ["tenure_days:100.."]}


def test_who_was_suspended_is_found_by_nobody_after_the_next_sweep():
    who = her()
    facade.refresh_due(now=NOW)
    promoters.suspend(who.id, reason="own_request", actor="ops", now=NOW)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert facade.refresh_due(now=NOW) == 1
    assert facade.standing(now=NOW).listed == 0
