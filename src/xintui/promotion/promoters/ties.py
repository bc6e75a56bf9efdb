"""我的团队: the sponsor relation as a promoter may see her part of it. A register; it pays nobody (P-07)."""

import csv
import io
from datetime import datetime
from typing import Any

from xintui.foundation.identity import facade as identity
from xintui.infra import sql
from xintui.kernel.cells import harmless
from xintui.kernel.times import SHANGHAI, accounting_date
from xintui.promotion.promoters import queries
from xintui.promotion.promoters.contracts import Bond, State, TeamMember, TeamPage, Ties, public_code


def team(
    promoter_id: str, *, text: str = "", state: State | None = None, after: str | None = None, limit: int = 50
) -> TeamPage:
    """Everyone who joined through this promoter, by id.

    `text` finds what is shown: a code, the last four digits of a phone, or how a (masked) name begins.
    """
    text = text.strip()
    params = {
        "promoter_id": promoter_id, "after": after or "", "limit": limit + 1, "text": text,
        "state": state.value if state else "", "initial": text.rstrip("*") if len(text.rstrip("*")) == 1 else "",
        "users": _by_digits(promoter_id, text),
    }  # fmt: skip
    rows = sql.rows(__package__, "team", params)
    hints = identity.hints({row["user_id"] for row in rows[:limit]})
    items = tuple(_member(row, hints) for row in rows[:limit])
    return TeamPage(items, items[-1].promoter_id if len(rows) > limit else None)


def _member(row: dict[str, Any], hints: dict[str, Any]) -> TeamMember:
    hint = hints.get(row.pop("user_id"))
    return TeamMember(**(row | {"state": State(row["state"]), "phone": hint.phone if hint else ""}))


def _by_digits(promoter_id: str, text: str) -> list[str]:
    """The accounts above and below whose phones end in these four digits; anything else finds none."""
    if not (len(text) == 4 and text.isascii() and text.isdigit()):
        return []
    users = [row["user_id"] for row in sql.rows(__package__, "team_users", {"promoter_id": promoter_id})]
    return sorted(identity.hinted(users, text))


def ties(promoter_id: str, *, now: datetime) -> Ties:
    """Where this promoter stands; four statements."""
    size = sql.one(__package__, "team_size", {"promoter_id": promoter_id})
    assert size is not None
    above = _bonds(promoter_id, "", [], asked=False)
    policy = queries.policy(accounting_date(now))
    sponsor = above[0] if above else None
    return Ties(public_code(promoter_id), sponsor, size["direct"], size["further"], size["active"], policy.max_depth)


def bonds(promoter_id: str, text: str) -> tuple[Bond, ...]:
    """关系查询: those with this code or these last four digits to whom this promoter is related, at most ten.

    The answer for somebody unrelated and for nobody is the same: none.
    """
    text = text.strip()
    return _bonds(promoter_id, text.upper()[-8:] if len(text) >= 8 else "", _by_digits(promoter_id, text), asked=True)


def _bonds(promoter_id: str, code: str, users: list[str], *, asked: bool) -> tuple[Bond, ...]:
    rows = sql.rows(__package__, "bonds", {"promoter_id": promoter_id, "code": code, "users": users, "asked": asked})
    hints = identity.hints({row["user_id"] for row in rows})
    return tuple(
        Bond(
            above=row["above"],
            distance=row["distance"],
            code=public_code(row["id"]),
            display_name=row["display_name"],
            phone=hints[row["user_id"]].phone if row["user_id"] in hints else "",
            state=State(row["state"]),
            since=row["since"],
            source=row["source"],
        )
        for row in rows
    )


def team_csv(promoter_id: str) -> str:
    """The team as a file for spreadsheets (names masked, formulas defused, at most 10,000 rows)."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["推客号", "名称", "等级", "状态", "层级", "邀请人", "来源", "加入时间"])
    for member in team(promoter_id, limit=10_000).items:
        cells = [member.promoter_id, member.display_name, member.level, member.state.value, str(member.distance)]
        cells += [member.sponsor_id, member.source, member.bound_at.astimezone(SHANGHAI).isoformat()]
        writer.writerow(map(harmless, cells))
    return out.getvalue()
