"""What both sides read."""

from datetime import date, datetime

from xintui.infra.http import Out
from xintui.promotion.screening.contracts import Field, FieldKind, Shown, State

Values = dict[str, int | str | None]


class ScreeningFieldOut(Out):
    """`unit`: fen is money, bp hundredths of a percent. `values`: those of an enum, in order, with their names."""

    key: str
    title: str
    unit: str
    kind: FieldKind
    module: str
    source: str
    window_days: int
    fresh: str
    hideable: bool
    hidden: bool
    values: dict[str, str]


class ShownOut(Out):
    """One field in words: what it is, whose fact, as of which day. `hidden`: only ever true for who hides it."""

    field: ScreeningFieldOut
    value: int | str | None
    says: str
    as_of: date
    hidden: bool


class InvitationOut(Out):
    id: str
    merchant_id: str
    merchant_name: str
    promoter_id: str
    name: str
    product_id: str
    product_title: str
    message: str
    state: State
    sent_at: datetime
    expires_at: datetime
    answered_at: datetime | None


def field_out(one: Field) -> ScreeningFieldOut:
    return ScreeningFieldOut.from_orm(one)


def shown_out(one: Shown) -> ShownOut:
    return ShownOut(
        field=field_out(one.field), value=one.value, says=one.says, as_of=one.as_of, hidden=one.hidden
    )  # fmt: skip
