"""C-13: texts in versions that stay readable; who agreed to which; asked again when a new version begins."""

from dataclasses import replace
from datetime import date

import pytest

from tests.commerce.world import T0
from tests.promotion.people import promoter
from xintui.promotion.promoters import facade as promoters
from xintui.trust.agreements import facade, tables
from xintui.trust.agreements.contracts import NoSuchDocument, NotInForce
from xintui.trust.agreements.models import Acceptance


def next_version(code):
    now = facade.current(T0.date())[code]
    return replace(now, version="2027-01", clauses=(*now.clauses, "新条款"), valid_from=date(2026, 11, 10))


@pytest.fixture
def renewed(monkeypatch):
    """The privacy policy and the promoters' agreement have a new version from 10 November on."""
    rows = (*tables._all(), next_version("privacy"), next_version("promoter"))
    monkeypatch.setattr(tables, "_all", lambda: rows)


def test_what_is_in_force_and_what_was_stay_readable(renewed):
    assert set(facade.current(T0.date())) == {"user", "privacy", "promoter", "merchant"}
    assert facade.document("privacy", on=T0.date()).version == "2026-11"
    later = date(2026, 11, 10)
    assert facade.document("privacy", on=later).version == "2027-01"
    assert facade.document("privacy", "2026-11", on=later).version == "2026-11"
    assert [one.version for one in facade.versions("privacy")] == ["2027-01", "2026-11"]
    for code, version in (("nonsense", ""), ("privacy", "1999")):
        with pytest.raises(NoSuchDocument):
            facade.document(code, version, on=later)


@pytest.mark.django_db
def test_everybody_is_asked_once_and_again_when_a_new_version_begins(renewed):
    assert [one.code for one in facade.due("usr1", now=T0)] == ["user", "privacy"]
    facade.accept("usr1", "user", "2026-11", device_id="dev1", now=T0)
    for _ in range(2):
        facade.accept("usr1", "privacy", "2026-11", device_id="dev1", now=T0.replace(minute=1))
    assert facade.due("usr1", now=T0) == ()
    later = T0.replace(day=10)
    assert [(one.code, one.version) for one in facade.due("usr1", now=later)] == [("privacy", "2027-01")]
    with pytest.raises(NotInForce):
        facade.accept("usr1", "privacy", "2026-11", now=later)
    facade.accept("usr1", "privacy", "2027-01", now=later)
    assert facade.due("usr1", now=later) == ()
    kept = [(one.code, one.version, one.device) for one in facade.accepted("usr1")]
    assert kept == [("user", "2026-11", "dev1"), ("privacy", "2026-11", "dev1"), ("privacy", "2027-01", "")]


@pytest.mark.django_db
def test_the_promoters_agreement_is_one_of_them_and_joining_agrees_to_it(renewed, monkeypatch):
    from tests.promotion import people

    monkeypatch.setattr(people.promoters, "agreement", lambda: facade.document("promoter", on=T0.date()))
    who = promoter(1, at=T0)
    assert [(one.code, one.version) for one in facade.accepted(who.user_id)] == [("promoter", "2026-11")]
    assert "promoter" not in [one.code for one in facade.due(who.user_id, now=T0)]
    assert "promoter" in [one.code for one in facade.due(who.user_id, now=T0.replace(day=10))]
    assert "promoter" not in [one.code for one in facade.due("usr9", now=T0.replace(day=10))]
    assert promoters.agreement().version == "2026-11"


@pytest.mark.django_db
def test_an_acceptance_cannot_be_changed():
    from django.db import DatabaseError, transaction

    facade.accept("usr1", "user", "2026-11", now=T0)
    with pytest.raises(DatabaseError), transaction.atomic():
        Acceptance.objects.update(version="x")
