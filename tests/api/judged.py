"""What was counted about the victim's promoter, what she broke, what she is against."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from PIL import Image

from tests.api.schooling import schooled
from tests.trust.bands.hands import stored
from xintui.commerce.concentration.models import Case as Gathered
from xintui.commerce.concentration.models import Line as GatheredLine
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.promotion.rosters import facade as rosters
from xintui.promotion.rosters.contracts import Draft as RosterDraft
from xintui.promotion.screening import facade as screening
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Party, PartyKind
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Signal, Subject, SubjectKind
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import CorrectionKind, Earned
from xintui.trust.qualification import facade as papers
from xintui.trust.qualification.contracts import Draft
from xintui.trust.qualification.contracts import Facts as PaperFacts
from xintui.trust.qualification.contracts import Holder as PaperHolder
from xintui.trust.qualification.contracts import HolderKind as PaperHolderKind
from xintui.trust.qualification.contracts import Kind as PaperKind
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
    said = world.canary("share_report")
    heard = rules_broken.hear(hers.id, "lnk1", "flooding", said, reporter="usr9", bought=False, now=world.now)
    world.ids["report_id"] = heard.id


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
    why = world.canary("correction")
    asked = points.ask(hers, CorrectionKind.GRANT, 7, number="case-1", reason=why, by=SECOND, now=world.now)
    world.ids |= {"voucher_id": made.id, "correction_id": asked.id}


def held(world: "World") -> None:
    """The victim's shop has handed in a paper with its picture; something is not accepted any more."""
    owner = Principal(world.ids["user_id"], frozenset({Role.MERCHANT_OWNER}), world.victim_merchant, "店主", 1)
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "PNG")
    scan = papers.upload(out.getvalue(), by=owner, now=world.now)
    shop = PaperHolder(PaperHolderKind.MERCHANT, world.victim_merchant)
    draft = Draft(PaperKind.DRUG_TRADE, "浙DA5710001", world.canary("licence"), files=(scan,))
    made = papers.submit(shop, draft, PaperFacts(), by=owner, now=world.now)
    blocked = papers.block(world.canary("name"), world.canary("reason"), by=SYSTEM, now=world.now)
    world.ids |= {"certificate_id": made.id, "scan_id": scan, "blocked_id": blocked}


def invited(world: "World") -> None:
    """The victim's shop keeps the victim's promoter on its list and has asked her to promote."""
    hers, shop = world.ids["promoter_id"], world.victim_merchant
    screening.refresh([hers], now=world.now)
    screening.keep(shop, hers, world.canary("candidate"), by=SYSTEM, now=world.now)
    made = screening.invite(shop, hers, world.canary("letter"), by=SYSTEM, now=world.now)
    world.ids["invite_id"] = made.id


def gathered(world: "World") -> None:
    """The after-sales of the victim's shop gather."""
    title, says = world.canary("gathered"), world.canary("figures")
    figure = {"days": 14, "count": 9, "of": 30, "rest_count": 2, "rest_of": 90, "expected_milli": 666, "chance": 1e-6,
              "against": "同店其余商品", "tested": 2}  # fmt: skip
    day, shop = accounting_date(world.now), world.victim_merchant
    row = Gathered.objects.create(
        id=new_id("csc"), about="product", merchant_id=shop, subject_id=world.ids["product_id"], title=title, says=says,
        state="open", figures=[figure], since=day, found_at=world.now, seen_on=day, version="2026-11",
        until=world.now + timedelta(days=30), detail="", decided_by="", reason="", lines=1, asked=1, held_lines=0,
        held_fen=0,
    )  # fmt: skip
    GatheredLine.objects.create(
        merchant_id=shop, case_id=row.id, order_id=world.ids["order_id"], line_id=world.ids["line_id"],
        product_id=world.ids["product_id"], promoter_id=world.ids["promoter_id"], paid_at=world.now,
        reason=world.canary("why"), added_at=world.now,
    )  # fmt: skip
    world.ids["concentration_id"] = row.id


def opened(world: "World") -> None:
    """The victim's shop has written down seats for its goods and announced nothing yet."""
    opens, shop = world.now + timedelta(days=5), world.victim_merchant
    draft = RosterDraft(world.ids["product_id"], 4, opens, opens + timedelta(days=9), world.canary("seats"))
    world.ids["roster_id"] = rosters.draft(shop, draft, by=SYSTEM, now=world.now).id


SEEDERS: list[Callable[["World"], None]] = [
    judged,
    broke,
    appealed,
    weighed,
    saved,
    held,
    invited,
    gathered,
    opened,
    schooled,
]
