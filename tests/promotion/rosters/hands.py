"""A shop with tea that few may promote, promoters of every standing, and their hours."""

from datetime import UTC, datetime, timedelta

from tests.commerce.world import goods, shop
from tests.promotion.people import promoter
from xintui.commerce.catalog.contracts import Product
from xintui.foundation.identity.contracts import Principal, Role
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter
from xintui.promotion.rosters import facade
from xintui.promotion.rosters.contracts import Draft, Roster
from xintui.trust.credit import models as credit_rows

JOINED = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPENS = NOW + 10 * DAY
ENDS = OPENS + 14 * DAY
OWNER = Principal("usr01OWNER", frozenset({Role.MERCHANT_OWNER}), "mch", "店主", 1)
WHO = Principal("usr01HER", frozenset({Role.PROMOTER}), None, "", 1)


def person(n: int, *, credit: int = 0, level: str = "junior") -> Promoter:
    one = promoter(n, at=JOINED)
    if credit:
        credit_rows.Score.objects.create(
            subject_id=one.id, scale="credit", score=credit, points=[], values_bp=[], as_of=NOW.date(),
            version="2026-11",
        )  # fmt: skip
    if level != "junior":
        promoters.set_level(one.id, level, actor="test", reason="promotion_rule", now=NOW)
    return one


def gold(n: int) -> Promoter:
    return person(n, credit=800, level="gold")


def tea(name: str = "茶山行") -> Product:
    return goods(shop(name), "明前龙井", ("一斤", 100_00, 50))


def written(product: Product, *, seats: int = 4, opens: datetime = OPENS, ends: datetime = ENDS) -> Roster:
    return facade.draft(product.merchant_id, Draft(product.id, seats, opens, ends, "先到先得"), by=OWNER, now=NOW)


def announced(product: Product, *, seats: int = 4, opens: datetime = OPENS, ends: datetime = ENDS) -> Roster:
    made = written(product, seats=seats, opens=opens, ends=ends)
    return facade.announce(made.id, made.merchant_id, by=OWNER, now=NOW)
