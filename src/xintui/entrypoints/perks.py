"""What trust brings whom: a shop by its score, a promoter by credit and level; asked where it takes effect."""

from collections.abc import Mapping
from datetime import date

from xintui.promotion.promoters import facade as promoters
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale
from xintui.trust.deposits.contracts import Holder, HolderKind
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Perk


def shop_worth(merchant_id: str, today: date) -> Mapping[Perk, int]:
    """What each of a shop's benefits is worth, by its shop score."""
    score = credit.scores([merchant_id], Scale.SHOP).get(merchant_id)
    worth = dict.fromkeys(Perk, 0)
    return worth | dict(points.worth(points.shop_benefits(score.score if score else 0, today=today)))


def offset_share(holder: Holder, today: date) -> int:
    """How much of a deposit points may stand for, in basis points, as credit or shop score bring it."""
    if holder.kind is HolderKind.MERCHANT:
        return shop_worth(holder.id, today)[Perk.POINTS_OFFSET]
    return promoters.perks([holder.id], today=today)[holder.id][Perk.POINTS_OFFSET]
