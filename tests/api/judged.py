"""What was counted about the victim's promoter, what she broke, what she is against."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from xintui.foundation.identity.contracts import SYSTEM
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Party, PartyKind
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Subject, SubjectKind
from xintui.trust.violations import contracts as violations
from xintui.trust.violations import facade as rules_broken

if TYPE_CHECKING:
    from tests.api.world import World


def judged(world: "World") -> None:
    """Something was counted about the victim's promoter."""
    hers, today = world.ids["promoter_id"], accounting_date(world.now)
    credit.observe([], [Subject(hers, SubjectKind.PROMOTER, today)], now=world.now)
    credit.record(hers, "violations", 3, world.canary("violation"), by=SYSTEM, now=world.now)
    world.ids |= {"subject_id": hers, "signal_id": credit.signals(hers, today=today).items[0].id}


def broke(world: "World") -> None:
    """The victim's promoter broke a rule, as somebody verified."""
    hers = violations.Subject(violations.SubjectKind.PROMOTER, world.ids["promoter_id"])
    evidence, reason = world.canary("evidence"), world.canary("reason")
    case = rules_broken.report(hers, "undisclosed", evidence, by=SYSTEM, now=world.now)
    rules_broken.confirm(case.id, reason, by=SYSTEM, now=world.now)
    world.ids["case_id"] = case.id


def appealed(world: "World") -> None:
    """The victim's promoter is against a decision."""
    hers = Party(PartyKind.PROMOTER, world.ids["promoter_id"])
    title, words = world.canary("decision"), world.canary("appeal")
    filed = appeals.file(About.CREDIT, "sig1", appellant=hers, title=title, words=words, by=SYSTEM, now=world.now)
    world.ids["appeal_id"] = filed.id


SEEDERS: list[Callable[["World"], None]] = [judged, broke, appealed]
