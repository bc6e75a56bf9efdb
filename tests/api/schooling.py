"""The academy in the world of F6: who may use it, what the victim's promoter has done there, how its acts succeed."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tests.api.who import ANYONE, PUBLIC, READERS, Verdict, only
from tests.engagement.academy.hands import CHAPTERS, DESK, DRAFT, QUESTIONS, examined
from xintui.engagement.academy import facade as academy
from xintui.engagement.academy import models
from xintui.engagement.academy.contracts import Mode, SessionDraft
from xintui.foundation.identity.contracts import Role
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters

if TYPE_CHECKING:
    from tests.api.audited import Ids, Recipe
    from tests.api.world import World

SCHOOL: Final[dict[str, Verdict]] = {
    "academy_courses": ANYONE,
    "academy_course": ANYONE,
    "academy_read": ANYONE,
    "academy_sit": ANYONE,
    "academy_sitting": ANYONE,
    "academy_answer": ANYONE,
    "academy_submit": ANYONE,
    "academy_appeal": ANYONE,
    "academy_certificates": ANYONE,
    "academy_sessions": ANYONE,
    "academy_book": ANYONE,
    "academy_cancel": ANYONE,
    "academy_verify": PUBLIC,
    "academy_editions": READERS,
    "academy_edition": READERS,
    "academy_all_sittings": READERS,
    "academy_paper": READERS,
    "academy_all_certificates": READERS,
    "academy_requirements": READERS,
    "academy_all_sessions": READERS,
    "academy_bookings": READERS,
    "academy_write": only(Role.OPERATOR),
    "academy_change": only(Role.OPERATOR),
    "academy_revise": only(Role.OPERATOR),
    "academy_publish": only(Role.OPERATOR),
    "academy_retire": only(Role.OPERATOR),
    "academy_withdraw": only(Role.OPERATOR),
    "academy_require": only(Role.OPERATOR),
    "academy_lift": only(Role.OPERATOR),
    "academy_plan": only(Role.OPERATOR),
    "academy_call_off": only(Role.OPERATOR),
    "academy_attend": only(Role.OPERATOR),
}
COURSE: Final = {"title": "广告明示", "summary": "推广前先学会标明广告", "tags": ["合规"], "chapters": CHAPTERS,
                 "questions": QUESTIONS, "terms": {"draw": 3}}  # fmt: skip
TRAINING: Final = {
    "title": "秋茶怎么讲", "mode": "site", "place": "杭州市西湖区文三路 1 号", "seats": 20,
    "starts_at": "2027-06-01T09:00:00+08:00", "ends_at": "2027-06-01T11:00:00+08:00",
}  # fmt: skip


def schooled(world: "World") -> None:
    """The victim's promoter passed an exam and has a seat; a next edition is being written; a category asks for it."""
    hers, now = promoters.one(world.ids["promoter_id"]), world.now
    first = academy.write(DRAFT, by=DESK, now=now)
    there = academy.publish(first.id, by=DESK, now=now)
    over = examined(hers, there, at=now)
    (held,) = academy.certificates_of(hers.id).items
    draft = academy.write(replace(DRAFT, title="广告明示二"), course_id=there.course_id, by=DESK, now=now)
    reason = world.canary("guarded")
    academy.require(
        "tea", there.course_id, since=accounting_date(now + timedelta(days=900)), reason=reason, by=DESK, now=now
    )
    at = now + timedelta(days=2)
    seat = academy.plan(
        SessionDraft("秋茶怎么讲", "", Mode.SITE, "杭州", at, at + timedelta(hours=2), 20), by=DESK, now=now
    )  # fmt: skip
    booked = academy.book(seat.id, hers.id, reserved=False, now=now)
    world.ids |= {
        "course_id": there.course_id, "edition_id": draft.id, "sitting_id": over.sitting.id, "award_id": held.id,
        "award": held.number, "training_id": seat.id, "booking_id": booked.id, "guarded": "tea",
        "chapter": there.chapters[0].key,
    }  # fmt: skip


def recipes(recipe: "type[Recipe]") -> "dict[str, Recipe]":
    """How each audited act of the academy is made to succeed."""
    reason = {"reason": "审计测试"}
    requires = reason | {"since": "2027-01-01"}

    def published(world: "World") -> "Ids":
        """The next edition is published, so that another one can be begun."""
        academy.publish(world.ids["edition_id"], by=DESK, now=world.now)
        return {}

    def begun(world: "World") -> "Ids":
        models.Session.objects.filter(id=world.ids["training_id"]).update(starts_at=world.now)
        return {}

    def asking(world: "World") -> "Ids":
        """The recipe's body names the course."""
        requires["course_id"] = world.ids["course_id"]
        return {}

    return {
        "academy_write": recipe("Boss", COURSE),
        "academy_change": recipe("Boss", COURSE),
        "academy_revise": recipe("Boss", first=published),
        "academy_publish": recipe("Boss", reason),
        "academy_retire": recipe("Boss", reason),
        "academy_withdraw": recipe("Boss", reason),
        "academy_require": recipe("Boss", requires, asking),
        "academy_lift": recipe("Boss", reason),
        "academy_plan": recipe("Boss", TRAINING),
        "academy_call_off": recipe("Boss", reason),
        "academy_attend": recipe("Boss", {"came": True}, begun),
    }
