"""What people read, a page at a time: lists by key, calendars, sums. A row is asked for together with its owner."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet, Sum

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.quality import facade as quality
from xintui.foundation.ledger import facade as ledger
from xintui.infra import paging, sql
from xintui.infra.paging import Page
from xintui.kernel.money import BP_WHOLE, share
from xintui.kernel.times import accounting_date, day_start, month_of
from xintui.promotion.commission import holds, judgement, queries, rules
from xintui.promotion.commission.contracts import (
    SHOP,
    Booked,
    Draft,
    Earning,
    Explanation,
    MonthStatement,
    NoSuchLine,
    OrderCost,
    Plan,
    PlanVersion,
    Progress,
    Prospect,
    ReleaseDay,
    Rule,
    Summary,
    Sweep,
    TakenBack,
)
from xintui.promotion.commission.models import (
    CommissionDraft,
    CommissionEarning,
    CommissionLine,
    CommissionMonth,
    CommissionPlan,
    CommissionRefund,
    CommissionSweep,
)
from xintui.promotion.commission.plans import as_draft, as_version
from xintui.promotion.promoters import facade as promoters


def lines_of_promoter(
    promoter_id: str, *, now: datetime, after: str, limit: int, release_on: date | None = None
) -> Page[Earning]:
    """A promoter's lines, newest payment first; with `release_on` only those whose freeze ends on that day."""
    found = CommissionLine.objects.filter(books=SHOP, promoter_id=promoter_id)
    if release_on is not None:
        start = day_start(release_on)
        found = found.filter(release_at__gte=start, release_at__lt=start + timedelta(days=1))
    keys, kinds = ("paid_at", "order_id", "line_id"), (datetime, str, str)
    if last := paging.decode(after, kinds):
        found = found.filter(paid_at__lte=last[0])  # a bound the index can use
    return paging.page(found, _at(now), keys=keys, kinds=kinds, after=after, limit=limit)


def lines(
    *,
    merchant_id: str = "",
    promoter_id: str = "",
    order_id: str = "",
    now: datetime,
    after: str = "",
    limit: int = 20,
) -> Page[Earning]:
    """Promoted lines, newest order first: a merchant's own, or anybody's for the platform."""
    found: QuerySet[CommissionLine] = CommissionLine.objects.filter(books=SHOP).exclude(promoter_id="")
    for name, value in (("merchant_id", merchant_id), ("promoter_id", promoter_id), ("order_id", order_id)):
        if value:
            found = found.filter(**{name: value})
    keys, kinds = ("order_id", "line_id"), (str, str)
    if start := paging.decode(after, kinds):
        found = found.filter(order_id__lte=start[0])
    return paging.page(found, _at(now), keys=keys, kinds=kinds, after=after, limit=limit)


def _at(now: datetime) -> Any:
    return lambda row: queries.as_earning(row, now)


def order_costs(merchant_id: str, *, after: str, limit: int) -> Page[OrderCost]:
    """What a merchant's orders cost in commission, newest first."""
    start = paging.decode(after, (str,))
    params = {"merchant_id": merchant_id, "after": start[0] if start else "", "limit": limit + 1}
    rows = [OrderCost(**row) for row in sql.rows(__package__, "order_costs", params)]
    more = len(rows) > limit
    return Page(tuple(rows[:limit]), paging.encode([rows[limit - 1].order_id]) if more else None)


def explanation(
    order_id: str, line_id: str, *, promoter_id: str = "", merchant_id: str = "", now: datetime
) -> Explanation:
    """A line with its steps, refunds and ledger moves; an owner, if one is given, must be the line's.

    Raises `NoSuchLine`.
    """
    line = queries.earning(order_id, line_id, now=now)
    if (promoter_id and line.promoter_id != promoter_id) or (merchant_id and line.merchant_id != merchant_id):
        raise NoSuchLine(order_id, line_id)
    taken = CommissionRefund.objects.filter(
        books=SHOP, order_id=order_id, line_id=line_id, promoter_id=line.promoter_id
    )
    refunds = tuple(
        TakenBack(row.refund_id, row.refund_fen, row.refunded_at, row.delta_fen)
        for row in taken.order_by("refunded_at", "refund_id")
    )
    reasons = [f"commission.accrue/{order_id}/{line_id}"]
    if not merchant_id:  # a release is one move per promoter and day: other shops' sales are in it
        reasons += _release_of(line)
    reasons += [f"commission.{verb}/{one.refund_id}" for one in refunds for verb in ("refund", "clawback", "restored")]
    moves = tuple(
        Booked(posting.reason, posting.on, str(move.debit), str(move.credit), move.fen)
        for posting in ledger.postings(reasons)
        for move in posting.moves
    )
    plan = queries.plan(line.plan_version)
    says = _rule_says(line, plan)
    steps = tuple(rules.explain(line, plan, says))
    return Explanation(line, says, steps, refunds, moves, holds.holds_of_line(order_id, line_id))


def _rule_says(line: Earning, plan: Plan | None) -> str:
    rule = next((one for one in plan.rules if one.id == line.rule_id), None) if plan else None
    return judgement.rule_name(rule, names_of([rule])) if rule else ""


def _release_of(line: Earning) -> list[str]:
    """The reason of the release that this line was part of, if its time has come and a sweep has passed."""
    batch = sql.one(__package__, "release_of", {"books": SHOP, "order_id": line.order_id, "line_id": line.line_id})
    if batch is None or batch["epoch"] is None or line.release_at is None:
        return []
    return [f"commission.release/{batch['epoch']}/{accounting_date(line.release_at)}/{line.promoter_id}"]


def calendar(promoter_id: str, *, since: date, until: date) -> tuple[ReleaseDay, ...]:
    """What is released when, by day."""
    params = {"books": SHOP, "promoter_id": promoter_id, "since": since, "until": until}
    return tuple(ReleaseDay(**row) for row in sql.rows(__package__, "calendar", params))


def summary(promoter_id: str, *, now: datetime) -> Summary:
    """A promoter's money right now, from the ledger; a debt is shown as what it is."""
    kinds = (ledger.Kind.PROMOTER_PENDING, ledger.Kind.PROMOTER_DUE, ledger.Kind.PROMOTER_DEBT)
    accounts = [ledger.Account(kind, promoter_id) for kind in kinds]
    held = ledger.balances(accounts)
    pending, due, debt = (held[account] for account in accounts)
    scheduled = sql.one(__package__, "scheduled", {"books": SHOP, "promoter_id": promoter_id})
    return Summary(
        pending_fen=pending.posted_fen,
        scheduled_fen=scheduled["fen"] if scheduled else 0,
        due_fen=due.posted_fen,
        held_fen=due.held_fen,
        debt_fen=debt.posted_fen,
        month=_progress(promoter_id, now),
    )


def _progress(promoter_id: str, now: datetime) -> Progress:
    month = month_of(accounting_date(now))
    row = CommissionMonth.objects.filter(books=SHOP, promoter_id=promoter_id, month=month).first()
    plan = queries.plan_in_force(now) or Plan("", 0, 0, ())
    net = row.net_fen if row else 0
    higher = next((tier for tier in plan.tiers if tier.from_fen > net and tier.rate_bp), None)
    return Progress(
        month=month,
        net_fen=net,
        lines=row.lines if row else 0,
        commission_fen=row.released_fen - row.clawed_back_fen if row else 0,
        bonus_so_far_fen=rules.bonus_fen(net, plan.tiers),
        next_from_fen=higher.from_fen if higher else None,
        next_rate_bp=higher.rate_bp if higher else 0,
        missing_fen=higher.from_fen - net if higher else 0,
    )


def statements(*, promoter_id: str = "", month: str = "", after: str = "", limit: int = 20) -> Page[MonthStatement]:
    """Months, newest first; a promoter's own, or anybody's for the platform."""
    found = CommissionMonth.objects.filter(books=SHOP, lines__gt=0)
    if promoter_id:
        found = found.filter(promoter_id=promoter_id)
    if month:
        found = found.filter(month=month)
    keys, kinds = ("month", "promoter_id"), (str, str)
    return paging.page(found, queries.as_statement, keys=keys, kinds=kinds, after=after, limit=limit)


def sweeps(*, after: str = "", limit: int = 20) -> Page[Sweep]:
    """Release batches, newest first."""
    found = CommissionSweep.objects.filter(books=SHOP)
    return paging.page(found, _as_sweep, keys=("epoch",), kinds=(int,), after=after, limit=limit)


def _as_sweep(row: CommissionSweep) -> Sweep:
    return Sweep(row.epoch, row.since, row.until, row.lines, row.promoters, row.fen, row.at)


def versions(*, after: str = "", limit: int = 20) -> Page[PlanVersion]:
    """Published plans, the one that begins last first."""
    found = CommissionPlan.objects.filter(books=SHOP)
    return paging.page(found, as_version, keys=("in_force_from",), kinds=(datetime,), after=after, limit=limit)


def drafts(*, merchant_id: str | None = None, state: str = "", after: str = "", limit: int = 20) -> Page[Draft]:
    """Drafts, newest first: a merchant's own, or all of them (`merchant_id` None)."""
    found = CommissionDraft.objects.all()
    if merchant_id is not None:
        found = found.filter(merchant_id=merchant_id)
    if state:
        found = found.filter(state=state)
    return paging.page(found, as_draft, keys=("id",), kinds=(str,), after=after, limit=limit)


def told(plan: Plan) -> tuple[str, ...]:
    """A plan in words, with the names of shops, categories and levels."""
    return judgement.plan_text(plan, names_of(plan.rules))


def names_of(rules_: Iterable[Rule]) -> dict[str, str]:
    """What rules name by number or code, in words."""
    named = {value for rule in rules_ for key, values in rule.match if key == "merchant_id" for value in values}
    names = {key: one.name for key, one in merchants.get_many(named).items()} if named else {}
    return names | catalog.category_names() | {one.code: one.title for one in promoters.levels()}


def public_plans(*, now: datetime) -> tuple[PlanVersion | None, tuple[PlanVersion, ...]]:
    """The version in force and those that are announced (电子商务法第三十四条: shown before they count)."""
    found = CommissionPlan.objects.filter(books=SHOP).order_by("-in_force_from")
    current = found.filter(in_force_from__lte=now).first()
    coming = found.filter(in_force_from__gt=now)[:10]
    return as_version(current) if current else None, tuple(as_version(row) for row in reversed(coming))


def own_sales(promoter_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """(net sales, income from them) of promoters: every line of theirs at its net of today, and their bonuses."""
    ids = list(promoter_ids)
    found = CommissionEarning.objects.filter(promoter_id__in=ids, self_purchase=False).values("promoter_id")
    lines = {row["promoter_id"]: row for row in found.annotate(net=Sum("base_fen"), fen=Sum("commission_fen"))}
    months = CommissionMonth.objects.filter(books=SHOP, promoter_id__in=ids, closed=True).values("promoter_id")
    bonus = {row["promoter_id"]: row["fen"] for row in months.annotate(fen=Sum("bonus_fen"))}
    return {
        one: (int(lines[one]["net"]) if one in lines else 0,
              (int(lines[one]["fen"]) if one in lines else 0) + int(bonus.get(one, 0)))
        for one in ids
    }  # fmt: skip


# -- for the first page of the console ---------------------------------------------------------------------------------


def shop_totals() -> dict[str, int]:
    """Pending, due, debt, and how many owe."""
    row = sql.one(__package__, "shop_totals")
    assert row is not None
    return row


def released_days(*, now: datetime, days: int = 14) -> list[ReleaseDay]:
    """What was released on each of the last days, quiet days included."""
    today = accounting_date(now)
    first = today - timedelta(days=days - 1)
    found = {row["day"]: row for row in sql.rows(__package__, "released_days", {"since": day_start(first)})}
    wanted: Iterable[date] = (first + timedelta(days=n) for n in range(days))
    return [
        ReleaseDay(day, found[day]["lines"], found[day]["fen"], found[day]["fen"])
        if day in found
        else ReleaseDay(day, 0, 0, 0)
        for day in wanted
    ]


def top_promoters(*, now: datetime, limit: int = 5) -> list[dict[str, Any]]:
    """This month's promoters by released net sales."""
    month = month_of(accounting_date(now))
    return sql.rows(__package__, "top_promoters", {"month": month, "limit": limit})


LATEST: Final = 200
"""How many of a shop's latest promoted lines tell how much of its sales tends to come back: a bounded look."""


def prospect(promoter_id: str, level: str, product_id: str, *, now: datetime) -> Prospect | None:
    """What a piece of this product would bring this promoter; None while nothing is paid for it or it is not promoted.

    Raises `ProductNotFound`.
    """
    product, plan = catalog.on_sale(product_id), queries.plan_in_force(now)
    sku = min((sku for sku in product.skus if sku.active), key=lambda one: (one.price_fen, one.id), default=None)
    if plan is None or sku is None or quality.paused([product.id]):
        return None
    price = sku.price_fen
    facts = {
        "merchant_id": product.merchant_id,
        "category": product.category,
        "product_id": product.id,
        "sku_id": sku.id,
        "promoter_id": promoter_id,
        "promoter_level": level,
    }
    rule = rules.choose(plan.rules, facts)
    if rule is None:
        return None
    back = _refunded_bp(product.merchant_id)
    return Prospect(
        product_id=product.id,
        plan_version=plan.version,
        rule_id=rule.id,
        rate_bp=rule.rate_bp,
        cap_fen=rule.cap_fen,
        price_fen=price,
        gross_fen=rules.target_fen(price, rule.rate_bp, rule.cap_fen),
        refund_bp=back,
        expected_fen=rules.target_fen(price - share(price, back), rule.rate_bp, rule.cap_fen),
    )


def _refunded_bp(merchant_id: str) -> int:
    """The refunded share of a shop's latest promoted lines (ids grow with time; the index serves them in order)."""
    latest = CommissionLine.objects.filter(books=SHOP, merchant_id=merchant_id).order_by("-order_id", "-line_id")
    amounts = list(latest.values_list("paid_fen", "refunded_fen")[:LATEST])
    paid, back = sum(one for one, _ in amounts), sum(one for _, one in amounts)
    return back * BP_WHOLE // paid if paid else 0
