"""What earns points: the one page that says which event brings how many, and what a month of keeping the rules brings.

Only what somebody sold, kept and did herself earns: no rule asks how many people she brought (禁止传销条例第七条).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from xintui.commerce.disputes import facade as disputes
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import facade as orders
from xintui.kernel.money import yuan
from xintui.kernel.times import accounting_date, day_start, month_of
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.growth.contracts import LevelMoved
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PromoterActivated
from xintui.trust.appeals.contracts import AppealDecided, PartyKind
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Earned
from xintui.trust.violations import facade as violations

AT_ONCE = 1000


def on_promoter(events: Sequence[PromoterActivated], *, now: datetime) -> None:
    """Her own data and identity were verified."""
    rule = points.earning(accounting_date(now)).rules["verified"]
    points.earn(
        [
            Earned(one.promoter_id, "verified", rule.code, rule.points, accounting_date(now), "资料与实名审核通过")
            for one in events
        ],
        now=now,
    )


def on_level(events: Sequence[LevelMoved], *, now: datetime) -> None:
    """A level reached for the first time; falling and rising again brings nothing more."""
    rule = points.earning(accounting_date(now)).rules["level"]
    points.earn(
        [
            Earned(one.promoter_id, f"level/{one.after}", rule.code, rule.points_of.get(one.after, 0),
                   accounting_date(now), f"升级为{one.title}")
            for one in events if one.up
        ],
        now=now,
    )  # fmt: skip


def on_appeal(events: Sequence[AppealDecided], *, now: datetime) -> None:
    """The house was wrong about her."""
    rule = points.earning(accounting_date(now)).rules["amends"]
    points.earn(
        [
            Earned(one.party_id, f"amends/{one.appeal_id}", rule.code, rule.points, accounting_date(now),
                   f"申诉成立：{one.title}", one.appeal_id)
            for one in events if one.granted and one.party_kind in {PartyKind.PROMOTER, PartyKind.MERCHANT}
        ],
        now=now,
    )  # fmt: skip


def settle_due(*, now: datetime) -> int:
    """Give what last month earned, once its day has come; how many points. A run that was cut off goes on."""
    today = accounting_date(now)
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    if today.day < points.earning(today).settle_day or points.is_settled(month):
        return 0
    given = members = 0
    after = ""
    while people := promoters.active_after(after, limit=AT_ONCE):
        found = settle([one.id for one in people], month, now=now)
        given, members, after = given + sum(found.values()), members + len(found), people[-1].id
    after = ""
    while shops := merchants.active_after(after, limit=AT_ONCE):
        found = settle_shops(shops, month, now=now)
        given, members, after = given + sum(found.values()), members + len(found), shops[-1]
    points.settled(month, members, given, now=now)
    return given


@transaction.atomic
def settle(promoter_ids: Sequence[str], month: date, *, now: datetime) -> dict[str, int]:
    """What a month earned these promoters, credited once; how many points were meant for whom."""
    since, until = day_start(month), day_start((month + timedelta(days=32)).replace(day=1))
    rules = points.earning(accounting_date(now)).rules
    sold = attribution.kept(promoter_ids, since=since, until=until)
    faulty = violations.offenders(promoter_ids, since=since, until=until)
    faulty |= disputes.upheld_against(promoter_ids, since=since, until=until)
    service = credit.scores(promoter_ids, Scale.SERVICE)
    found: list[Earned] = []
    name, day = month_of(month), accounting_date(now)
    for one, kept in sorted(sold.items()):
        bought = points.sales(kept.net_fen, rules["sales"])
        words = f"{name} 净成交 ¥{yuan(max(kept.net_fen, 0))}，{kept.orders} 单"
        found.append(Earned(one, f"sales/{name}", "sales", bought, day, words))
        if kept.orders >= rules["clean"].min_orders and one not in faulty:
            words = f"{name} 成交 {kept.orders} 单，没有违规与判责投诉"
            found.append(Earned(one, f"clean/{name}", "clean", rules["clean"].points, day, words))
        score = service[one].score if one in service else 0
        if kept.orders >= rules["service"].min_orders and score >= rules["service"].min_score:
            found.append(Earned(one, f"service/{name}", "service", rules["service"].points, day, f"服务分 {score}"))
    return _meant(found, now)


@transaction.atomic
def settle_shops(merchant_ids: Sequence[str], month: date, *, now: datetime) -> dict[str, int]:
    """What a month of keeping the rules earned these shops: what they sold earns nothing, it is their own income."""
    since, until = day_start(month), day_start((month + timedelta(days=32)).replace(day=1))
    rules, name, day = points.earning(accounting_date(now)).rules, month_of(month), accounting_date(now)
    clean, service = rules["shop_clean"], rules["shop_service"]
    arrived = orders.received(merchant_ids, since=since, until=until)
    faulty = violations.offenders(merchant_ids, since=since, until=until)
    faulty |= disputes.upheld_against_shops(merchant_ids, since=since, until=until)
    scores = credit.scores(merchant_ids, Scale.SHOP)
    found: list[Earned] = []
    for one, count in sorted(arrived.items()):
        if count >= clean.min_orders and one not in faulty:
            words = f"{name} 收货 {count} 单，没有违规与判责投诉"
            found.append(Earned(one, f"clean/{name}", clean.code, clean.points, day, words))
        score = scores[one].score if one in scores else 0
        if count >= service.min_orders and score >= service.min_score:
            found.append(Earned(one, f"service/{name}", service.code, service.points, day, f"店铺分 {score}"))
    return _meant(found, now)


def _meant(found: list[Earned], now: datetime) -> dict[str, int]:
    points.earn(found, now=now)
    meant: dict[str, int] = {}
    for each in found:
        if each.points:
            meant[each.member_id] = meant.get(each.member_id, 0) + each.points
    return meant
