"""Real connections against each other: the cap of a day, one open invitation, the list's end, hiding beside a sweep."""

import pytest
from django.db import transaction

from tests.promotion.commission.test_races import together
from tests.promotion.conftest import committed  # noqa: F401
from tests.promotion.screening.hands import NOW, anna, find, hide, placed, see
from xintui.foundation.identity.contracts import SYSTEM
from xintui.infra import tenancy
from xintui.promotion.screening import facade, models
from xintui.promotion.screening.contracts import AlreadyInvited, DailyCapReached, Invitation, ShortlistFull, State

WORDS = "我们家的龙井适合您的客户，想请您一起推广。"
CAP = 30
LIST = 200


@pytest.fixture(autouse=True)
def _real(committed: str):  # noqa: F811
    with tenancy.as_platform():
        yield


def invite(who, merchant_id="mch1"):
    return lambda: facade.invite(merchant_id, who.id, WORDS, by=SYSTEM, now=NOW)


def made_so(model, **row):
    with transaction.atomic():  # the wall shows and takes nothing outside of one
        model.objects.create(**row)


def looked(question):
    with transaction.atomic():
        return question()


def people(count):
    made = [anna(n) for n in range(1, count + 1)]
    facade.refresh([one.id for one in made], now=NOW)
    return made


def test_the_last_three_of_a_day_go_to_three_of_eight():
    made = people(8)
    made_so(models.Day, merchant_id="mch1", day=NOW.date(), sent=CAP - 3, allowed=CAP)
    answers = together(*(invite(one) for one in made))
    assert sum(isinstance(one, Invitation) for one in answers) == 3
    assert sum(isinstance(one, DailyCapReached) for one in answers) == 5
    assert looked(lambda: models.Day.objects.get().sent) == CAP
    assert looked(models.Invitation.objects.count) == 3


@pytest.mark.parametrize("round_", range(3))
def test_the_same_promoter_eight_times_at_once_is_one_open_invitation(round_):
    (who,) = people(1)
    answers = together(*[invite(who)] * 8)
    assert sum(isinstance(one, Invitation) for one in answers) == 1
    assert sum(isinstance(one, AlreadyInvited) for one in answers) == 7
    assert looked(models.Invitation.objects.filter(state=State.OPEN).count) == 1
    assert looked(lambda: models.Day.objects.get().sent) == 1


def test_yes_no_and_withdrawn_at_once_is_one_of_them():
    (who,) = people(1)
    made = invite(who)()
    answers = together(
        lambda: facade.answer(made.id, who.id, accept=True, by=SYSTEM, now=NOW),
        lambda: facade.answer(made.id, who.id, accept=False, by=SYSTEM, now=NOW),
        lambda: facade.withdraw(made.id, "mch1", by=SYSTEM, now=NOW),
    )
    assert sum(isinstance(one, Invitation) for one in answers) == 1


def test_two_places_left_on_a_list_for_six():
    made = people(6)
    made_so(models.Shop, merchant_id="mch1", listed=LIST - 2, allowed=LIST)
    answers = together(*(lambda one=one: facade.keep("mch1", one.id, "", by=SYSTEM, now=NOW) for one in made))
    assert sum(one is None for one in answers) == 2
    assert sum(isinstance(one, ShortlistFull) for one in answers) == 4
    assert looked(lambda: models.Shop.objects.get().listed) == LIST


@pytest.mark.parametrize("round_", range(5))
def test_who_hides_while_everybody_is_counted_again_is_hidden(round_):
    made = people(4)
    for one in made:
        placed(one, 5000)
        see(one)
    ids = [one.id for one in made]
    together(
        lambda: facade.refresh(ids, now=NOW),
        lambda: hide(made[0], "graph"),
        lambda: facade.refresh(ids, now=NOW),
        lambda: hide(made[1], listed=False),
        lambda: facade.rebuild(now=NOW),
    )
    assert {one.promoter_id for one in find("graph:known")} == {made[2].id, made[3].id}
    assert {one.promoter_id for one in find()} == {made[0].id, made[2].id, made[3].id}
    assert [row.graph for row in models.Profile.objects.filter(promoter_id__in=ids[:2])] == [None, None]
