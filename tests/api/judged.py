"""What was counted about the victim's promoter, what she broke, what she is against."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.trust.bands.hands import stored
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Party, PartyKind
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Signal, Subject, SubjectKind
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Earned
from xintui.trust.violations import contracts as violations
from xintui.trust.violations import facade as rules_broken

SECOND = Principal("usr01SECOND", frozenset({Role.REVIEWER}), None, "", 0)

if TYPE_CHECKING:
    from tests.api.world import World


def judged(world: "World") -> None:
    """Something was counted about the victim's promoter."""
    hers, today = world.ids["promoter_id"], accounting_date(world.now)
    lowers = Signal(hers, "refused/1", "payouts", today, world.now, 0, 1, world.canary("violation"))
    credit.observe([lowers], [Subject(hers, SubjectKind.PROMOTER, today)], now=world.now)
    world.ids |= {"subject_id": hers, "signal_id": credit.signals(hers, today=today).items[0].id}


def broke(world: "World") -> None:
    """The victim's promoter broke a rule, as somebody verified."""
    hers = violations.Subject(violations.SubjectKind.PROMOTER, world.ids["promoter_id"])
    evidence, reason = world.canary("evidence"), world.canary("reason")
    case = rules_broken.report(hers, "undisclosed", evidence, by=SYSTEM, now=world.now)
    rules_broken.confirm(case.id, reason, by=SECOND, now=world.now)
    world.ids["case_id"] = case.id


def appealed(world: "World") -> None:
    """The victim's promoter is against a decision."""
    hers = Party(PartyKind.PROMOTER, world.ids["promoter_id"])
    title, words = world.canary("decision"), world.canary("appeal")
    filed = appeals.file(About.CREDIT, "sig1", appellant=hers, title=title, words=words, by=SYSTEM, now=world.now)
    world.ids["appeal_id"] = filed.id


def weighed(world: "World") -> None:
    """A model that nobody has adopted, and what is said of it."""
    world.ids["model_id"] = stored(world.now, says=world.canary("label"))


def saved(world: "World") -> None:
    """The victim's promoter has points, and a tool for some of them."""
    hers, today = world.ids["promoter_id"], accounting_date(world.now)
    earned = Earned(hers, "sales/2026-10", "sales", 5_000, today, world.canary("earning"))
    points.earn([earned], now=world.now)
    made = points.redeem(hers, "appeal_fast", points=600, by=SYSTEM, now=world.now)
    world.ids["voucher_id"] = made.id


SEEDERS: list[Callable[["World"], None]] = [judged, broke, appealed, weighed, saved]
