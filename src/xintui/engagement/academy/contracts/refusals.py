"""What the academy says no with."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(eq=False)
class CourseNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "academy.course_not_found"
    says: ClassVar[str] = "没有找到课程 {course_id}"

    course_id: str


@dataclass(eq=False)
class BadCourse(DomainError):
    code: ClassVar[str] = "academy.bad_course"
    says: ClassVar[str] = "课程不能保存：{reason}"

    reason: str


@dataclass(eq=False)
class EditionFrozen(DomainError):
    """It has been read and examined: what people learned must stay readable as it was."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.edition_frozen"
    says: ClassVar[str] = "发布过的版本不能修改，请新建一版"

    edition_id: str


@dataclass(eq=False)
class DraftExists(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.draft_exists"
    says: ClassVar[str] = "这门课程已有一份草稿，请先发布或继续修改它"

    course_id: str


@dataclass(eq=False)
class NoSuchChapter(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "academy.no_such_chapter"
    says: ClassVar[str] = "课程已更新，请重新打开"

    chapter: str


@dataclass(eq=False)
class NotYet(DomainError):
    """What is in the way of sitting down: `why` is the code, `at` when it is over."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.not_yet"
    says: ClassVar[str] = "暂不能考试：{sentence}"

    why: str
    sentence: str
    at: datetime | None


@dataclass(eq=False)
class SittingNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "academy.sitting_not_found"
    says: ClassVar[str] = "没有找到这次考试"

    sitting_id: str


@dataclass(eq=False)
class SittingOver(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.sitting_over"
    says: ClassVar[str] = "考试已结束，不能再作答"

    sitting_id: str


@dataclass(eq=False)
class BadAnswer(DomainError):
    code: ClassVar[str] = "academy.bad_answer"
    says: ClassVar[str] = "这道题没有这样的选项"

    question: str


@dataclass(eq=False)
class NotAppealable(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.not_appealable"
    says: ClassVar[str] = "只有未通过的考试可以申诉"

    sitting_id: str


@dataclass(eq=False)
class CertificateNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "academy.certificate_not_found"
    says: ClassVar[str] = "没有这张证书，请核对编号"

    number: str


@dataclass(eq=False)
class CertificateNeeded(DomainError):
    """Goods of this category ask for the certificate of a course before one makes a link to them."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.certificate_needed"
    says: ClassVar[str] = "推广「{category_name}」类商品前，需先在推客学院通过《{title}》的考试"

    category: str
    category_name: str
    course_id: str
    title: str


@dataclass(eq=False)
class UnknownCategory(DomainError):
    code: ClassVar[str] = "academy.unknown_category"
    says: ClassVar[str] = "没有类目「{category}」，或它还没有考试要求"

    category: str


@dataclass(eq=False)
class SessionNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "academy.session_not_found"
    says: ClassVar[str] = "没有找到培训场次 {session_id}"

    session_id: str


@dataclass(eq=False)
class BadSession(DomainError):
    code: ClassVar[str] = "academy.bad_session"
    says: ClassVar[str] = "场次不能保存：{reason}"

    reason: str


@dataclass(eq=False)
class SessionClosed(DomainError):
    """Called off, or it has begun."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.session_closed"
    says: ClassVar[str] = "这场培训已开始或已取消，不能预约"

    session_id: str


@dataclass(eq=False)
class SessionFull(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.session_full"
    says: ClassVar[str] = "名额已约满"

    session_id: str


@dataclass(eq=False)
class QuotaUsed(DomainError):
    """预留名额: so many a month by the benefit 培训名额, none without it."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.quota_used"
    says: ClassVar[str] = "预留名额每月 {most} 次，当月已用完"

    most: int


@dataclass(eq=False)
class AlreadyBooked(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.already_booked"
    says: ClassVar[str] = "你已经预约了这场培训"

    session_id: str


@dataclass(eq=False)
class TooLate(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.too_late"
    says: ClassVar[str] = "开始前 {hours} 小时内不能再取消"

    hours: int


@dataclass(eq=False)
class BookingNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "academy.booking_not_found"
    says: ClassVar[str] = "没有找到这次预约"

    booking_id: str


@dataclass(eq=False)
class NotBegun(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "academy.not_begun"
    says: ClassVar[str] = "培训开始后 {days} 天内才能登记到场"

    days: int
