"""Verbs: make a link, note a click, freeze who gets an order, lock a customer."""

import dataclasses
import io
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from xintui.commerce.orders.contracts import OrderPaid
from xintui.commerce.quality import facade as quality
from xintui.infra import batches, locks, sql
from xintui.infra.rows import plain
from xintui.kernel.errors import DomainError
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import gates, models, queries, rules, tables
from xintui.promotion.attribution.contracts import (
    Candidate,
    Cart,
    Channel,
    ClickRule,
    Landing,
    NewLink,
    Opened,
    Referral,
    ShareLink,
    SharePayload,
    Target,
    TargetKind,
    Visitor,
    Window,
)
from xintui.promotion.attribution.results import record_sales
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter, Promoter
from xintui.promotion.rosters import facade as rosters
from xintui.trust.compliance import facade as compliance
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Holder, HolderKind
from xintui.trust.qualification import facade as qualification
from xintui.trust.violations import facade as violations

LONGEST_CLICK_DAYS: Final = 90


def create_link(
    promoter_id: str, target: Target, channel: Channel, *, now: datetime, material_id: str = ""
) -> ShareLink:
    """The promoter's link to one of our things on one channel; asking again gives the same link.

    Raises `NotAPromoter`; `Limited` for whom a violation keeps from it; `NotPromoted` for goods that buyers suffer
    from lately; for goods that need a deposit behind them `DepositNeeded`, `QuotaUsed`; `UnqualifiedPromoter` for
    channels where one speaks, and goods that only some may speak for; `SeatNeeded` for a new link to goods that are
    promoted by those who have a seat; what a gate from above raises (`gates`).

    With a material's version the link is one of its own, so that what the material brought can be told.
    The caller has looked the target up: what is stored is a kind and an id, never an address.
    """
    return batches.only(create_links([NewLink(promoter_id, target, channel, now, material_id)]))


def create_links(asked: Sequence[NewLink]) -> list[ShareLink | DomainError]:
    """`create_link` for many: each answer is the link or the refusal. A hundred cost as many statements as one."""
    return batches.each(_linked, asked, apart=_asked_for)


def _asked_for(one: NewLink) -> tuple[str, ...]:
    """What a promoter has one link of."""
    return one.promoter_id, one.target.kind.value, one.target.id, one.channel.value, one.material_id


def _linked(asked: Sequence[NewLink]) -> list[ShareLink]:
    known = promoters.get({one.promoter_id for one in asked})
    violations.require_clear({one.promoter_id for one in asked}, now=max(one.now for one in asked))
    quality.require_promotable(one.target.id for one in asked if one.target.kind is TargetKind.PRODUCT)
    for_goods = [one for one in asked if one.target.kind is TargetKind.PRODUCT]
    qualification.require_promoter(
        ((one.promoter_id, one.target.category, one.channel.value) for one in for_goods),
        today=accounting_date(max(one.now for one in asked)),
    )
    gates.passed(asked)
    for one in asked:
        promoter = known.get(one.promoter_id)
        if promoter is None or not promoter.is_active:
            raise NotAPromoter(promoter.state.value if promoter else "none")
        if one.target.kind is TargetKind.PRODUCT:
            holder = Holder(HolderKind.PROMOTER, one.promoter_id)
            deposits.stand_behind(holder, one.target.id, one.target.category, now=one.now)
    rows = _links_of(asked)
    fresh = [one for one in asked if _asked_for(one) not in rows]
    goods = {_asked_for(one): (one.promoter_id, one.target.id) for one in for_goods}
    new = [goods[_asked_for(one)] for one in fresh if _asked_for(one) in goods]
    rosters.admit(goods.values(), new, now=max(one.now for one in asked))
    if fresh:
        drafts = {_asked_for(one): _link(one) for one in fresh}
        models.Link.objects.bulk_create(plain(drafts.values()), ignore_conflicts=True)
        rows |= _links_of(fresh)
        ours = [one for one in fresh if rows[_asked_for(one)].id == drafts[_asked_for(one)].id]
        _branch([(drafts[_asked_for(one)], known[one.promoter_id].user_id, one.now) for one in ours])
    return [queries.link_contract(rows[_asked_for(one)]) for one in asked]


def _links_of(asked: Sequence[NewLink]) -> dict[tuple[str, ...], models.Link]:
    wanted = {_asked_for(one) for one in asked}
    found = models.Link.objects.filter(
        promoter_id__in={key[0] for key in wanted}, target_id__in={key[2] for key in wanted}
    )
    rows = {(row.promoter_id, row.target_kind, row.target_id, row.channel, row.material_id): row for row in found}
    return {key: row for key, row in rows.items() if key in wanted}


def _link(one: NewLink) -> models.Link:
    handle = os.urandom(rules.HANDLE_BYTES)
    return models.Link(
        id=new_id("lnk"),
        promoter_id=one.promoter_id,
        target_kind=one.target.kind.value,
        target_id=one.target.id,
        channel=one.channel.value,
        material_id=one.material_id,
        handle=handle.hex(),
        code=rules.sign(queries.keys()[0], handle, one.promoter_id),
        merchant_id=one.target.merchant_id,
        title=one.target.title[:120],
        created_at=one.now,
    )


def _branch(made: Sequence[tuple[models.Link, str, datetime]]) -> None:
    """By whose share each maker (link, user, time) came, as the rule for clicks has it: the last one within the
    shop's window."""
    if not made:
        return
    windows = queries.windows_at([(link.merchant_id, now) for link, _, now in made])
    sql.run(
        __package__,
        "branch",
        {
            "links": [link.id for link, _, _ in made],
            "makers": [link.promoter_id for link, _, _ in made],
            "merchants": [link.merchant_id for link, _, _ in made],
            "users": [user_id for _, user_id, _ in made],
            "since": [
                now - timedelta(days=window.click_days) for (_, _, now), window in zip(made, windows, strict=True)
            ],
            "nows": [now for _, _, now in made],
        },
    )


def share(link: ShareLink, text: str = "", *, now: datetime) -> SharePayload:
    """What the share sheet gets: the label stands in front of the copy, always. Raises `CopyRefused` (T-15)."""
    copy = text or link.target.title
    today = accounting_date(now)
    compliance.require_usable(copy, today)
    label = compliance.label("disclosure", today).text
    return SharePayload(link, label, rules.labelled(copy, label), f"/s/{link.code}")


def qr_png(address: str, *, scale: int = 8) -> bytes:
    """A QR code of an address as PNG, with the quiet zone the standard asks for."""
    import segno  # dear to load, and few processes draw codes

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=scale, border=4)
    return out.getvalue()


def touch(code: str, visitor: Visitor, *, now: datetime, via: str = "") -> Landing:
    """Someone opened a link: where it leads, and the click on record unless it was a machine. Raises `BadCode`.

    `via` is the mark of whoever passed it on. One that is not ours, or another promoter's, says nothing.
    """
    return batches.only(touch_many([Opened(code, visitor, now, via)]))


def touch_many(opened: Sequence[Opened]) -> list[Landing | DomainError]:
    """`touch` for many: each answer is the landing or the refusal. A thousand cost as many statements as one."""
    return batches.each(_touched, opened, apart=lambda one: (one.code, one.visitor.visitor_id, one.visitor.buyer_id))


def _touched(opened: Sequence[Opened]) -> list[Landing]:
    links = queries.resolved([one.code for one in opened])
    clicks: dict[str, Opened] = {}
    for one in opened:
        agent, purpose = one.visitor.user_agent, one.visitor.purpose
        machine = rules.is_machine(agent, purpose, tables.machine_agents(), tables.machine_purposes())
        if not machine and one.visitor.visitor_id:
            clicks[new_id("tch")] = one
    counted = {row["id"] for row in _written(clicks, links)}
    mine = {id(one): touch_id for touch_id, one in clicks.items() if touch_id in counted}
    _identified([(one.visitor.visitor_id, one.visitor.buyer_id, one.now) for one in opened])
    return [
        Landing(
            links[one.code].target,
            links[one.code].promoter_id,
            compliance.label("disclosure", accounting_date(one.now)).text,
            id(one) in mine,
            mine.get(id(one), ""),
            links[one.code].paused,
        )
        for one in opened
    ]


def _written(clicks: Mapping[str, Opened], links: Mapping[str, ShareLink]) -> list[dict[str, Any]]:
    """Those of the clicks that count."""
    if not clicks:
        return []
    found = [(links[one.code], one) for one in clicks.values()]
    return sql.rows(
        __package__,
        "touch",
        {
            "ids": list(clicks),
            "promoters": [link.promoter_id for link, _ in found],
            "links": [link.id for link, _ in found],
            "merchants": [link.target.merchant_id for link, _ in found],
            "channels": [link.channel.value for link, _ in found],
            "visitors": [one.visitor.visitor_id for _, one in found],
            "buyers": [one.visitor.buyer_id for _, one in found],
            "vias": [one.via for _, one in found],
            "at": [one.now for _, one in found],
        },
    )


@transaction.atomic
def identify(visitor_id: str, buyer_id: str, *, now: datetime) -> None:
    """This visitor turned out to be this buyer: his anonymous clicks are his from now on."""
    _identified([(visitor_id, buyer_id, now)])


def _identified(known: Iterable[tuple[str, str, datetime]]) -> None:
    """(visitor, buyer, when), where both are known."""
    rows = [
        models.VisitorBuyer(buyer_id=buyer, visitor_id=visitor, at=at)
        for visitor, buyer, at in known
        if visitor and buyer
    ]
    models.VisitorBuyer.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def set_window(
    merchant_id: str,
    *,
    click_days: int,
    click_rule: ClickRule,
    lock_days: int,
    source: str,
    effective_from: datetime,
) -> Window:
    """A shop's next rule; earlier ones stay, and frozen attributions keep theirs. Raises `BadWindow`."""
    rules.checked_window(click_days, lock_days)
    locks.exclusive(f"attribution.window/{merchant_id}")
    last = models.Window.objects.filter(merchant_id=merchant_id).aggregate(last=Max("version"))["last"] or 0
    row = models.Window.objects.create(
        merchant_id=merchant_id,
        version=last + 1,
        effective_from=effective_from,
        click_days=click_days,
        click_rule=click_rule.value,
        lock_days=lock_days,
        source=source,
    )
    return Window(row.version, merchant_id, click_days, click_rule, lock_days, effective_from, source)


@transaction.atomic
def freeze(buyer_id: str, visitor_id: str, merchant_ids: Collection[str], *, now: datetime) -> dict[str, Referral]:
    """Who gets each shop's part of this checkout, written down for ever. Shops without any click are absent.

    The device he orders on becomes one of his devices. A fixed number of statements, however many shops and clicks.
    """
    return freeze_many([Cart(buyer_id, visitor_id, frozenset(merchant_ids), now)])[0]


@transaction.atomic
def freeze_many(carts: Sequence[Cart]) -> list[dict[str, Referral]]:
    """`freeze` for many checkouts, in their order: as many statements as for one while no buyer comes again."""
    said = batches.each(_frozen, carts, apart=lambda cart: cart.buyer_id)
    return [batches.only([one]) for one in said]


def _frozen(carts: Sequence[Cart]) -> list[dict[str, Referral]]:
    _identified([(cart.visitor_id, cart.buyer_id, cart.now) for cart in carts])
    candidates = _candidates(carts)
    windows = queries.windows_at([(shop, carts[n].now) for n, shop in candidates])
    people = promoters.get({one.promoter_id for found in candidates.values() for one in found}) if candidates else {}
    own = promoters.by_users([carts[n].buyer_id for n, _ in candidates])
    rows: dict[tuple[int, str], models.Attribution] = {}
    for (n, shop), window in zip(candidates, windows, strict=True):
        cart = carts[n]
        rows[n, shop] = _judgement(
            shop, window, candidates[n, shop], people=people, cart=cart, own=own.get(cart.buyer_id)
        )
    models.Attribution.objects.bulk_create(plain(rows.values()))
    said: list[dict[str, Referral]] = [{} for _ in carts]
    for (n, shop), row in rows.items():
        if row.promoter_id:
            said[n][shop] = Referral(row.promoter_id, row.id, row.self_purchase, row.buyer_promoter_id)
    return said


def _candidates(carts: Sequence[Cart]) -> dict[tuple[int, str], list[Candidate]]:
    """Clicks and running locks by cart (its place in `carts`) and shop, in that order."""
    shops = [(n, shop) for n, cart in enumerate(carts) for shop in sorted(cart.merchant_ids)]
    found: dict[tuple[int, str], list[Candidate]] = {}
    for row in sql.rows(
        __package__,
        "candidates",
        {
            "numbers": list(range(len(carts))),
            "buyers": [cart.buyer_id for cart in carts],
            "visitors": [cart.visitor_id for cart in carts],
            "nows": [cart.now for cart in carts],
            "days": LONGEST_CLICK_DAYS,
            "shop_numbers": [n for n, _ in shops],
            "shops": [shop for _, shop in shops],
        },
    ):
        found.setdefault((row.pop("no"), row.pop("merchant_id")), []).append(Candidate(**row))
    times = [cart.now for cart in carts]
    held = models.Lock.objects.filter(
        merchant_id__in={shop for _, shop in shops},
        buyer_id__in={cart.buyer_id for cart in carts},
        since__lte=max(times),
        until__gt=min(times),
    )
    locks_of = {(lock.buyer_id, lock.merchant_id): lock for lock in held}
    for n, shop in shops:
        lock = locks_of.get((carts[n].buyer_id, shop))
        if lock is not None and lock.since <= carts[n].now < lock.until:
            claim = Candidate(lock.promoter_id, lock.since, "", lock.attribution_id, "", is_lock=True)
            found.setdefault((n, shop), []).append(claim)
    return dict(sorted(found.items()))


def _judgement(
    merchant_id: str,
    window: Window,
    found: Sequence[Candidate],
    *,
    people: Mapping[str, Promoter],
    cart: Cart,
    own: Promoter | None,
) -> models.Attribution:
    """One shop's snapshot, ready to be written."""
    standing = [
        one
        if one.promoter_id in people and people[one.promoter_id].is_active
        else dataclasses.replace(one, excluded="promoter_not_active")
        for one in found
    ]
    judged = rules.judged(standing, window, cart.now)
    chosen = rules.choose(judged, window)
    winner = chosen[0].promoter_id if chosen else ""
    return models.Attribution(
        id=new_id("atr"),
        merchant_id=merchant_id,
        buyer_id=cart.buyer_id,
        visitor_id=cart.visitor_id,
        frozen_at=cart.now,
        promoter_id=winner,
        link_id=chosen[0].link_id if chosen else "",
        touch_id=chosen[0].touch_id if chosen and not chosen[0].is_lock else "",
        chosen_by=chosen[1].value if chosen else "",
        self_purchase=bool(winner) and people[winner].user_id == cart.buyer_id,
        buyer_promoter_id=own.id if own else "",
        window=dataclasses.asdict(window) | {"effective_from": window.effective_from.isoformat()},
        candidates=[dataclasses.asdict(one) | {"at": one.at.isoformat()} for one in judged],
    )


@transaction.atomic
def lock_customers(paid: Iterable[tuple[str, datetime]]) -> int:
    """锁客 from paid orders, given as (attribution id, paid at). Idempotent; how many locks were made or prolonged."""
    pairs = sorted({pair for pair in paid if pair[0]}, key=lambda pair: (pair[1], pair[0]))
    if not pairs:
        return 0
    return sql.run(
        __package__,
        "lock",
        {"attribution_ids": [one for one, _ in pairs], "paid_at": [at for _, at in pairs]},
    )


def on_order_paid(events: Sequence[OrderPaid]) -> None:
    """Subscribed to `OrderPaid`: what the link brought, and the buyer locked where the shop's rule says so."""
    record_sales(events)
    lock_customers((line.attribution_id, event.paid_at) for event in events for line in event.lines)
