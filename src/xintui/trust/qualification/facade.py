"""资质 qualification: the public face."""

from xintui.trust.qualification.jobs import check_due, expire_due, remind_due
from xintui.trust.qualification.queries import (
    barred,
    certificates,
    file,
    how_many_wait,
    in_force,
    lacking,
    needs,
    of,
    one,
    require_for_shelf,
    require_promoter,
    waiting,
    whole_number,
)
from xintui.trust.qualification.rules.life import says
from xintui.trust.qualification.rules.numbers import TITLES, check, compact, complete, guess, nearest
from xintui.trust.qualification.services.deciding import (
    appeal,
    appeal_decided,
    block,
    decide,
    lift_block,
    look_again,
    withdraw,
)
from xintui.trust.qualification.services.files import upload
from xintui.trust.qualification.services.leaving import forget
from xintui.trust.qualification.services.submitting import submit
from xintui.trust.qualification.tables import catalogue

__all__ = [
    "TITLES", "appeal", "appeal_decided", "barred", "block", "catalogue", "certificates", "check", "check_due",
    "compact", "complete", "decide", "expire_due", "file", "forget", "guess", "how_many_wait", "in_force",
    "lacking", "lift_block", "look_again", "nearest", "needs", "of", "one", "remind_due", "require_for_shelf",
    "require_promoter", "says", "submit", "upload", "waiting", "whole_number", "withdraw",
]  # fmt: skip
