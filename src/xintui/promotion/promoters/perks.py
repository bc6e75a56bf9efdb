"""权益: what a promoter's credit and level bring, asked by whoever gives it."""

from collections.abc import Collection, Mapping
from datetime import date

from xintui.promotion.promoters import models
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Perk, Standing


def standings(promoter_ids: Collection[str]) -> dict[str, Standing]:
    """What benefits are derived from, of those that exist; two queries. Who is not active has no level."""
    rows = models.Promoter.objects.filter(id__in=promoter_ids).values_list("id", "level", "state")
    scores = credit.scores(promoter_ids, Scale.CREDIT)
    return {
        one: Standing(scores[one].score if one in scores else 0, level if state == "active" else "")
        for one, level, state in rows
    }


def perks(promoter_ids: Collection[str], *, today: date) -> dict[str, Mapping[Perk, int]]:
    """What each benefit is worth to each of these promoters, 0 where it is nothing; two queries."""
    found = standings(promoter_ids)
    return {one: points.worth(points.benefits(standing, today=today)) for one, standing in found.items()}
