"""A month's judgement: up by one when everything is there, down by one after two reviews below what keeps the stage."""

from collections.abc import Mapping

from xintui.promotion.growth.contracts import FACT_NAMES, Condition, Fact, Facts, Outcome
from xintui.promotion.growth.tables import Rules


def conditions(asked: Mapping[Fact, int], facts: Facts) -> tuple[Condition, ...]:
    return tuple(Condition(fact, FACT_NAMES[fact], facts.of(fact), needs) for fact, needs in asked.items())


def met(asked: Mapping[Fact, int], facts: Facts) -> bool:
    return all(one.met for one in conditions(asked, facts))


def judge(level: str, facts: Facts, warned: int, path: Rules) -> tuple[str, Outcome]:
    """The level after this review. `warned`: how many reviews in a row, just before this one, were below."""
    here = path.at(level)
    step = path.steps[here]
    if not met(step.keeps, facts):
        if warned + 1 < path.grace_reviews:
            return level, Outcome.WARNED
        return path.steps[here - 1].code, Outcome.DOWN
    if here + 1 < len(path.steps):
        above = path.steps[here + 1]
        if above.needs and met(above.needs, facts):
            return (level, Outcome.INVITED) if above.invited else (above.code, Outcome.UP)
    return level, Outcome.STAYS
