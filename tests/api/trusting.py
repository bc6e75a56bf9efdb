"""What has to be so before an operation on trust can be carried out: secured, told of, counted, appealed."""

from collections.abc import Mapping

from tests.api.judged import SECOND
from tests.api.world import World, pay_part
from tests.trust.bands.hands import stored
from xintui.foundation.identity.contracts import SYSTEM
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Party, PartyKind
from xintui.trust.bands import facade as bands
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Signal, Subject, SubjectKind
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Facts, Holder, HolderKind, RiskClass
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import CorrectionKind
from xintui.trust.violations import contracts as violations
from xintui.trust.violations import facade as rules_broken

Ids = Mapping[str, str]
NOTE = "审计测试"


def secured(world: World) -> Ids:
    """The victim's shop has agreed to a deposit and paid it."""
    shop = Holder(HolderKind.MERCHANT, world.victim_merchant)
    made = deposits.agree(shop, RiskClass.MEDIUM, Facts(), amount_fen=200_000, in_parts=False, by=SYSTEM, now=world.now)
    pay_part(made.parts[0].id, shop, world.now)
    return {}


def leaving(world: World) -> Ids:
    """It wants it back, and a claim holds a part."""
    secured(world)
    shop = Holder(HolderKind.MERCHANT, world.victim_merchant)
    deposits.claim(shop, "dispute/2", 500, NOTE, by=SYSTEM, now=world.now)
    deposits.give_all_back(shop, by=SYSTEM, now=world.now)
    return {}


def corrected(world: World) -> Ids:
    """Somebody wants points given to the victim's promoter."""
    hers = world.ids["promoter_id"]
    asked = points.ask(
        hers, CorrectionKind.GRANT, 300, number="case-9", reason=NOTE, by=SECOND, now=world.now
    )  # fmt: skip
    return {"correction_id": asked.id}


def told_of(world: World) -> Ids:
    """Somebody says that the victim's shop broke a rule."""
    shop = violations.Subject(violations.SubjectKind.MERCHANT, world.victim_merchant)
    return {"case_id": rules_broken.report(shop, "exaggeration", NOTE, by=SYSTEM, now=world.now).id}


def spoken_of(world: World) -> Ids:
    """Somebody says that a share was a nuisance."""
    hers, link = world.ids["promoter_id"], new_id("lnk")
    said = rules_broken.hear(hers, link, "flooding", NOTE, reporter="usr9", bought=False, now=world.now)
    return {"report_id": said.id}


def broken(world: World) -> Ids:
    """And it did."""
    ids = told_of(world)
    rules_broken.confirm(ids["case_id"], NOTE, by=SECOND, now=world.now)
    return ids


def counted(world: World) -> Ids:
    """Something lowers the score of the victim's shop."""
    shop = world.victim_merchant
    today = accounting_date(world.now)
    late = Signal(shop, "late/1", "response", today, world.now, 0, 1, NOTE)
    credit.observe([late], [Subject(shop, SubjectKind.MERCHANT, today)], now=world.now)
    return {"signal_id": credit.signals(shop, indicator="response", today=today).items[0].id}


def adopted(world: World) -> Ids:
    """A model judges."""
    model_id = stored(world.now)
    bands.adopt(model_id, NOTE, by=SYSTEM, now=world.now)
    return {"model_id": model_id}


def appealed(world: World) -> Ids:
    """The victim's shop is against a decision."""
    shop = Party(PartyKind.MERCHANT, world.victim_merchant)
    filed = appeals.file(
        About.QUALITY, "qblSHOP", appellant=shop, title=NOTE, words=NOTE, by=SYSTEM, now=world.now
    )  # fmt: skip
    return {"appeal_id": filed.id}
