"""Reading: how many points, what they are from, what they buy, and whether everything adds up."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import POINTS, Kind, StatementLine
from xintui.foundation.ledger.contracts import Account as Books
from xintui.infra import sql
from xintui.infra.paging import Page, page
from xintui.trust.points import models, rules, tables
from xintui.trust.points.contracts import (
    Account,
    Benefit,
    Correction,
    CorrectionKind,
    CorrectionState,
    Earning,
    Effect,
    Line,
    Standing,
    Tool,
    Voucher,
    VoucherState,
)

HOME: Final = "xintui.trust.points"
VERBS: Final = {
    "points.earned": "获得",
    "points.redeemed": "兑换",
    "points.returned": "退回兑换",
    "points.pledged": "抵保证金",
    "points.released": "取回抵扣",
    "points.expired": "到期",
    "points.taken": "人工扣回",
}


def account(member_id: str, *, today: date) -> Account:
    """How many there are, from the ledger; zeros for whoever never had any."""
    return accounts([member_id], today=today)[member_id]


def accounts(ids: Sequence[str], *, today: date) -> dict[str, Account]:
    """Many at once, in three queries."""
    rows = {row.id: row for row in models.Member.objects.filter(id__in=ids)}
    free = {one: Books(Kind.POINTS_BALANCE, one, POINTS) for one in ids}
    pledged = {one: Books(Kind.POINTS_PLEDGED, one, POINTS) for one in ids}
    held = ledger.balances([*free.values(), *pledged.values()])
    going = {row["id"]: row for row in sql.rows(HOME, "expiring", {"ids": list(ids), "today": today})}
    found = {}
    for one in ids:
        row, next_ = rows.get(one), going.get(one)
        found[one] = Account(
            member_id=one, earned=row.earned if row else 0, used=row.used if row else 0,
            free=held[free[one]].posted_fen, pledged=held[pledged[one]].posted_fen,
            expiring=next_["points"] if next_ else 0, expires_on=next_["expires_on"] if next_ else None,
        )  # fmt: skip
    return found


def earnings(member_id: str, *, after: str = "", limit: int = 20) -> Page[Earning]:
    """What was earned, newest first."""
    rows = models.Earning.objects.filter(member_id=member_id)
    return page(rows, earning, keys=["id"], kinds=[str], after=after, limit=limit)


def history(member_id: str, *, limit: int = 50) -> list[Line]:
    """The newest moves of what is free, each in words; four queries."""
    lines = ledger.latest(Books(Kind.POINTS_BALANCE, member_id, POINTS), limit=limit)
    ids = [_id(line) for line in lines]
    words = {row.id: (_title(row.rule), row.says) for row in models.Earning.objects.filter(id__in=ids)}
    words |= {row.id: (row.title, "") for row in models.Voucher.objects.filter(id__in=ids)}
    words |= {row.id: ("", row.reason) for row in models.Correction.objects.filter(id__in=ids)}
    return [_line(one, *words.get(_id(one), ("", ""))) for one in lines]


def _id(line: StatementLine) -> str:
    return line.reason.split("/")[1]


def _title(rule: str) -> str:
    return tables.titles().get(rule, rule)


def _line(one: StatementLine, title: str, says: str) -> Line:
    verb = one.reason.partition("/")[0]
    return Line(verb, title or VERBS[verb], says, one.on, one.at, one.in_fen - one.out_fen, one.balance_fen)


def is_settled(month: date) -> bool:
    """Whether a month's points have been given."""
    return models.Settled.objects.filter(month=month).exists()


def tools(member_id: str, *, today: date, of: str = "promoter") -> list[Tool]:
    """The catalogue of today for a promoter or a merchant, with what this member may still redeem this month."""
    months = models.Month.objects.filter(member_id=member_id, month=today.replace(day=1))
    times = dict(months.values_list("tool", "times"))
    return [
        Tool(
            one.code, one.title, one.says, one.where, one.points, one.effect, one.amount, one.valid_days,
            one.per_month, max(0, one.per_month - times.get(one.code, 0)),
        )
        for one in tables.catalogue(today).tools.values() if one.of in {"", of}
    ]  # fmt: skip


def vouchers(member_id: str, *, effect: Effect | None = None, held: bool = False) -> list[Voucher]:
    """What was redeemed, newest first: of one kind, or only what can still be used."""
    rows = models.Voucher.objects.filter(member_id=member_id)
    if effect:
        rows = rows.filter(effect=effect)
    if held:
        rows = rows.filter(state=VoucherState.HELD)
    return [voucher(row) for row in rows.order_by("-id")[:100]]


def was_used(member_id: str, effect: Effect, used_for: str) -> bool:
    """Whether a tool of this member was used for this."""
    return models.Voucher.objects.filter(
        member_id=member_id, effect=effect, state=VoucherState.USED, used_for=used_for
    ).exists()


def benefits(standing: Standing, *, today: date) -> tuple[Benefit, ...]:
    """The twelve benefits as they stand for somebody."""
    return rules.benefits(standing, tables.benefits(today))


def shop_benefits(score: int, *, today: date) -> tuple[Benefit, ...]:
    """A shop's benefits, by its shop score (0: none)."""
    return rules.benefits(Standing(score), tables.benefits(today), shop=True)


def audit() -> list[tuple[str, str]]:
    """(member, what is wrong) where counters, earnings and the ledger do not say the same. Empty: all is well."""
    return [(row["id"], row["detail"]) for row in sql.rows(HOME, "audit", {})] + _unlike_ledger()


def _unlike_ledger() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for ids in _slices():
        held = ledger.balances([Books(Kind.POINTS_BALANCE, row.id, POINTS) for row in ids])
        for row, one in zip(ids, held.values(), strict=True):
            if one.posted_fen != row.earned - row.used:
                found.append((row.id, f"账本 {one.posted_fen}，应为 {row.earned - row.used}"))
    return found


def _slices(at_once: int = 5000) -> Iterable[list[models.Member]]:
    after = ""
    while rows := list(models.Member.objects.filter(id__gt=after).order_by("id")[:at_once]):
        yield rows
        after = rows[-1].id


def earning(row: models.Earning) -> Earning:
    return Earning(
        row.id, row.member_id, row.rule, _title(row.rule), row.points, row.day, row.expires_on, row.says, row.ref
    )


def corrections(*, state: str = "", after: str = "", limit: int = 20) -> Page[Correction]:
    """What people asked to be corrected, newest first."""
    rows = models.Correction.objects.filter(state=state) if state else models.Correction.objects.all()
    return page(rows, correction, keys=["id"], kinds=[str], after=after, limit=limit)


def correction(row: models.Correction) -> Correction:
    return Correction(
        id=row.id, member_id=row.member_id, kind=CorrectionKind(row.kind), points=row.points, number=row.number,
        reason=row.reason, state=CorrectionState(row.state), asked_by=row.asked_by, asked_at=row.asked_at,
        decided_by=row.decided_by, decided_at=row.decided_at, answer=row.answer,
    )  # fmt: skip


def voucher(row: models.Voucher) -> Voucher:
    return Voucher(
        id=row.id, member_id=row.member_id, tool=row.tool, title=row.title, effect=Effect(row.effect),
        amount=row.amount, points=row.points, state=VoucherState(row.state), at=row.at, valid_until=row.valid_until,
        used_for=row.used_for, ended_at=row.ended_at,
    )  # fmt: skip
