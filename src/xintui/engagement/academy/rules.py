"""The lives of what the academy keeps; what is drawn, what is right, who may sit down, how long a certificate holds."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from xintui.engagement.academy.contracts import (
    Asks,
    BadAnswer,
    BadCourse,
    BadSession,
    BookingState,
    BookingVerb,
    CertificateState,
    CertificateVerb,
    Chapter,
    CourseDraft,
    EditionState,
    EditionVerb,
    Question,
    SessionDraft,
    SessionState,
    SessionVerb,
    SittingState,
    SittingVerb,
    Standing,
    Terms,
)
from xintui.kernel.states import Flow
from xintui.kernel.times import SHANGHAI, accounting_date

EDITION_FLOW: Final[Flow[EditionState, EditionVerb]] = Flow(
    {
        (EditionState.DRAFT, EditionVerb.PUBLISH): EditionState.PUBLISHED,
        (EditionState.DRAFT, EditionVerb.RETIRE): EditionState.RETIRED,
        (EditionState.PUBLISHED, EditionVerb.REPLACE): EditionState.REPLACED,
        (EditionState.PUBLISHED, EditionVerb.RETIRE): EditionState.RETIRED,
    }
)
SITTING_FLOW: Final[Flow[SittingState, SittingVerb]] = Flow(
    {
        (SittingState.OPEN, SittingVerb.PASS): SittingState.PASSED,
        (SittingState.OPEN, SittingVerb.FAIL): SittingState.FAILED,
        (SittingState.FAILED, SittingVerb.REGRADE): SittingState.PASSED,
    }
)
CERTIFICATE_FLOW: Final[Flow[CertificateState, CertificateVerb]] = Flow(
    {
        (CertificateState.VALID, CertificateVerb.EXPIRE): CertificateState.EXPIRED,
        (CertificateState.VALID, CertificateVerb.REPLACE): CertificateState.REPLACED,
        (CertificateState.VALID, CertificateVerb.WITHDRAW): CertificateState.WITHDRAWN,
    }
)
SESSION_FLOW: Final[Flow[SessionState, SessionVerb]] = Flow(
    {(SessionState.PLANNED, SessionVerb.CALL_OFF): SessionState.CALLED_OFF}
)
BOOKING_FLOW: Final[Flow[BookingState, BookingVerb]] = Flow(
    {
        (BookingState.BOOKED, BookingVerb.CANCEL): BookingState.CANCELLED,
        (BookingState.BOOKED, BookingVerb.ATTEND): BookingState.ATTENDED,
        (BookingState.BOOKED, BookingVerb.MISS): BookingState.ABSENT,
        (BookingState.ATTENDED, BookingVerb.MISS): BookingState.ABSENT,
        (BookingState.ABSENT, BookingVerb.ATTEND): BookingState.ATTENDED,
    }
)
WHOLE_BP: Final = 10_000
NO_EXAM: Final = -1
"""Of the credit indicator: as if there had never been a certificate."""
SENTENCES: Final = {
    "chapters": "请先读完全部章节",
    "open": "上一次考试还在进行，请先交卷",
    "wait": "未通过后需间隔一段时间再考",
    "day": "今天的考试次数已用完，明天再来",
    "certified": "证书有效期还长，到期前 30 天可以再考",
}
RENEW: Final = timedelta(days=30)
"""So long before its end a certificate may be renewed."""


def key_of(*parts: str) -> str:
    """A chapter or question is known by what it says."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _dealt(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}/{key}".encode()).hexdigest()


def drawn(questions: Sequence[Question], n: int, seed: str) -> tuple[str, ...]:
    """The keys of `n` of them, in the paper's order; the same seed draws the same paper for ever."""
    return tuple(sorted((one.key for one in questions), key=lambda key: _dealt(seed, key))[:n])


def order(question: Question, seed: str) -> tuple[int, ...]:
    """Where each option of the paper stands in the bank. Right and wrong keep their order."""
    places = range(len(question.options))
    if question.asks is Asks.JUDGE:
        return tuple(places)
    return tuple(sorted(places, key=lambda n: _dealt(seed, f"{question.key}/{n}")))


def chosen(question: Question, seed: str, picked: Collection[int]) -> list[int]:
    """What was picked on the paper, as places of the bank. Raises `BadAnswer`."""
    places = order(question, seed)
    unfit = any(not 0 <= n < len(places) for n in picked) or len(set(picked)) != len(picked)
    if not picked or unfit or (question.asks is not Asks.MULTIPLE and len(picked) != 1):
        raise BadAnswer(question.key)
    return sorted(places[n] for n in picked)


def right(questions: Sequence[Question], answers: Mapping[str, Sequence[int]]) -> int:
    """How many are wholly right; what was not answered is not."""
    return sum(frozenset(answers.get(one.key, ())) == one.right for one in questions)


def needed(asked: int, pass_bp: int) -> int:
    """How many must be right, rounded up: 80 % of 5 is 4, of 6 it is 5."""
    return -(-asked * pass_bp // WHOLE_BP)


def standing(
    *, unread: int, open_sitting: bool, failed_at: datetime | None, sat_today: int, certified_until: datetime | None,
    terms: Terms, now: datetime,
) -> Standing:  # fmt: skip
    """Whether one may sit down; the first thing in the way is told, with when it is over."""
    left = max(terms.per_day - sat_today, 0)
    if open_sitting:
        return Standing("open", None, left)
    if certified_until is not None and certified_until - now > RENEW:
        return Standing("certified", certified_until - RENEW, left)
    if unread:
        return Standing("chapters", None, left)
    if not left:
        midnight = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
        return Standing("day", midnight + timedelta(days=1), 0)
    if failed_at is not None and now < (again := failed_at + timedelta(hours=terms.wait_hours)):
        return Standing("wait", again, left)
    return Standing("", None, left)


def expires(issued: datetime, months: int) -> datetime:
    """So many months on, on the same day or the last of that month, at the end of that day in Shanghai."""
    day = issued.astimezone(SHANGHAI)
    count = day.month - 1 + months
    first = day.replace(
        year=day.year + count // 12, month=count % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day)) + timedelta(days=1)


def last_day(expires_at: datetime) -> date:
    """The last day on which it holds: it ends with that day."""
    return accounting_date(expires_at - timedelta(microseconds=1))


def worth(certificates: int, steps_bp: Sequence[int]) -> int:
    """What the indicator 考试与证书 stands at with so many valid certificates."""
    return steps_bp[min(certificates, len(steps_bp)) - 1] if certificates else NO_EXAM


def check_course(
    draft: CourseDraft, chapters: Sequence[Chapter], questions: Sequence[Question], *, most: int
) -> None:  # fmt: skip
    """Raises `BadCourse`, with what to mend."""
    if not 2 <= len(draft.title.strip()) <= 40:
        raise BadCourse("名称应有 2 到 40 个字")
    if not 4 <= len(draft.summary.strip()) <= 200:
        raise BadCourse("简介应有 4 到 200 个字")
    if len(draft.tags) > 5 or any(not 1 <= len(tag) <= 12 for tag in draft.tags):
        raise BadCourse("标签最多 5 个，每个不超过 12 个字")
    if not 1 <= len(chapters) <= 30:
        raise BadCourse("应有 1 到 30 个章节")
    if len({one.key for one in chapters}) != len(chapters):
        raise BadCourse("有两个内容相同的章节")
    if len({one.key for one in questions}) != len(questions):
        raise BadCourse("有两道内容相同的题目")
    if len(questions) > most:
        raise BadCourse(f"题库最多 {most} 题")
    if not 1 <= draft.terms.draw <= len(questions):
        raise BadCourse(f"每次抽 {draft.terms.draw} 题，题库只有 {len(questions)} 题")
    _check_terms(draft.terms)


def _check_terms(terms: Terms) -> None:
    limits = (
        ("时限（分钟）", terms.minutes, 1, 180), ("及格线（万分比）", terms.pass_bp, 5_000, WHOLE_BP),
        ("未通过后间隔（小时）", terms.wait_hours, 0, 168), ("每日次数", terms.per_day, 1, 10),
        ("证书有效期（月）", terms.valid_months, 1, 36),
    )  # fmt: skip
    for what, value, least, most in limits:
        if not least <= value <= most:
            raise BadCourse(f"{what}应在 {least} 到 {most} 之间")


def check_session(draft: SessionDraft, now: datetime) -> None:
    """Raises `BadSession`, with what to mend."""
    if not 2 <= len(draft.title.strip()) <= 60:
        raise BadSession("名称应有 2 到 60 个字")
    if not 2 <= len(draft.place.strip()) <= 200:
        raise BadSession("请写明地点或直播链接")
    if not now < draft.starts_at < draft.ends_at:
        raise BadSession("开始时间应在现在之后、结束时间之前")
    if not 1 <= draft.seats <= 10_000:
        raise BadSession("名额应在 1 到 10000 之间")
    if not 0 <= draft.reserved <= draft.seats:
        raise BadSession("预留名额不能多于总名额")
    if not 0 <= draft.hold_hours <= 240:
        raise BadSession("预留应在开始前 0 到 240 小时放开")
