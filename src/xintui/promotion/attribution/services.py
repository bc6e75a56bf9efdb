"""Verbs: make a link, note a click, freeze who gets an order, lock a customer."""

import dataclasses
import io
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import segno
from django.db import transaction
from django.db.models import Max

from xintui.commerce.orders.contracts import OrderPaid
from xintui.infra import locks, sql
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import models, queries, rules, tables
from xintui.promotion.attribution.contracts import (
    Candidate,
    Channel,
    ClickRule,
    Landing,
    Referral,
    ShareLink,
    SharePayload,
    Target,
    Visitor,
    Window,
)
from xintui.promotion.attribution.results import record_sales
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter, Promoter
from xintui.trust.compliance import facade as compliance

LONGEST_CLICK_DAYS: Final = 90


@transaction.atomic
def create_link(
    promoter_id: str, target: Target, channel: Channel, *, now: datetime, material_id: str = ""
) -> ShareLink:
    """The promoter's link to one of our things on one channel; asking again gives the same link. Raises `NotAPromoter`.

    With a material's version the link is one of its own, so that what the material brought can be told.
    The caller has looked the target up: what is stored is a kind and an id, never an address.
    """
    promoter = promoters.get([promoter_id]).get(promoter_id)
    if promoter is None or not promoter.is_active:
        raise NotAPromoter(promoter.state.value if promoter else "none")
    handle = os.urandom(rules.HANDLE_BYTES)
    row, _ = models.Link.objects.get_or_create(
        promoter_id=promoter_id,
        target_kind=target.kind.value,
        target_id=target.id,
        channel=channel.value,
        material_id=material_id,
        defaults={
            "id": new_id("lnk"),
            "handle": handle.hex(),
            "code": rules.sign(queries.keys()[0], handle, promoter_id),
            "merchant_id": target.merchant_id,
            "title": target.title[:120],
            "created_at": now,
        },
    )
    return queries.link_contract(row)


def share(link: ShareLink, text: str = "", *, now: datetime) -> SharePayload:
    """What the share sheet gets: the label stands in front of the copy, always. Raises `CopyRefused` (T-15)."""
    copy = text or link.target.title
    today = accounting_date(now)
    compliance.require_usable(copy, today)
    label = compliance.label("disclosure", today).text
    return SharePayload(link, label, rules.labelled(copy, label), f"/s/{link.code}")


def qr_png(address: str, *, scale: int = 8) -> bytes:
    """A QR code of an address as PNG, with the quiet zone the standard asks for."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=scale, border=4)
    return out.getvalue()


@transaction.atomic
def touch(code: str, visitor: Visitor, *, now: datetime) -> Landing:
    """Someone opened a link: where it leads, and the click on record unless it was a machine. Raises `BadCode`."""
    link = queries.resolve(code)
    machine = rules.is_machine(visitor.user_agent, visitor.purpose, tables.machine_agents(), tables.machine_purposes())
    touch_id = new_id("tch")
    disclosure = compliance.label("disclosure", accounting_date(now)).text
    counted = (
        not machine
        and bool(visitor.visitor_id)
        and sql.run(
            __package__,
            "touch",
            {
                "id": touch_id,
                "promoter_id": link.promoter_id,
                "link_id": link.id,
                "merchant_id": link.target.merchant_id,
                "channel": link.channel.value,
                "visitor_id": visitor.visitor_id,
                "buyer_id": visitor.buyer_id,
                "at": now,
            },
        )
        == 1
    )
    if visitor.buyer_id and visitor.visitor_id:
        identify(visitor.visitor_id, visitor.buyer_id, now=now)
    return Landing(link.target, link.promoter_id, disclosure, counted, touch_id if counted else "")


@transaction.atomic
def identify(visitor_id: str, buyer_id: str, *, now: datetime) -> None:
    """This visitor turned out to be this buyer: his anonymous clicks are his from now on."""
    models.VisitorBuyer.objects.bulk_create(
        [models.VisitorBuyer(buyer_id=buyer_id, visitor_id=visitor_id, at=now)], ignore_conflicts=True
    )


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
    if visitor_id:
        identify(visitor_id, buyer_id, now=now)
    candidates = _candidates(buyer_id, visitor_id, merchant_ids, now)
    if not candidates:
        return {}
    windows = queries.windows(candidates, now)
    people = promoters.get(one.promoter_id for found in candidates.values() for one in found)
    own = promoters.by_user(buyer_id)
    rows = [
        _judgement(
            shop, windows[shop], found, people=people, buyer_id=buyer_id, visitor_id=visitor_id, own=own, now=now
        )
        for shop, found in sorted(candidates.items())
    ]
    models.Attribution.objects.bulk_create(rows)
    return {
        row.merchant_id: Referral(row.promoter_id, row.id, row.self_purchase, row.buyer_promoter_id)
        for row in rows
        if row.promoter_id
    }


def _candidates(
    buyer_id: str, visitor_id: str, merchant_ids: Collection[str], now: datetime
) -> dict[str, list[Candidate]]:
    """Clicks and running locks by shop."""
    since = now - timedelta(days=LONGEST_CLICK_DAYS)
    found: dict[str, list[Candidate]] = {}
    wanted = sorted(set(merchant_ids))
    for row in sql.rows(
        __package__,
        "candidates",
        {"buyer_id": buyer_id, "visitor_id": visitor_id, "merchant_ids": wanted, "since": since, "now": now},
    ):
        found.setdefault(row.pop("merchant_id"), []).append(Candidate(**row))
    held = models.Lock.objects.filter(merchant_id__in=wanted, buyer_id=buyer_id, since__lte=now, until__gt=now)
    for lock in held:
        claim = Candidate(lock.promoter_id, lock.since, "", lock.attribution_id, "", is_lock=True)
        found.setdefault(lock.merchant_id, []).append(claim)
    return found


def _judgement(
    merchant_id: str,
    window: Window,
    found: Sequence[Candidate],
    *,
    people: Mapping[str, Promoter],
    buyer_id: str,
    visitor_id: str,
    own: Promoter | None,
    now: datetime,
) -> models.Attribution:
    """One shop's snapshot, ready to be written."""
    standing = [
        one
        if one.promoter_id in people and people[one.promoter_id].is_active
        else dataclasses.replace(one, excluded="promoter_not_active")
        for one in found
    ]
    judged = rules.judged(standing, window, now)
    chosen = rules.choose(judged, window)
    winner = chosen[0].promoter_id if chosen else ""
    return models.Attribution(
        id=new_id("atr"),
        merchant_id=merchant_id,
        buyer_id=buyer_id,
        visitor_id=visitor_id,
        frozen_at=now,
        promoter_id=winner,
        link_id=chosen[0].link_id if chosen else "",
        chosen_by=chosen[1].value if chosen else "",
        self_purchase=bool(winner) and people[winner].user_id == buyer_id,
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
