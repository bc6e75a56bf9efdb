"""Reads: certificates, what somebody may do with them, what is missing."""

import base64
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q, QuerySet

from xintui.infra import secretbox
from xintui.infra.paging import Page, page
from xintui.kernel.times import accounting_date
from xintui.trust.qualification import keys, tables
from xintui.trust.qualification.contracts import (
    Certificate,
    CertificateNotFound,
    FileNotFound,
    Finding,
    Holder,
    HolderKind,
    Kind,
    Lack,
    Need,
    Paper,
    State,
    Unqualified,
    UnqualifiedPromoter,
)
from xintui.trust.qualification.models import Certificate as Row
from xintui.trust.qualification.models import File
from xintui.trust.qualification.rules import life


def one(certificate_id: str, *, holder: Holder | None = None) -> Certificate:
    """With `holder` only its own. Raises `CertificateNotFound`."""
    rows = Row.objects.filter(id=certificate_id)
    row = (_of(rows, holder) if holder else rows).first()
    if row is None:
        raise CertificateNotFound(certificate_id)
    return contract(row)


def of(holder: Holder, *, after: str = "", limit: int = 20) -> Page[Certificate]:
    """Somebody's own, newest first."""
    return page(_of(Row.objects.all(), holder), contract, keys=["id"], kinds=[str], after=after, limit=limit)


def certificates(
    *, state: str = "", kind: str = "", checking: bool = False, after: str = "", limit: int = 20
) -> Page[Certificate]:
    """All of them, newest first; `checking`: those whose re-check waits for a person."""
    rows = Row.objects.all()
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if checking:
        rows = rows.filter(check_since__isnull=False)
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def waiting(*, skip: Collection[str] = ()) -> Certificate | None:
    """What has waited longest for a person: what was handed in before what is to be checked again."""
    rows = Row.objects.exclude(id__in=list(skip))
    row = rows.filter(state=State.REVIEW).order_by("submitted_at", "id").first()
    row = row or rows.filter(check_since__isnull=False).order_by("check_since", "id").first()
    return contract(row) if row else None


def how_many_wait() -> tuple[int, int]:
    """To be decided, to be checked again."""
    return Row.objects.filter(state=State.REVIEW).count(), Row.objects.filter(check_since__isnull=False).count()


def in_force(holder: Holder, *, today: date) -> dict[Kind, Certificate]:
    """What somebody holds today, by kind. A certificate is good through its last day, whenever the sweep comes by."""
    rows = _good(_of(Row.objects.all(), holder), today)
    return {Kind(row.kind): contract(row) for row in rows}


def lacking(merchant_id: str, category: str, papers: Iterable[Paper], *, today: date) -> tuple[Lack, ...]:
    """What a shop lacks to sell such goods that bear these numbers; most categories ask nothing."""
    asked = tables.catalogue(today).asks(category)
    if asked is None:
        return ()
    held = in_force(Holder(HolderKind.MERCHANT, merchant_id), today=today) if asked.merchant else {}
    return life.lacking(asked, held, papers)


def require_for_shelf(merchant_id: str, category: str, papers: Iterable[Paper], *, today: date) -> None:
    """Raises `Unqualified` naming everything that is missing."""
    missing = lacking(merchant_id, category, papers, today=today)
    if missing:
        asked = tables.catalogue(today).asks(category)
        assert asked is not None
        kinds = [kind.value for lack in missing for kind in lack.any_of]
        raise Unqualified(asked.title, "；".join(_where(lack) for lack in missing), kinds)


def barred(merchant_ids: Collection[str], *, today: date) -> dict[str, frozenset[str]]:
    """Shop → categories it may not sell for want of a paper of its own. Two statements however many shops."""
    terms = tables.catalogue(today)
    rows = _good(Row.objects.filter(holder_kind=HolderKind.MERCHANT, holder_id__in=list(merchant_ids)), today)
    held: dict[str, set[Kind]] = {one: set() for one in merchant_ids}
    for holder_id, kind in rows.values_list("holder_id", "kind"):
        held[holder_id].add(Kind(kind))
    return {
        shop: frozenset(
            category
            for asked in terms.classes
            if any(not set(group) & kinds for group in asked.merchant)
            for category in asked.categories
        )
        for shop, kinds in held.items()
    }


def require_promoter(asked: Iterable[tuple[str, str, str]], *, today: date) -> None:
    """(promoter, category, channel): raises `UnqualifiedPromoter` for the first who may not speak for it there."""
    terms = tables.catalogue(today)
    for promoter_id, category, channel in asked:
        found = terms.asks(category)
        if found is None or found.promoter is None or channel not in found.promoter.channels:
            continue
        held = in_force(Holder(HolderKind.PROMOTER, promoter_id), today=today)
        if not set(found.promoter.any_of) & set(held):
            kinds = [kind.value for kind in found.promoter.any_of]
            raise UnqualifiedPromoter(found.title, life.says(found.promoter.any_of), kinds)


def needs(holder: Holder, categories: Collection[str], *, today: date) -> tuple[Need, ...]:
    """What these categories ask of a holder, and by what each is met."""
    held = in_force(holder, today=today)
    found: list[Need] = []
    for asked in tables.catalogue(today).classes:
        if not set(asked.categories) & set(categories):
            continue
        promoter = (asked.promoter.any_of,) if asked.promoter else ()
        for group in asked.merchant if holder.kind is HolderKind.MERCHANT else promoter:
            met = next((held[kind].id for kind in group if kind in held), "")
            found.append(Need(asked, group, life.says(group), met))
    return tuple(found)


def file(file_id: str, *, owner: str = "", holder: Holder | None = None) -> bytes:
    """A picture's bytes: for its uploader, for the holder of a certificate that shows it, or with neither for the desk.

    Raises `FileNotFound`.
    """
    row = File.objects.filter(id=file_id).first()
    if row is None:
        raise FileNotFound(file_id)
    mine = not owner and holder is None
    mine = mine or (bool(owner) and row.owner == owner)
    mine = mine or (holder is not None and _of(Row.objects.filter(files__contains=[file_id]), holder).exists())
    if not mine:
        raise FileNotFound(file_id)
    return base64.b64decode(secretbox.unseal(row.sealed, keys.PICTURE, row.id))


def whole_number(certificate_id: str) -> str:
    """A person's number as it stands on the paper, for whoever compares the two. Raises `CertificateNotFound`."""
    row = Row.objects.filter(id=certificate_id).first()
    if row is None:
        raise CertificateNotFound(certificate_id)
    return keys.unseal(row.sealed, row.id) if row.sealed else row.number


def contract(row: Row) -> Certificate:
    kind = Kind(row.kind)
    return Certificate(
        id=row.id, holder=Holder(HolderKind(row.holder_kind), row.holder_id), kind=kind,
        title=tables.catalogue(accounting_date(row.submitted_at)).kinds[kind].title, number=row.number, name=row.name,
        issued_on=row.issued_on, expires_on=row.expires_on, files=tuple(row.files), state=State(row.state),
        findings=tuple(Finding(**one) for one in row.findings), submitted_at=row.submitted_at,
        decided_by=row.decided_by, decided_at=row.decided_at, reason=row.reason, checked_at=row.checked_at,
        check_on=row.check_on, check_since=row.check_since, version=row.version,
    )  # fmt: skip


def _of(rows: "QuerySet[Row]", holder: Holder) -> "QuerySet[Row]":
    return rows.filter(holder_kind=holder.kind, holder_id=holder.id)


def _good(rows: "QuerySet[Row]", today: date) -> "QuerySet[Row]":
    return rows.filter(Q(expires_on=None) | Q(expires_on__gte=today), state=State.PASSED)


def _where(lack: Lack) -> str:
    return lack.says if lack.who == "merchant" else f"商品的{lack.says}"
