"""The academy over the API: nothing right is in an open paper, a live session's address is for who has a seat."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.engagement.academy.hands import DAY, DESK, HOUR, T0, course
from tests.promotion.growth.test_path import known
from tests.promotion.test_http import Caller, joined
from xintui.engagement.academy import facade
from xintui.engagement.academy.contracts import Mode, SessionDraft
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import User
from xintui.infra import clock
from xintui.promotion.promoters import facade as promoters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def still(db: Any):
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def phone() -> tuple[Caller, str]:
    """Anna's phone, and her number: she joined over the API, and stands at 700."""
    made = identity.create_user(display_name="沈安娜", login="anna", password="Tangerine-42-boats", roles=[], now=T0)
    User.objects.filter(id=made.user_id).update(openid="openid-anna")
    hers = Caller(made.user_id, identity.issue_for(made.user_id, device_name="t", now=T0).access_token)
    who = promoters.one(joined(hers, 1))
    known(who, credit=700)
    return hers, who.id


def test_an_open_paper_holds_nothing_that_is_right_and_a_finished_one_everything():
    there, (hers, _) = course(), phone()
    at = f"/promoter/academy/courses/{there.course_id}"
    status, page = hers.get(at)
    assert (status, page["standing"]["why"], page["terms"]["draw"]) == (200, "chapters", 3)
    assert "广告管理办法" not in json.dumps(page, ensure_ascii=False), "no question's source, no explanation"
    status, refused = hers.post(f"{at}/sittings")
    assert (status, refused["code"], refused["facts"]["why"]) == (409, "academy.not_yet", "chapters")
    for one in page["body"]:
        assert hers.client.post(f"/api/v1{at}/chapters/{one['key']}").status_code == 204
    status, paper = hers.post(f"{at}/sittings")
    assert status == 201 and len(paper["questions"]) == 3
    assert all((one["right"], one["why"], one["source"]) == ([], "", "") for one in paper["questions"])
    sitting = f"/promoter/academy/sittings/{paper['sitting']['id']}"
    first = paper["questions"][0]["key"]
    assert hers.post(f"{sitting}/answers", {"question": first, "chosen": [0]})[1]["answered"] == 1
    assert hers.post(f"{sitting}/answers", {"question": first, "chosen": [7]})[1]["code"] == "academy.bad_answer"
    assert hers.post(f"{sitting}/answers", {"question": "0" * 12, "chosen": [0]})[0] == 404
    assert hers.get(sitting)[1]["questions"][0]["right"] == []
    status, over = hers.post(f"{sitting}/submit")
    assert status == 200 and all(one["right"] and one["why"] and one["source"] for one in over["questions"])
    status, filed = hers.post(f"{sitting}/appeal", {"words": "第二题有歧义"})
    assert (over["sitting"]["state"], status, filed["state"]) == ("failed", 200, "open")
    assert hers.get("/me/appeals")[1]["items"][0]["about"] == "academy.sitting"


def test_the_address_of_a_live_session_is_for_whoever_has_a_seat():
    hers, _ = phone()
    draft = SessionDraft("直播课", "", Mode.LIVE, "https://live.example/1", T0 + DAY, T0 + DAY + HOUR, 5, 1)
    live = facade.plan(draft, by=DESK, now=T0)
    facade.plan(replace(draft, title="线下课", mode=Mode.SITE, place="杭州"), by=DESK, now=T0)
    status, told = hers.get("/promoter/academy/sessions")
    assert (status, told["most"], told["used"]) == (200, 1, 0)
    assert {one["session"]["title"]: one["session"]["place"] for one in told["items"]} == {
        "直播课": "",
        "线下课": "杭州",
    }
    assert hers.post(f"/promoter/academy/sessions/{live.id}/book")[1]["state"] == "booked"
    (mine,) = [one for one in hers.get("/promoter/academy/sessions")[1]["items"] if one["booking"]]
    assert mine["session"]["place"] == "https://live.example/1"
    assert hers.post(f"/promoter/academy/sessions/{live.id}/cancel")[1]["state"] == "cancelled"


def test_whoever_is_no_promoter_learns_nothing_here_and_checks_any_number():
    there = course()
    made = identity.create_user(
        display_name="客", login="guest", password="Tangerine-42-boats", roles=[(Role.BUYER, "")], now=T0
    )
    guest = Caller(made.user_id, identity.issue_for(made.user_id, device_name="t", now=T0).access_token)
    assert guest.get("/promoter/academy/courses")[0] == 403
    assert guest.post(f"/promoter/academy/courses/{there.course_id}/sittings")[0] == 403
    assert guest.get("/academy/certificates/XT202611000000000000")[1]["code"] == "academy.certificate_not_found"
