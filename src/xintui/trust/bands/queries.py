"""Reading: which model judges, how it judges somebody today, versions with their cards, who adopted what."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from xintui.infra.paging import Page, page
from xintui.kernel.times import accounting_date
from xintui.trust.bands import rules, tables
from xintui.trust.bands.contracts import RULES, Adoption, Card, Judgement, Model, ModelNotFound, Past
from xintui.trust.bands.models import Adoption as AdoptionRow
from xintui.trust.bands.models import Model as Row
from xintui.trust.bands.models import Plea
from xintui.trust.deposits.contracts import Band, Holder, HolderKind


def judge(holder: Holder, past: Callable[[], Past], *, now: datetime) -> Judgement | None:
    """By the band a person gave on appeal while it lasts, else by the adopted model; None: by the rule table.

    `past` is asked only where a model judges.
    """
    given = Plea.objects.filter(holder_kind=holder.kind, holder_id=holder.id, until__gt=now).order_by("-id").first()
    if given is not None and given.until is not None:
        says = f"申诉成立，由人核定为 {given.asked} 档，有效至 {accounting_date(given.until):%Y-%m-%d}"
        return Judgement(Band(given.asked), says, RULES, given.id, None, ())
    model_id = in_force(holder.kind)
    if model_id == RULES:
        return None
    return by_card(past(), one(model_id).card, model_id, days=tables.terms(accounting_date(now)).ahead_days)


def by_card(past: Past, card: Card, model_id: str, *, days: int) -> Judgement:
    """What a version says of somebody, and why."""
    risk, why = rules.risk_bp(past, card), rules.reasons(past, card)
    return Judgement(rules.band(risk, card.cuts_bp), rules.words(why, risk, days), model_id, "", risk, why)


def in_force(kind: HolderKind) -> str:
    """The number of the adopted model, `RULES` without one."""
    last = AdoptionRow.objects.filter(holder_kind=kind).order_by("-id").values_list("model_id", flat=True).first()
    return last or RULES


def one(model_id: str) -> Model:
    """Raises `ModelNotFound`."""
    row = Row.objects.filter(id=model_id).first()
    if row is None:
        raise ModelNotFound(model_id)
    return contract(row, in_force(HolderKind(row.holder_kind)))


def models(*, kind: str = "", after: str = "", limit: int = 20) -> Page[Model]:
    """Newest first."""
    rows = Row.objects.filter(holder_kind=kind) if kind else Row.objects.all()
    used = {one: in_force(one) for one in HolderKind}
    return page(
        rows, lambda row: contract(row, used[HolderKind(row.holder_kind)]),
        keys=["id"], kinds=[str], after=after, limit=limit,
    )  # fmt: skip


def adoptions(kind: HolderKind, *, most: int = 50) -> list[Adoption]:
    """What was in force when, the last first."""
    rows = AdoptionRow.objects.filter(holder_kind=kind).order_by("-id")[:most]
    return [Adoption(HolderKind(row.holder_kind), row.model_id, row.at, row.by, row.reason) for row in rows]


def contract(row: Row, used: str) -> Model:
    return Model(row.id, HolderKind(row.holder_kind), row.trained_at, card(row.card), row.id == used)


def card(row: Mapping[str, Any]) -> Card:
    cuts = {Band(name): bp for name, bp in row["cuts_bp"].items()}
    return Card(**{**row, "cuts_bp": cuts, "limits": tuple(row["limits"])})
