"""The lives of what the academy keeps, and what they are called."""

from collections.abc import Mapping
from enum import StrEnum


class Asks(StrEnum):
    """How a question is answered: one of several, all that are right, right or wrong."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGE = "judge"


ASKS_NAMES: Mapping[Asks, str] = {Asks.SINGLE: "单选", Asks.MULTIPLE: "多选", Asks.JUDGE: "判断"}


class EditionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    REPLACED = "replaced"
    RETIRED = "retired"


EDITION_NAMES: Mapping[EditionState, str] = {
    EditionState.DRAFT: "草稿",
    EditionState.PUBLISHED: "已发布",
    EditionState.REPLACED: "已被新版代替",
    EditionState.RETIRED: "已下线",
}


class EditionVerb(StrEnum):
    PUBLISH = "publish"
    REPLACE = "replace"
    RETIRE = "retire"


class SittingState(StrEnum):
    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


SITTING_NAMES: Mapping[SittingState, str] = {
    SittingState.OPEN: "考试中",
    SittingState.PASSED: "已通过",
    SittingState.FAILED: "未通过",
}


class SittingVerb(StrEnum):
    PASS = "pass"  # noqa: S105 - a verb
    FAIL = "fail"
    REGRADE = "regrade"


class CertificateState(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


CERTIFICATE_NAMES: Mapping[CertificateState, str] = {
    CertificateState.VALID: "有效",
    CertificateState.EXPIRED: "已过期",
    CertificateState.REPLACED: "已换新证",
    CertificateState.WITHDRAWN: "已撤回",
}


class CertificateVerb(StrEnum):
    EXPIRE = "expire"
    REPLACE = "replace"
    WITHDRAW = "withdraw"


class SessionState(StrEnum):
    """Whether it has begun or is over is a matter of the clock."""

    PLANNED = "planned"
    CALLED_OFF = "called_off"


SESSION_NAMES: Mapping[SessionState, str] = {SessionState.PLANNED: "按期", SessionState.CALLED_OFF: "已取消"}


class SessionVerb(StrEnum):
    CALL_OFF = "call_off"


class BookingState(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    ABSENT = "absent"


BOOKING_NAMES: Mapping[BookingState, str] = {
    BookingState.BOOKED: "已预约",
    BookingState.CANCELLED: "已取消",
    BookingState.ATTENDED: "已到场",
    BookingState.ABSENT: "未到场",
}


class BookingVerb(StrEnum):
    CANCEL = "cancel"
    ATTEND = "attend"
    MISS = "miss"


class Mode(StrEnum):
    LIVE = "live"
    SITE = "site"


MODE_NAMES: Mapping[Mode, str] = {Mode.LIVE: "直播", Mode.SITE: "线下"}
