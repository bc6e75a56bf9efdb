"""Reading appeals: of a party, about decisions, all of them for the desk."""

from collections.abc import Collection, Sequence

from xintui.infra.paging import Page, page
from xintui.trust.appeals.contracts import About, Appeal, AppealNotFound, Party, PartyKind, State
from xintui.trust.appeals.models import Appeal as Row


def one(appeal_id: str) -> Appeal:
    """Raises `AppealNotFound`."""
    row = Row.objects.filter(id=appeal_id).first()
    if row is None:
        raise AppealNotFound(appeal_id)
    return contract(row)


def about(kind: About, ids: Collection[str]) -> dict[str, Appeal]:
    """The appeals that stand or were answered, by the decision they are about; one query."""
    rows = Row.objects.filter(about=kind, subject_id__in=ids).exclude(state=State.WITHDRAWN)
    return {row.subject_id: contract(row) for row in rows}


def of(parties: Sequence[Party], *, after: str = "", limit: int = 20) -> Page[Appeal]:
    """What these parties have filed (a person may be buyer and promoter), newest first."""
    rows = Row.objects.filter(party_id__in=[party.id for party in parties])
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def appeals(*, state: str = "", kind: str = "", after: str = "", limit: int = 20) -> Page[Appeal]:
    """All of them, newest first."""
    rows = Row.objects.all()
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(about=kind)
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def contract(row: Row) -> Appeal:
    return Appeal(
        id=row.id,
        about=About(row.about),
        subject_id=row.subject_id,
        appellant=Party(PartyKind(row.party_kind), row.party_id),
        title=row.title,
        words=row.words,
        state=State(row.state),
        filed_at=row.filed_at,
        answer_by=row.answer_by,
        answer=row.answer,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
