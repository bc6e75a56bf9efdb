"""Promoters with facts of every kind, and a shop that looks for them."""

from datetime import UTC, date, datetime, timedelta

from tests.promotion.people import promoter
from xintui.commerce.catalog import facade as catalog
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.promotion.attribution.models import Sale
from xintui.promotion.commission.models import CommissionLine
from xintui.promotion.promoters.contracts import Promoter
from xintui.promotion.screening import facade, models
from xintui.promotion.screening.contracts import Profile, Search
from xintui.trust.credit import models as credit_rows
from xintui.trust.graph.models import Score as GraphScore
from xintui.trust.violations import facade as violations
from xintui.trust.violations.contracts import Subject, SubjectKind

JOINED = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 29)
SHOP, OTHER = "mch01SHOP", "mch01OTHER"
REVIEWER = Principal("usr01BERT", frozenset({Role.REVIEWER}), None, "", 0)
FIELDS = tuple(facade.book(TODAY).fields)


def anna(n: int = 1, *, at: datetime = JOINED) -> Promoter:
    return promoter(n, at=at)


def scored(who: Promoter, *, service: int | None = 700, credit: int | None = 650) -> None:
    for scale, score in (("service", service), ("credit", credit)):
        if score is not None:
            credit_rows.Score.objects.update_or_create(
                subject_id=who.id, scale=scale,
                defaults={"score": score, "points": [], "values_bp": [], "as_of": TODAY, "version": "2026-11"},
            )  # fmt: skip


def counted(who: Promoter, indicator: str, good: int, total: int, *, ago: int = 3) -> None:
    day = TODAY - timedelta(days=ago)
    credit_rows.Tally.objects.create(subject_id=who.id, indicator=indicator, day=day, good=good, total=total)


def sold(who: Promoter, fen: int, *, ago: int = 3, n: int = 0, own: bool = False, category: str = "") -> None:
    reason = f"{'paid' if fen > 0 else 'refund'}/{who.id}{ago}/{n}"
    at = NOW - timedelta(days=ago)
    Sale.objects.create(
        promoter_id=who.id, reason=reason, merchant_id=SHOP, order_id=f"ord{n}", fen=fen, self_purchase=own, at=at
    )
    if category:
        catalog.set_category(category, {"tea": "茶叶", "food": "食品"}[category])
        made = _goods(category)
        CommissionLine.objects.create(
            books="shop", order_id=reason, line_id="1", promoter_id=who.id, merchant_id=SHOP, buyer_id="usrB",
            product_id=made, category=category, qty=1, currency="CNY", paid_fen=fen, paid_at=at, plan_version="1",
            rule_id="r", rate_bp=500,
        )  # fmt: skip


def _goods(category: str) -> str:
    from xintui.commerce.catalog.models import Product

    key = f"prd{category}"
    Product.objects.get_or_create(
        id=key,
        defaults={
            "merchant_id": SHOP, "title": category, "category": category, "state": "on_shelf", "price_from_fen": 1000,
            "created_at": JOINED,
        },
    )  # fmt: skip
    return key


def placed(who: Promoter, score: int) -> None:
    GraphScore.objects.update_or_create(
        kind="promoter", subject_id=who.id,
        defaults={
            "score": score, "closeness": 1, "breadth": 1, "seed": False, "partners": 1, "reach": 1, "strength": 1,
            "before": 1,
        },
    )  # fmt: skip


def broken(who: Promoter, code: str = "exaggeration") -> str:
    subject = Subject(SubjectKind.PROMOTER, who.id)
    made = violations.report(subject, code, "截图存档 A-17", by=SYSTEM, now=NOW)
    return violations.confirm(made.id, "两人核对原文", by=REVIEWER, now=NOW).id


def see(who: Promoter) -> models.Profile:
    """Her row after a refresh."""
    facade.refresh([who.id], now=NOW)
    return models.Profile.objects.get(promoter_id=who.id)


def find(*words: str, order: str = "-service", after: str = "", limit: int = 50) -> list[Profile]:
    search: Search = facade.parse(words, order, facade.fields(TODAY))
    return list(facade.find(search, after=after, limit=limit, today=TODAY).items)


def hide(who: Promoter, *keys: str, listed: bool = True, invitable: bool = True) -> None:
    facade.show(who.id, listed=listed, hidden=keys, invitable=invitable, by=SYSTEM, now=NOW)
