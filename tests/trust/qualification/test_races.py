"""Two reviewers at one paper, one owner with two hands, two sweeps at once: each paper is decided once."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from tests.promotion.commission.test_races import together
from tests.promotion.conftest import committed  # noqa: F401
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.infra import tenancy
from xintui.infra.outbox.models import OutboxEvent
from xintui.kernel.states import NoSuchMove
from xintui.trust.qualification import facade, models
from xintui.trust.qualification.contracts import BadCertificate, Draft, Facts, Holder, HolderKind, Kind, State

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
SHOP = Holder(HolderKind.MERCHANT, "mch00000001")


@pytest.fixture(autouse=True)
def _real(committed: str):  # noqa: F811
    with tenancy.as_platform():
        yield


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    return out.getvalue()


def hand_in(kind: Kind = Kind.COSMETIC_MAKING, number: str = "粤妆20160344"):
    return facade.submit(SHOP, Draft(kind, number, "测试主体有限公司"), Facts(), by=SYSTEM, now=NOW)


def reviewer(n: int) -> Principal:
    return Principal(f"usrREVIEWER{n}", frozenset({Role.REVIEWER}), None, f"审核 {n}", 1)


def test_two_reviewers_decide_once_and_one_event_leaves() -> None:
    made = hand_in()

    def decide(n: int):
        return lambda: facade.decide(made.id, n % 2 == 0, "看过了", by=reviewer(n), now=NOW)

    answers = together(*(decide(n) for n in range(6)))
    won = [one for one in answers if not isinstance(one, Exception)]
    assert len(won) == 1 and sum(isinstance(one, NoSuchMove) for one in answers) == 5, answers
    kept = facade.one(made.id)
    assert (kept.state, kept.decided_by) == (won[0].state, won[0].decided_by)
    assert OutboxEvent.objects.filter(topic="qualification.moved").count() == 1


def test_two_hands_that_submit_the_same_kind_leave_one_waiting() -> None:
    answers = together(*(hand_in for _ in range(4)))
    assert sum(isinstance(one, BadCertificate) for one in answers) == 3, answers
    assert models.Certificate.objects.filter(state=State.REVIEW).count() == 1


def test_two_shops_that_bring_one_number_at_once_do_not_both_pass_by_rule() -> None:
    scans = [facade.upload(picture(), by=reviewer(n), now=NOW) for n in range(4)]

    def bring(n: int):
        holder = Holder(HolderKind.MERCHANT, f"mch0000001{n}")
        draft = Draft(Kind.BUSINESS, "91350100M000100Y43", "测试主体有限公司", files=(scans[n],))
        return lambda: facade.submit(holder, draft, Facts(), by=reviewer(n), now=NOW)

    answers = together(*(bring(n) for n in range(4)))
    assert sorted(one.state for one in answers) == ["passed", "review", "review", "review"], answers


def test_two_sweeps_expire_a_paper_once() -> None:
    made = hand_in()
    facade.decide(made.id, True, "看过了", by=reviewer(1), now=NOW)
    models.Certificate.objects.filter(id=made.id).update(expires_on=datetime(2026, 11, 1, tzinfo=UTC).date())
    answers = together(*(lambda: facade.expire_due(now=NOW) for _ in range(3)))
    assert sorted(answers) == [0, 0, 1], answers
    assert facade.one(made.id).state is State.EXPIRED
