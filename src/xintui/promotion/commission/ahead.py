"""限时规则 that count or will count: read off the published versions, as everybody may (电子商务法第三十四条)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from xintui.promotion.commission import judgement, plans
from xintui.promotion.commission.contracts import SHOP, PlanVersion, Rule, Season
from xintui.promotion.commission.models import CommissionPlan
from xintui.promotion.commission.pages import names_of


def seasons_ahead(*, now: datetime) -> list[Season]:
    """Every limited-time rule from now on with the time in which it really counts, the next to begin first.

    A later plan may end one early or keep it: what counts is which versions decide, one after the other.
    """
    found = CommissionPlan.objects.filter(books=SHOP)
    current = found.filter(in_force_from__lte=now).order_by("-in_force_from")[:1]
    rows = [*current, *found.filter(in_force_from__gt=now).order_by("in_force_from")]
    decides = {one.in_force_from: one for one in map(plans.as_version, rows)}  # of one moment the newest
    spans = _spans([decides[begins] for begins in sorted(decides)])
    names = names_of(rule for rule, _, _ in spans)
    made = [
        Season(rule.id, _says(rule, names), rule.match, rule.rate_bp, rule.cap_fen, since, until)
        for rule, since, until in spans
        if until is None or until > now
    ]
    return sorted(made, key=lambda one: (one.since, one.rule_id))


def _says(rule: Rule, names: Mapping[str, str]) -> str:
    """What it is for; that it is timed everything here is."""
    return judgement.rule_name(replace(rule, valid_from=None, valid_to=None), names)


def _spans(versions: Sequence[PlanVersion]) -> list[tuple[Rule, datetime, datetime | None]]:
    """(rule, from, until) of each run of versions that has the rule."""
    found: list[tuple[Rule, datetime, datetime | None]] = []
    running: dict[Rule, int] = {}
    for n, one in enumerate(versions):
        end = versions[n + 1].in_force_from if n + 1 < len(versions) else None
        timed = [rule for rule in one.plan.rules if rule.valid_from or rule.valid_to]
        running = {rule: place for rule, place in running.items() if rule in timed}
        for rule in timed:
            until = min(filter(None, (end, rule.valid_to)), default=None)
            if rule in running:
                known = found[running[rule]]
                found[running[rule]] = (rule, known[1], until)
                continue
            running[rule] = len(found)
            begins = max(filter(None, (one.in_force_from, rule.valid_from)))
            found.append((rule, begins, until))
    return found
