"""Reading materials: what promoters may use, what a shop or the platform has, what came of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from xintui.commerce.catalog import facade as catalog
from xintui.infra import tenancy
from xintui.infra.paging import Page, page
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Target, TargetKind
from xintui.promotion.materials.contracts import (
    Act,
    Material,
    MaterialKind,
    MaterialNotFound,
    State,
    Usage,
)
from xintui.promotion.materials.models import Code, Use, Version

PUBLIC_STATES = (State.APPROVED, State.WITHDRAWN, State.REPLACED)


def for_promoters(
    *, now: datetime, product_id: str = "", kind: MaterialKind | None = None, after: str = "", limit: int = 20
) -> Page[Material]:
    """What may be shared now, newest first; for a product its own, its category's, its shop's and the platform's.

    Raises `ProductNotFound`.
    """
    rows = Version.objects.filter(state=State.APPROVED, valid_from__lte=now)
    rows = rows.filter(Q(valid_until=None) | Q(valid_until__gt=now))
    if product_id:
        rows = rows.filter(_fits(product_id))
    if kind is not None:
        rows = rows.filter(kind=kind)
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def _fits(product_id: str) -> Q:
    product = catalog.get(product_id)
    owners = Q(merchant_id__in=["", product.merchant_id])
    general = Q(product_id="") & Q(category__in=["", product.category])
    return owners & (general | Q(product_id=product.id))


def fits(material: Material, target: Target) -> bool:
    """Whether a material may be used for this target: another shop's or another product's may not."""
    if material.merchant_id and material.merchant_id != target.merchant_id:
        return False
    if target.kind is not TargetKind.PRODUCT:
        return not material.product_id and not material.category
    product = catalog.get(target.id)
    return material.product_id in ("", product.id) and material.category in ("", product.category)


def shared(version_id: str) -> Material:
    """A version that was ever approved: what was shared stays readable. Raises `MaterialNotFound`."""
    row = Version.objects.filter(id=version_id).exclude(decided_at=None).first()
    if row is None or (row.state not in PUBLIC_STATES):
        raise MaterialNotFound(version_id)
    return contract(row)


def library(
    *,
    merchant_id: str | None = None,
    state: str = "",
    kind: str = "",
    product_id: str = "",
    after: str = "",
    limit: int = 20,
) -> Page[Material]:
    """Every version, newest first; of one shop, or with None of everybody."""
    rows: QuerySet[Version] = Version.objects.all()
    rows = rows if merchant_id is None else rows.filter(merchant_id=merchant_id)
    for name, value in (("state", state), ("kind", kind), ("product_id", product_id)):
        rows = rows.filter(**{name: value}) if value else rows
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def house_posters() -> tuple[Material, ...]:
    """The platform's posters in use: everybody shares with them, so a shop may start its own from one."""
    with tenancy.as_platform():
        return library(merchant_id="", state=State.APPROVED, kind=MaterialKind.POSTER, limit=100).items


def get(version_id: str, *, merchant_id: str | None = None) -> Material:
    """One version; of another shop there is none. Raises `MaterialNotFound`."""
    rows = Version.objects.filter(id=version_id)
    row = (rows if merchant_id is None else rows.filter(merchant_id=merchant_id)).first()
    if row is None:
        raise MaterialNotFound(version_id)
    return contract(row)


def versions(material_id: str, *, merchant_id: str) -> tuple[Material, ...]:
    """All versions of a material, the newest first."""
    rows = Version.objects.filter(material_id=material_id, merchant_id=merchant_id).order_by("-number")
    return tuple(contract(row) for row in rows)


def usage(version_ids: Sequence[str]) -> dict[str, Usage]:
    """What was done with these versions and what came of it: two queries."""
    uses = Use.objects.filter(version_id__in=version_ids).values("version_id", "channel", "act")
    sums = uses.annotate(n=Sum("times"))
    acts: dict[str, dict[str, int]] = {}
    channels: dict[str, dict[str, int]] = {}
    for row in sums:
        mine = acts.setdefault(row["version_id"], {})
        mine[row["act"]] = mine.get(row["act"], 0) + row["n"]
        if row["act"] != Act.SHOWN:
            there = channels.setdefault(row["version_id"], {})
            there[row["channel"]] = there.get(row["channel"], 0) + row["n"]
    brought = attribution.results_of_materials(version_ids)
    found = {}
    for one in version_ids:
        result = brought.get(one)
        found[one] = Usage(
            **acts.get(one, {}),
            links=result.links if result else 0,
            clicks=result.clicks if result else 0,
            orders=result.orders if result else 0,
            net_fen=result.net_fen if result else 0,
            by_channel=channels.get(one, {}),
        )
    return found


def titles(version_ids: set[str]) -> dict[str, str]:
    """Versions by their titles."""
    return {row.id: str(row) for row in Version.objects.filter(id__in=version_ids)}


def mini_code(promoter_id: str, link_id: str) -> tuple[str, bytes] | None:
    """Type and bytes of a link's 小程序码, once WeChat has made it."""
    row = Code.objects.filter(link_id=link_id, promoter_id=promoter_id).first()
    return (row.mime, bytes(row.picture)) if row else None


def contract(row: Version) -> Material:
    return Material(
        id=row.id,
        material_id=row.material_id,
        number=row.number,
        merchant_id=row.merchant_id,
        kind=MaterialKind(row.kind),
        title=row.title,
        text=row.text,
        pictures=tuple(row.pictures),
        template=row.template,
        address=row.address,
        product_id=row.product_id,
        category=row.category,
        state=State(row.state),
        author_id=row.author_id,
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
