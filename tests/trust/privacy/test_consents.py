"""F-04: consent by purpose and version, withdrawn as easily as given, and what rests on it ends."""

import pytest
from django.db import DatabaseError, transaction

from tests.commerce.world import T0
from tests.promotion.people import promoter
from xintui.engagement.notifications import facade as notifications
from xintui.engagement.notifications.models import Consent as Permission
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.infra.outbox import facade as outbox
from xintui.promotion.promoters import facade as promoters
from xintui.trust.privacy import facade
from xintui.trust.privacy.contracts import ConsentRequired, Ground, NotAsked, UnknownPurpose
from xintui.trust.privacy.models import Consent

pytestmark = pytest.mark.django_db


def test_every_purpose_says_what_why_and_how_long():
    found = [one.purpose for one in facade.standings("usr1", now=T0)]
    assert [one.code for one in found] == [
        "account", "sharing", "order", "tax_report", "promoter_identity", "payee", "wechat_message", "follow_up",
    ]  # fmt: skip
    for one in found:
        assert one.law and one.retention and one.data
        assert bool(one.effect) == (one.ground in {Ground.CONSENT, Ground.SEPARATE, Ground.REFUSABLE})
    assert [one.given for one in facade.standings("usr1", now=T0)] == [
        None,
        None,
        None,
        None,
        False,
        False,
        False,
        True,
    ]


def test_giving_and_withdrawing_are_rows_that_nobody_changes():
    facade.decide("usr1", "payee", given=True, device_id="dev1", now=T0)
    facade.decide("usr1", "payee", given=True, now=T0)
    facade.decide("usr1", "payee", given=False, now=T0)
    facade.decide("usr1", "wechat_message", given=False, now=T0)  # was never given
    assert [(one.purpose, one.given, one.version, one.device_id) for one in facade.history("usr1")] == [
        ("payee", False, "2026-11", ""),
        ("payee", True, "2026-11", "dev1"),
    ]
    assert not facade.allows("usr1", "payee")
    for act in (lambda: Consent.objects.update(given=True), Consent.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_what_may_be_refused_goes_on_until_somebody_refuses_even_without_ever_having_agreed():
    facade.decide("usr1", "follow_up", given=False, now=T0)
    facade.decide("usr1", "follow_up", given=False, now=T0)
    assert [(one.purpose, one.given) for one in facade.history("usr1")] == [("follow_up", False)]
    assert [one.given for one in facade.standings("usr1", now=T0)][-1] is False
    assert facade.refused(["usr1", "usr2"], "follow_up") == {"usr1"}
    facade.decide("usr1", "follow_up", given=True, now=T0)
    assert [one.given for one in facade.standings("usr1", now=T0)][-1] is True


def test_what_does_not_rest_on_consent_cannot_be_withdrawn():
    with pytest.raises(NotAsked):
        facade.decide("usr1", "order", given=False, now=T0)
    with pytest.raises(UnknownPurpose):
        facade.decide("usr1", "nonsense", given=True, now=T0)
    with pytest.raises(ConsentRequired):
        facade.require("usr1", "payee", now=T0)
    facade.decide("usr1", "payee", given=True, now=T0)
    facade.require("usr1", "payee", now=T0)


@pytest.mark.parametrize("purpose", ["promoter_identity", "payee"])
def test_without_the_consent_a_promoter_counts_no_longer(purpose):
    who = promoter(1)
    facade.decide(who.user_id, purpose, given=True, now=T0)
    facade.decide(who.user_id, purpose, given=False, now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert promoters.one(who.id).state == "suspended"
    assert promoters.history(who.id)[-1].note == "撤回个人信息同意"


def test_withdrawing_wechat_messages_ends_what_was_allowed(monkeypatch):
    monkeypatch.setenv("XINTUI_WECHAT_TEMPLATES", "order_shipped=T1")
    notifications.allow("usr1", {"T1": True}, device_id="dev1", now=T0)
    assert facade.allows("usr1", "wechat_message")
    facade.decide("usr1", "wechat_message", given=False, now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert Permission.objects.get(user_id="usr1").left == 0
