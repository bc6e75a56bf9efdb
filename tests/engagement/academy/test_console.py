"""The desk: a course is typed, checked, published; what a category asks; a training with the list of who came."""

from datetime import timedelta
from typing import Any

import pytest

from tests.engagement.academy.hands import CHAPTERS, DRAFT, HOUR, QUESTIONS, T0, anna, course, examined, training
from tests.promotion.commission.test_console import sitting
from tests.promotion.test_consoles import press
from xintui.commerce.catalog import facade as catalog
from xintui.engagement.academy import facade
from xintui.engagement.academy.contracts import BookingState, CertificateState, EditionState, SessionState
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import clock, tenancy

pytestmark = pytest.mark.django_db
TYPED = {
    "title": "广告明示", "summary": "推广前先学会标明广告", "tags": "合规，必修", "chapters": CHAPTERS,
    "questions": QUESTIONS, "draw": 3, "minutes": 10, "pass_percent": 80, "wait_hours": 2, "per_day": 3,
    "valid_months": 12,
}  # fmt: skip


@pytest.fixture(autouse=True)
def still(settings: Any):
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def boss():
    return sitting("ops", "boss", Role.OPERATOR)


def post(client, path, **given):
    with tenancy.as_nobody():
        answer = client.post(path, given, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def look(client, path):
    with tenancy.as_nobody():
        answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_course_is_typed_checked_kept_published_and_written_anew():
    desk = boss()
    wrong = post(desk, "/ops/academy/new/", **TYPED | {"questions": "问答 为什么？"}, verb="look")
    assert "第 1 题：第一行应是" in wrong and facade.editions().items == ()
    shown = post(desk, "/ops/academy/new/", **TYPED, verb="look")
    assert "推客会看到" in shown and "题库 3 题，格式正确" in shown and facade.editions().items == ()
    page = post(desk, "/ops/academy/new/", **TYPED, verb="keep")
    assert "已保存为草稿" in page and "能治高血压" in page
    (draft,) = facade.editions().items
    assert (draft.tags, draft.terms.pass_bp) == (("合规", "必修"), 8_000)
    form = look(desk, f"/ops/academy/edit/{draft.id}/")
    assert "单选 广告标识放在哪里？" in form
    post(desk, f"/ops/academy/edit/{draft.id}/", **TYPED | {"title": "广告明示规范"}, verb="keep")
    press(desk, f"/ops/academy/edition/{draft.id}/publish/", reason="首期")
    assert facade.published(draft.course_id).title == "广告明示规范"
    assert "发布过的版本不能修改" in post(desk, f"/ops/academy/edit/{draft.id}/", **TYPED, verb="keep")
    press(desk, f"/ops/academy/edition/{draft.id}/again/")
    assert [one.state for one in facade.editions().items] == [EditionState.DRAFT, EditionState.PUBLISHED]
    press(desk, f"/ops/academy/edition/{draft.id}/retire/", reason="不再需要")
    assert facade.edition(draft.id).state is EditionState.RETIRED


def test_whoever_only_reads_writes_nothing():
    auditor = sitting("ops", "audit", Role.AUDITOR)
    there = course()
    assert "广告明示" in look(auditor, "/ops/academy/edition/")
    with tenancy.as_nobody():
        for page in ("new", "require", "plan", f"edit/{there.id}"):
            assert auditor.get(f"/ops/academy/{page}/").status_code == 403
        assert press(auditor, f"/ops/academy/edition/{there.id}/retire/", reason="试试看") == 403
    assert facade.edition(there.id).state is EditionState.PUBLISHED


def test_a_category_is_made_to_ask_and_let_go():
    catalog.set_category("tea", "茶叶")
    there, desk = course(), boss()
    page = post(
        desk, "/ops/academy/require/", category="tea", course_id=there.course_id, since="2026-12-06", reason="食品广告"
    )
    assert "已设置" in page and "茶叶" in page and "广告明示" in page
    assert [one.category for one in facade.requirements()] == ["tea"]
    press(desk, "/ops/academy/requirement/tea/lift/", reason="改为提醒")
    assert facade.requirements() == ()
    assert AuditEntry.objects.filter(action="academy.lift").get().reason == "改为提醒"


def test_an_exam_is_read_with_its_answers_and_a_certificate_withdrawn():
    there, who, desk = course(), anna(), boss()
    over = examined(who, there, right=2)
    page = look(desk, f"/ops/academy/sitting/{over.sitting.id}/change/")
    assert "2 / 3" in page and "解析：" in page and "（所选）" in page
    (held,) = facade.certificates_of(who.id).items
    assert held.number in look(desk, "/ops/academy/certificate/")
    press(desk, f"/ops/academy/certificate/{held.id}/withdraw/", reason="核实为代考")
    assert facade.certificates_of(who.id).items[0].state is CertificateState.WITHDRAWN


def test_a_training_is_planned_who_came_is_ticked_and_the_list_leaves_as_csv():
    desk, who, other = boss(), anna(1), anna(2)
    given = {"title": "直播课", "says": "", "mode": "live", "place": "https://live.example/1",
             "starts_at": "2026-12-01T19:30", "minutes": 90, "seats": 20, "reserved": 21, "hold_hours": 24}  # fmt: skip
    assert "预留名额不能多于总名额" in post(desk, "/ops/academy/plan/", **given)
    assert "已安排" in post(desk, "/ops/academy/plan/", **given | {"reserved": 2})
    (there,) = facade.sessions(now=T0).items
    assert (there.starts_at.isoformat(), there.ends_at - there.starts_at) == (
        "2026-12-01T11:30:00+00:00", timedelta(minutes=90),
    )  # fmt: skip
    mine = [facade.book(there.id, one.id, reserved=False, now=T0).id for one in (who, other)]
    assert "2 / 20" in look(desk, f"/ops/academy/session/{there.id}/change/")
    clock.set_for_story(there.starts_at + HOUR)
    ticked = {"_selected_action": [mine[0]], "index": 0}
    post(desk, f"/ops/academy/booking/?q={there.id}", action="came", **ticked)
    assert [one.state for one in facade.bookings_in(there.id).items] == [BookingState.BOOKED, BookingState.ATTENDED]
    with tenancy.as_nobody():
        file = desk.post("/ops/academy/booking/", {"action": "export_csv", "_selected_action": mine, "index": 0})
    assert "已到场" in file.content.decode("utf-8-sig") and "直播课" in file.content.decode("utf-8-sig")


def test_a_training_is_called_off_from_its_page():
    there, desk = training(), boss()
    press(desk, f"/ops/academy/session/{there.id}/call_off/", reason="讲师生病")
    assert facade.session(there.id, now=T0).state is SessionState.CALLED_OFF
    assert DRAFT.title == "广告明示"
