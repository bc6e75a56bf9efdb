"""Reads. Everything returned is a contract."""

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductNotFound, ProductState
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import MerchantNotFound, MerchantState
from xintui.commerce.quality import facade as quality
from xintui.infra import sql
from xintui.promotion.attribution import models, rules
from xintui.promotion.attribution.contracts import (
    BadCode,
    Candidate,
    Channel,
    ChosenBy,
    ClickRule,
    Explanation,
    LinkPage,
    MaterialResult,
    NoSuchAttribution,
    NoSuchLink,
    NoSuchTarget,
    Result,
    ShareLink,
    Target,
    TargetKind,
    Visit,
    Window,
)


def keys() -> list[bytes]:
    """Today's signing key first, then those of the keys this installation had before (overlap rotation)."""
    secrets = [str(settings.SECRET_KEY), *map(str, settings.SECRET_KEY_FALLBACKS)]
    return [hmac.digest(secret.encode(), b"xintui.attribution/link.v1", "sha256") for secret in secrets]


def link_contract(
    row: models.Link, clicks: int = 0, visitors: int = 0, result: Result | None = None, paused: str = ""
) -> ShareLink:
    """One link with its counts and what it brought."""
    brought = result or Result()
    return ShareLink(
        id=row.id,
        promoter_id=row.promoter_id,
        target=Target(TargetKind(row.target_kind), row.target_id, row.merchant_id, row.title),
        channel=Channel(row.channel),
        code=row.code,
        created_at=row.created_at,
        clicks=clicks,
        visitors=visitors,
        material_id=row.material_id,
        orders=brought.orders,
        paid_fen=brought.paid_fen,
        net_fen=brought.net_fen,
        paused=paused,
    )


def paused_of(rows: Iterable[models.Link]) -> dict[str, str]:
    """Product → why it is not promoted at present, of those that these links lead to. One query."""
    goods = {row.target_id for row in rows if row.target_kind == TargetKind.PRODUCT}
    return {product: block.says for product, block in quality.paused(goods).items()}


def sharing(product_ids: Iterable[str], *, most: int) -> list[tuple[str, str]]:
    """(promoter, product) of whoever has a link to one of these, the newest links first."""
    found = models.Link.objects.filter(target_id__in=sorted(set(product_ids)), target_kind=TargetKind.PRODUCT)
    pairs = found.order_by("-id").values_list("promoter_id", "target_id")[:most]
    return list(dict.fromkeys(pairs))


def resolve(code: str) -> ShareLink:
    """The link of a code we signed. Raises `BadCode`, the same for unknown and for altered ones."""
    return resolved([code])[code]


def resolved(codes: Sequence[str]) -> dict[str, ShareLink]:
    """The links of codes we signed, in one query. Raises `BadCode`, the same for unknown and for altered ones."""
    handles = {code: rules.handle_in(code) for code in codes}
    rows = {row.handle: row for row in models.Link.objects.filter(handle__in={one for one in handles.values() if one})}
    found, ours, stopped = {}, keys(), paused_of(rows.values())
    for code, handle in handles.items():
        row = rows.get(handle) if handle else None
        # An unknown handle is checked against nobody's name, so that both answers take the same work.
        if not rules.is_signed(ours, code, row.promoter_id if row else "") or row is None:
            raise BadCode
        found[code] = link_contract(row, paused=stopped.get(row.target_id, ""))
    return found


def links_of(promoter_id: str, *, after: str | None = None, limit: int = 50) -> LinkPage:
    """A promoter's links, newest first, with clicks, visitors and results: four queries whatever the size."""
    found = models.Link.objects.filter(promoter_id=promoter_id).order_by("-id")
    if after:
        found = found.filter(id__lt=after)
    rows = list(found[: limit + 1])
    shown = rows[:limit]
    ids = [row.id for row in shown]
    counts, brought = counts_of(promoter_id, ids), results_of(promoter_id, ids)
    stopped = paused_of(shown)
    items = tuple(
        link_contract(row, *counts.get(row.id, (0, 0)), brought.get(row.id), stopped.get(row.target_id, ""))
        for row in shown
    )
    return LinkPage(items, shown[-1].id if len(rows) > limit else None)


def visits_of(buyer_id: str, *, limit: int = 1000) -> tuple[Visit, ...]:
    """Which shared links a person opened, as far as their visits are known to be theirs; the newest first."""
    mine = models.VisitorBuyer.objects.filter(buyer_id=buyer_id).values("visitor_id")
    found = models.Touch.objects.filter(Q(buyer_id=buyer_id) | Q(visitor_id__in=mine)).order_by("-at")[:limit]
    return tuple(Visit(row.at, row.channel, row.merchant_id, row.visitor_id) for row in found)


def opener(link: ShareLink, visitor_id: str, buyer_id: str = "") -> str:
    """Who opened this link, if it was this visitor or this buyer: the buyer where known, else the visitor; else ""."""
    touches = models.Touch.objects.filter(promoter_id=link.promoter_id, link_id=link.id)
    known = models.VisitorBuyer.objects.filter(visitor_id=visitor_id).order_by("id").values_list("buyer_id", flat=True)
    who = buyer_id or known.first() or ""
    mine = models.VisitorBuyer.objects.filter(buyer_id=who).values("visitor_id") if who else []
    seen = Q(visitor_id=visitor_id) | Q(visitor_id__in=mine) | (Q(buyer_id=who) if who else Q(pk=None))
    return (who or visitor_id) if touches.filter(seen).exists() else ""


def counts_of(promoter_id: str, link_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Link → clicks and different visitors."""
    rows = sql.rows(__package__, "counts", {"promoter_id": promoter_id, "link_ids": list(link_ids)})
    return {row["link_id"]: (row["clicks"], row["visitors"]) for row in rows}


def results_of(promoter_id: str, link_ids: Sequence[str]) -> dict[str, Result]:
    """Link → orders, paid and net of refunds; purchases of the promoter's own are not results. One query."""
    rows = sql.rows(__package__, "results", {"promoter_id": promoter_id, "link_ids": list(link_ids)})
    return {row["link_id"]: Result(row["orders"], row["paid_fen"], row["net_fen"]) for row in rows}


def results_of_materials(material_ids: Iterable[str]) -> dict[str, MaterialResult]:
    """Material version → what all links made with it brought together. One query."""
    rows = sql.rows(__package__, "material_results", {"material_ids": sorted(set(material_ids))})
    return {row.pop("material_id"): MaterialResult(**row) for row in rows}


def link(promoter_id: str, link_id: str) -> ShareLink:
    """One of this promoter's links. Raises `NoSuchLink`, also for another's."""
    row = models.Link.objects.filter(promoter_id=promoter_id, id=link_id).first()
    if row is None:
        raise NoSuchLink(link_id)
    counts = counts_of(promoter_id, [link_id]).get(link_id, (0, 0))
    stopped = paused_of([row]).get(row.target_id, "")
    return link_contract(row, *counts, results_of(promoter_id, [link_id]).get(link_id), stopped)


def windows(merchant_ids: Iterable[str], now: datetime) -> dict[str, Window]:
    """The rule in force for each shop."""
    shops = sorted(set(merchant_ids))
    return dict(zip(shops, windows_at([(shop, now) for shop in shops]), strict=True))


def windows_at(asked: Sequence[tuple[str, datetime]]) -> list[Window]:
    """The rule in force for each (shop, time)."""
    if not asked:
        return []
    rows = sql.rows(__package__, "windows", {"shops": [shop for shop, _ in asked], "nows": [now for _, now in asked]})
    return [window_contract(row) for row in rows]


def window_contract(row: dict[str, Any]) -> Window:
    """From a table row or from a snapshot."""
    effective = row["effective_from"]
    return Window(
        version=row["version"],
        merchant_id=row["merchant_id"],
        click_days=row["click_days"],
        click_rule=ClickRule(row["click_rule"]),
        lock_days=row["lock_days"],
        effective_from=datetime.fromisoformat(effective) if isinstance(effective, str) else effective,
        source=row["source"],
    )


def target(kind: TargetKind, target_id: str) -> Target:
    """The thing to share, from our own tables. Raises `NoSuchTarget` for what does not exist or is not on sale."""
    try:
        if kind is TargetKind.PRODUCT:
            product = catalog.get(target_id)
            if product.state is ProductState.ON_SHELF and not product.barred:
                return Target(kind, product.id, product.merchant_id, product.title, product.category)
        elif kind is TargetKind.SHOP:
            shop = merchants.get(target_id)
            if shop.state is MerchantState.ACTIVE:
                return Target(kind, shop.id, shop.id, shop.name)
        elif target_id == "home":
            return Target(kind, "home", "", "信推好物")
    except (ProductNotFound, MerchantNotFound):
        pass
    raise NoSuchTarget(target_id)


def why(attribution_id: str, *, merchant_id: str = "") -> Explanation:
    """Why X got this order, with the choice computed again from the frozen inputs; with `merchant_id` only its own.

    Raises `NoSuchAttribution`.
    """
    found = models.Attribution.objects.filter(id=attribution_id)
    row = (found.filter(merchant_id=merchant_id) if merchant_id else found).first()
    if row is None:
        raise NoSuchAttribution(attribution_id)
    window = window_contract(row.window)
    candidates = tuple(Candidate(**(one | {"at": datetime.fromisoformat(one["at"])})) for one in row.candidates)
    again = rules.choose(rules.judged(candidates, window, row.frozen_at), window)
    chosen = (again[0].promoter_id, again[1].value) if again else ("", "")
    return Explanation(
        attribution_id=row.id,
        merchant_id=row.merchant_id,
        buyer_id=row.buyer_id,
        frozen_at=row.frozen_at,
        window=window,
        candidates=candidates,
        chosen_by=ChosenBy(row.chosen_by) if row.chosen_by else None,
        promoter_id=row.promoter_id,
        self_purchase=row.self_purchase,
        agrees=chosen == (row.promoter_id, row.chosen_by),
        sentence=rules.sentence(window, again, row.self_purchase),
    )
