"""推客成长学院 academy: the public face."""

from xintui.engagement.academy.gate import require_certified
from xintui.engagement.academy.hearing import called_off, certificate_ending, certificate_moved
from xintui.engagement.academy.jobs import end_due, expire_due, remind_due
from xintui.engagement.academy.queries.certificates import certificates, certificates_of, credit_bp, verified
from xintui.engagement.academy.queries.courses import cards, edition, editions, published, requirements, titles
from xintui.engagement.academy.queries.exams import open_course, paper, sittings, sittings_of
from xintui.engagement.academy.queries.seats import bookings_in, bookings_of, quota, seats, session, sessions
from xintui.engagement.academy.services.certificates import withdraw
from xintui.engagement.academy.services.courses import (
    change,
    drafted,
    judge,
    lift,
    publish,
    read,
    require,
    retire,
    revise,
    write,
)
from xintui.engagement.academy.services.exams import answer, appeal, appeal_decided, sit, submit
from xintui.engagement.academy.services.forgetting import forget
from xintui.engagement.academy.services.seats import attend, book, call_off, cancel, plan

__all__ = [
    "answer", "appeal", "appeal_decided", "attend", "book", "bookings_in", "bookings_of", "call_off", "called_off",
    "cancel", "cards", "certificate_ending", "certificate_moved", "certificates", "certificates_of", "change",
    "credit_bp", "drafted", "edition", "editions", "end_due", "expire_due", "forget", "judge", "lift", "open_course",
    "paper", "plan", "publish", "published", "quota", "read", "remind_due", "require", "require_certified",
    "requirements", "retire", "revise", "seats", "session", "sessions", "sit", "sittings", "sittings_of", "submit",
    "titles", "verified", "withdraw", "write",
]  # fmt: skip
