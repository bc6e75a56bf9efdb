"""The domain's judgement: which band, how much, in which parts, what it allows, what goes back which way."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from xintui.kernel.states import Flow
from xintui.trust.deposits.contracts import Facts, HolderKind, Quote, RiskClass, Scheduled, State, Step, Verb
from xintui.trust.deposits.tables import Rule, Terms

FLOW: Final[Flow[State, Verb]] = Flow(
    {
        (State.OPEN, Verb.LEAVE): State.LEAVING,
        (State.LEAVING, Verb.STAY): State.OPEN,
        (State.LEAVING, Verb.EMPTY): State.CLOSED,
    }
)
WHOLE_BP: Final = 10_000


def band(facts: Facts, rules: Sequence[Rule]) -> Rule:
    """The first rule that fits; the last one has no condition. A band handed down counts before all but `always`."""
    fits = (rule for rule in rules if all(_holds(facts, *bound) for bound in rule.bounds))
    if facts.band is None:
        return next(fits)
    return next((rule for rule in fits if rule.always), Rule(facts.band, facts.band_says, ()))


def _holds(facts: Facts, name: str, side: str, bound: int) -> bool:
    value: int = getattr(facts, name)
    return value >= bound if side == "min" else value <= bound


def quote(kind: HolderKind, risk_class: RiskClass, facts: Facts, terms: Terms, today: date) -> Quote:
    """What this class of goods asks of this holder today. Low risk asks nothing, of anybody."""
    rule = band(facts, terms.bands)
    tier = 0 if risk_class is RiskClass.LOW else terms.tiers_fen[kind][risk_class][rule.band]
    amount = tier * (WHOLE_BP - facts.relief_bp) // WHOLE_BP
    return Quote(
        kind=kind,
        risk_class=risk_class,
        band=rule.band,
        band_says=rule.says,
        tier_fen=tier,
        amount_fen=amount,
        instalments=instalments(amount, terms, today, facts.gap_days) if amount else (),
        steps=steps(amount, terms) if amount else (),
        version=terms.version,
        facts=facts,
    )


def instalments(amount_fen: int, terms: Terms, today: date, gap_days: int = 0) -> tuple[Scheduled, ...]:
    """The parts. Each brings what is paid to its share of the whole, rounded down as `steps` asks for it.

    `gap_days`: so many days lie between two, where that is more than the terms ask for.
    """
    parts, share, before = [], 0, 0
    for n, (share_bp, days) in enumerate(terms.instalments):
        share += share_bp
        due = today + timedelta(days=max(days, n * gap_days))
        parts.append(Scheduled(amount_fen * share // WHOLE_BP - before, due))
        before += parts[-1].amount_fen
    return tuple(parts)


def steps(target_fen: int, terms: Terms) -> tuple[Step, ...]:
    """How much has to be there for how many goods."""
    return tuple(Step(target_fen * share // WHOLE_BP, goods) for share, goods in terms.quota)


def quota(paid_fen: int, target_fen: int, terms: Terms) -> int | None:
    """How many goods of the class may be promoted at once with so much there; None: without limit."""
    reached = [step.goods for step in steps(target_fen, terms) if paid_fen >= step.paid_fen]
    return reached[-1] if reached else 0


def take(wanted_fen: int, parts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Which parts a return comes out of: in the order given, each as far as it goes."""
    taken = []
    for part, fen in parts:
        now = min(fen, wanted_fen)
        if now > 0:
            taken.append((part, now))
            wanted_fen -= now
    return taken


def offset_most(  # noqa: PLR0917 - a formula
    part_fen: int, target_fen: int, pledged: int, room: int, share_bp: int, free: int
) -> int:
    """How many points may stand for part of this part: what is asked, what credit allows of the whole (at most half),
    what has as much cash beside it, what there is.
    """
    allowed = target_fen * min(share_bp, WHOLE_BP // 2) // WHOLE_BP - pledged
    return max(0, min(part_fen, allowed, room, free))


def rank(risk_class: RiskClass) -> int:
    """Higher covers lower: who stands good for jewels may promote glasses."""
    return list(RiskClass).index(risk_class)
