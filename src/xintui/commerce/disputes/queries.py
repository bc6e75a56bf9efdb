"""Reading disputes: lists by whose they are, and one whole. A row is asked for together with its reader."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from xintui.commerce.disputes import models, rules, tables
from xintui.commerce.disputes.contracts import (
    Debt,
    Dispute,
    DisputeFile,
    DisputeNotFound,
    Entry,
    File,
    FileKind,
    Picture,
    Repayment,
    RepaymentState,
    Side,
    State,
    WriteOff,
    WriteOffState,
)
from xintui.foundation.identity.contracts import MERCHANT_ROLES, PLATFORM_ROLES, Principal
from xintui.infra.paging import Page, page
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal

MOST_DEBTS: Final = 50
MORE: Final = ".buyer"
"""Behind the dispute's number: the appeal of a buyer who was given a part."""


def contract(row: models.Case) -> Dispute:
    return Dispute(
        id=row.id,
        merchant_id=row.merchant_id,
        order_id=row.order_id,
        line_id=row.line_id,
        buyer_id=row.buyer_id,
        promoter_id=row.promoter_id,
        promoter_user_id=row.promoter_user_id,
        product_id=row.product_id,
        title=row.title,
        picture=row.picture,
        kind=row.kind,
        kind_title=tables.version(row.version).kind(row.kind).title,
        version=row.version,
        liable=Side(row.liable),
        wanted_fen=row.wanted_fen,
        words=row.words,
        state=State(row.state),
        waits_for=Side(row.waits_for) if row.waits_for else None,
        due_at=row.due_at,
        late=row.late,
        filed_at=row.filed_at,
        answer=row.answer,
        answered_at=row.answered_at,
        offered_fen=row.offered_fen,
        ruled_fen=row.ruled_fen,
        rule=row.rule,
        ruling=row.ruling,
        ruled_at=row.ruled_at,
        pay_by=row.pay_by,
        after_sale_id=row.aftersale_id,
        more_after_sale_id=row.more_id,
        paid_fen=row.paid_fen,
        deposit_fen=row.deposit_fen,
        owed_fen=row.owed_fen,
        paid_at=row.paid_at,
        recovered_fen=row.recovered_fen,
        written_off_fen=row.written_off_fen,
        appeal_id=row.appeal_id,
        appeal_until=row.appeal_until,
        closed_at=row.closed_at,
    )


def as_file(row: models.File) -> File:
    return File(
        id=row.id,
        side=Side(row.side),
        kind=FileKind(row.kind),
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        words=row.words,
        at=row.at,
        removed=row.removed,
    )


def file_of(row: models.Case, side: Side | None) -> DisputeFile:
    """One dispute whole, as this side reads it, in a fixed number of statements."""
    terms = tables.version(row.version)
    timeline = models.Entry.objects.filter(dispute_id=row.id, merchant_id=row.merchant_id).order_by("id")
    handed_in = (
        models.File.objects.filter(dispute_id=row.id, merchant_id=row.merchant_id).order_by("id").defer("content")
    )
    told = appealed(row)
    return DisputeFile(
        dispute=contract(row),
        kind=terms.kind(row.kind),
        rule=terms.rules.get(row.rule),
        timeline=tuple(_entry(one) for one in timeline),
        files=tuple(as_file(one) for one in handed_in),
        side=side,
        allowed=rules.allowed(State(row.state), side, ruled(row), appealed=side in told),
        appeals=tuple(told.values()),
    )


def ruled(row: models.Case) -> rules.Ruled:
    part = rules.in_part(row.rule, row.ruled_fen, row.wanted_fen)
    return rules.Ruled(Side(row.liable), row.rule, part, bool(row.more_id))


def subject(row: models.Case, side: Side) -> str:
    """What an appeal of this side is about: the ruling, or that it gave the buyer too little."""
    return f"{row.id}{MORE}" if side is Side.BUYER and row.state == State.PAID else row.id


def appealed(row: models.Case) -> dict[Side, Appeal]:
    """The appeals that stand or were answered, by who filed them; one query."""
    found = appeals.about(About.DISPUTE, [row.id, f"{row.id}{MORE}"])
    return {Side(one.appellant.kind.value): one for _, one in sorted(found.items())}


def side_of(row: models.Case, who: Principal) -> Side | None:
    """Which part somebody plays in this dispute; a promoter only where it is her word that is at fault."""
    if who.merchant_id is not None:
        return Side.MERCHANT if who.merchant_id == row.merchant_id and who.has(*MERCHANT_ROLES) else None
    if who.user_id == row.buyer_id:
        return Side.BUYER
    if row.promoter_user_id and who.user_id == row.promoter_user_id and row.liable == Side.PROMOTER:
        return Side.PROMOTER
    return None


def _read(dispute_id: str, who: Principal) -> tuple[models.Case, Side | None]:
    row = models.Case.objects.filter(id=dispute_id).first()
    side = side_of(row, who) if row else None
    if row is None or (side is None and (who.merchant_id is not None or not who.has(*PLATFORM_ROLES))):
        raise DisputeNotFound(dispute_id)
    return row, side


def read(dispute_id: str, who: Principal) -> DisputeFile:
    """For its parties and the platform's people. Raises `DisputeNotFound`."""
    return file_of(*_read(dispute_id, who))


def whole(dispute_id: str) -> DisputeFile:
    """As the platform reads it. Raises `DisputeNotFound`."""
    row = models.Case.objects.filter(id=dispute_id).first()
    if row is None:
        raise DisputeNotFound(dispute_id)
    return file_of(row, None)


def picture(file_id: str) -> Picture | None:
    """The bytes of a picture. Who may see it was asked when its address was made."""
    row = models.File.objects.filter(id=file_id, kind=FileKind.PICTURE, removed=False).first()
    return Picture(row.dispute_id, row.sha256, bytes(row.content or b"")) if row else None


def pictures(dispute_id: str) -> dict[str, bytes]:
    """All pictures that are still there, by their id."""
    found = models.File.objects.filter(dispute_id=dispute_id, kind=FileKind.PICTURE, removed=False)
    return {one.id: bytes(one.content or b"") for one in found}


def left_fen(row: models.Case) -> int:
    """What the buyer still owes of it."""
    return row.paid_fen - row.recovered_fen - row.written_off_fen if row.state == State.REVERSED else 0


def debts_of(buyer_id: str) -> tuple[Debt, ...]:
    """What a buyer owes or has owed after reversals, the newest first, with every part that was paid; two queries."""
    found = list(models.Case.objects.filter(buyer_id=buyer_id, state=State.REVERSED).order_by("-id")[:MOST_DEBTS])
    paid: dict[str, list[Repayment]] = defaultdict(list)
    parts = models.Repayment.objects.filter(dispute_id__in=[row.id for row in found]).order_by("-id")
    for part in parts.exclude(state=RepaymentState.CALLED_OFF):
        paid[part.dispute_id].append(_repayment(part))
    return tuple(_debt(row, tuple(paid[row.id])) for row in found)


def _debt(row: models.Case, repayments: tuple[Repayment, ...]) -> Debt:
    assert row.closed_at is not None
    return Debt(
        dispute_id=row.id, merchant_id=row.merchant_id, order_id=row.order_id, title=row.title, picture=row.picture,
        kind_title=tables.version(row.version).kind(row.kind).title, ruling=row.ruling, reversed_at=row.closed_at,
        paid_fen=row.paid_fen, recovered_fen=row.recovered_fen, written_off_fen=row.written_off_fen,
        left_fen=left_fen(row), repayments=repayments,
    )  # fmt: skip


def _repayment(row: models.Repayment) -> Repayment:
    return Repayment(
        id=row.id, fen=row.fen, state=RepaymentState(row.state), psp=row.psp, payment_id=row.payment_id,
        transaction_id=row.transaction_id, counted_fen=row.counted_fen, opened_at=row.opened_at, paid_at=row.paid_at,
    )  # fmt: skip


def write_offs(dispute_id: str) -> tuple[WriteOff, ...]:
    """What was asked to be let go of a debt, and what became of it."""
    return tuple(
        WriteOff(
            id=one.id, dispute_id=one.dispute_id, fen=one.fen, reason=one.reason, state=WriteOffState(one.state),
            asked_by=one.asked_by, asked_at=one.asked_at, decided_by=one.decided_by, decided_at=one.decided_at,
        )
        for one in models.WriteOff.objects.filter(dispute_id=dispute_id).order_by("id")
    )  # fmt: skip


def repaid(dispute_id: str) -> list[str]:
    """The payments by which a debt was paid back."""
    found = models.Repayment.objects.filter(dispute_id=dispute_id, counted_fen__gt=0).order_by("id")
    return list(found.values_list("payment_id", flat=True))


def recovered(dispute_id: str) -> list[Entry]:
    """What was recovered after a reversal; `words` is the transfer's number."""
    return [_entry(row) for row in models.Entry.objects.filter(dispute_id=dispute_id, verb="recover").order_by("id")]


def _entry(e: models.Entry) -> Entry:
    return Entry(verb=e.verb, says=e.says, side=Side(e.side), words=e.words, fen=e.fen, at=e.at)


def of_buyer(buyer_id: str, *, order_id: str = "", state: str = "", after: str = "", limit: int = 20) -> Page[Dispute]:
    """A buyer's complaints, newest first; if wanted only those of one order."""
    rows = models.Case.objects.filter(buyer_id=buyer_id)
    return _page(rows.filter(order_id=order_id) if order_id else rows, state, after, limit)


def of_promoter(user_id: str, *, state: str = "", after: str = "", limit: int = 20) -> Page[Dispute]:
    """The complaints that are held against a promoter's word."""
    rows = models.Case.objects.filter(promoter_user_id=user_id, liable=Side.PROMOTER)
    return _page(rows, state, after, limit)


def of_shop(merchant_id: str, *, state: str = "", after: str = "", limit: int = 20) -> Page[Dispute]:
    """The complaints about a shop's orders."""
    return _page(models.Case.objects.filter(merchant_id=merchant_id), state, after, limit)


def upheld_against(promoter_ids: Collection[str], *, since: datetime, until: datetime) -> set[str]:
    """Against whom of these promoters a complaint was upheld in a span, and has not been reversed; one query."""
    rows = models.Case.objects.filter(promoter_id__in=list(promoter_ids), liable=Side.PROMOTER, ruled_fen__gt=0)
    rows = rows.filter(ruled_at__gte=since, ruled_at__lt=until).exclude(state__in=[State.REVERSED, State.WITHDRAWN])
    return set(rows.values_list("promoter_id", flat=True))


def upheld_against_shops(merchant_ids: Collection[str], *, since: datetime, until: datetime) -> set[str]:
    """The same of shops."""
    rows = models.Case.objects.filter(merchant_id__in=list(merchant_ids), liable=Side.MERCHANT, ruled_fen__gt=0)
    rows = rows.filter(ruled_at__gte=since, ruled_at__lt=until).exclude(state__in=[State.REVERSED, State.WITHDRAWN])
    return set(rows.values_list("merchant_id", flat=True))


def disputes(*, state: str = "", after: str = "", limit: int = 20) -> Page[Dispute]:
    """All of them, newest first: the desk's."""
    return _page(models.Case.objects.all(), state, after, limit)


def _page(rows: QuerySet[models.Case], state: str, after: str, limit: int) -> Page[Dispute]:
    if state == "open":
        rows = rows.exclude(state__in=rules.ENDED)
    elif state == "ended":
        rows = rows.filter(state__in=rules.ENDED)
    elif state:
        rows = rows.filter(state=state)
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)
