"""A category asks for a certificate. She fails, is right on appeal, sells, and a year later has to learn again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from tests.engagement.academy.hands import DESK, DRAFT, answers, course, reads
from tests.stories.cast import buyer, checkout_now, goods, paid, promoter, shop, touched, work
from tests.support.gateway import Gateway
from xintui.commerce.catalog.contracts import Product
from xintui.engagement.academy import facade as academy
from xintui.engagement.academy.contracts import CertificateNeeded, CertificateState, Edition, NotYet, SittingState
from xintui.engagement.notifications import facade as notifications
from xintui.foundation.identity.contracts import SYSTEM
from xintui.infra import clock
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, ShareLink, TargetKind
from xintui.promotion.promoters.contracts import Promoter
from xintui.trust.appeals import facade as appeals
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale


def share(who: Promoter, product: Product, channel: Channel = Channel.MOMENTS) -> ShareLink:
    """Her link, with everything that is asked before it is made."""
    with transaction.atomic():  # the wall shows nothing outside of one
        target = attribution.target(TargetKind.PRODUCT, product.id)
        return attribution.create_link(who.id, target, channel, now=clock.now())


def exam_points(who: Promoter) -> int:
    return next(one.points for one in credit.explain(who.id, Scale.CREDIT).points if one.code == "exam")


def sat(who: Promoter, there: Edition, *, right: int) -> str:
    """She sits and hands in; the sitting's number."""
    paper = academy.sit(who.id, there.course_id, now=clock.now())
    answers(who, paper, there, right=right, at=clock.now())
    academy.submit(who.id, paper.sitting.id, now=clock.now())
    work()
    return paper.sitting.id


def two_turns() -> None:
    """What the first turn's sweeps found is heard in the second."""
    work()
    work()


def test_a_category_asks_she_learns_is_wronged_and_righted_and_sells(gateway: Gateway) -> None:
    tea = goods(shop("云雾茶行"), "明前龙井", "tea", fen=300_00, stock=50)
    rice = goods(shop("山里人家"), "丝苗米", "food", fen=60_00, stock=50)
    anna, guest = promoter("安娜", 7), buyer("客人")
    work()
    there = course(replace(DRAFT, title="茶叶怎么讲"), at=clock.now())
    old = share(anna, tea)

    # From today on tea asks for it. What exists goes on, what is new does not; rice asks for nothing.
    today = accounting_date(clock.now())
    academy.require("tea", there.course_id, since=today, reason="食品广告", by=DESK, now=clock.now())
    with pytest.raises(CertificateNeeded, match="茶叶怎么讲"):
        share(anna, tea, Channel.GROUP)
    assert share(anna, rice).code
    touched(old, guest)
    bought = paid(gateway, guest, (tea, 1))
    assert checkout_now(bought.id).orders[0].lines[0].promoter_id == anna.id

    # She reads, fails, may not try again at once, and says that a question was wrong. A human agrees.
    reads(anna, there, at=clock.now())
    began = exam_points(anna)
    failed = sat(anna, there, right=1)
    with pytest.raises(NotYet) as soon:
        academy.sit(anna.id, there.course_id, now=clock.now())
    assert (soon.value.why, exam_points(anna)) == ("wait", began)
    filed = academy.appeal(anna.id, failed, "多选题第一项有歧义", by=SYSTEM, now=clock.now())
    gateway.clock(hours=20)
    appeals.decide(filed.id, True, "题目有歧义，改为通过", by=DESK, now=clock.now())
    work()
    assert academy.paper(failed, anna.id).sitting.state is SittingState.PASSED
    assert exam_points(anna) == began + 5
    assert share(anna, tea, Channel.GROUP).code
    told = [one.title for one in notifications.mine(anna.user_id).items]
    assert "《茶叶怎么讲》证书已颁发" in told

    # Nearly a year later she is told; the year ends, and with it what it brought.
    gateway.clock(hours=24 * 340)
    two_turns()
    assert "《茶叶怎么讲》证书快到期" in [one.title for one in notifications.mine(anna.user_id).items]
    assert share(anna, tea, Channel.GROUP).code
    gateway.clock(hours=24 * 30)
    two_turns()
    assert academy.certificates_of(anna.id).items[0].state is CertificateState.EXPIRED
    assert exam_points(anna) == began
    with pytest.raises(CertificateNeeded):
        share(anna, tea, Channel.GROUP)

    renews(anna, there, tea, began)


def renews(anna: Promoter, there: Edition, tea: Product, began: int) -> None:
    """What she read is still read: she sits, passes, and goes on."""
    renewed = sat(anna, there, right=3)
    assert academy.paper(renewed, anna.id).sitting.state is SittingState.PASSED
    assert exam_points(anna) == began + 5 and share(anna, tea, Channel.GROUP).code
    held = academy.certificates_of(anna.id).items[0]
    assert held.expires_at - clock.now() > timedelta(days=360)
    assert credit.audit()[1] == []
