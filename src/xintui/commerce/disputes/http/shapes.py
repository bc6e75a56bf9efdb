"""What a dispute looks like outside, and what may be said of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from xintui.commerce.disputes.contracts import Dispute, DisputeFile, File, FileKind, Side, Stand, State
from xintui.commerce.disputes.links import address
from xintui.infra.http import AmountFen, Id, In, Out, PageIn, Text
from xintui.trust.appeals.contracts import Appeal
from xintui.trust.appeals.contracts import State as AppealState

Words = Annotated[Text, Field(min_length=2, max_length=500)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
StateIn = Annotated[str, Field(pattern=r"^[a-z_]{0,20}$")]


class KindOut(Out):
    """`filed`: received, paid or refused (an after-sale was). `liable`: who answers and normally pays."""

    code: str
    title: str
    says: str
    liable: Side
    filed: str
    window_days: int
    needs_picture: bool
    asks: list[str]
    source: str


class KindsOut(Out):
    version: str
    source: str
    answer_hours: int
    arbitration_hours: int
    pay_hours: int
    appeal_days: int
    small_fen: int
    files_per_side: int
    items: list[KindOut]


class RuleOut(Out):
    code: str
    title: str
    says: str
    source: str


class EntryOut(Out):
    verb: str
    says: str
    side: Side
    words: str
    fen: int
    at: datetime


class FileOut(Out):
    """`url` of a picture works for an hour; a fingerprint, or a picture that was removed, has none."""

    id: str
    side: Side
    kind: FileKind
    name: str
    sha256: str
    size: int
    words: str
    at: datetime
    url: str


class AppealOut(Out):
    id: str
    side: Side
    state: AppealState
    words: str
    answer: str
    filed_at: datetime
    answer_by: datetime


class DisputeOut(Out):
    """`deposit_fen` of what was paid came out of the deposit; `owed_fen` is borne by the liable side otherwise."""

    id: str
    merchant_id: str
    order_id: str
    line_id: str
    product_id: str
    title: str
    picture: str
    kind: str
    kind_title: str
    liable: Side
    wanted_fen: int
    words: str
    state: State
    waits_for: Side | None
    due_at: datetime | None
    late: bool
    filed_at: datetime
    answer: str
    answered_at: datetime | None
    offered_fen: int
    ruled_fen: int
    ruling: str
    ruled_at: datetime | None
    pay_by: datetime | None
    after_sale_id: str
    paid_fen: int
    deposit_fen: int
    owed_fen: int
    paid_at: datetime | None
    recovered_fen: int
    written_off_fen: int
    closed_at: datetime | None


class DisputeFileOut(Out):
    """`allowed`: what you can do now."""

    dispute: DisputeOut
    kind: KindOut
    rule: RuleOut | None
    version: str
    timeline: list[EntryOut]
    files: list[FileOut]
    side: Side | None
    allowed: list[str]
    appeal: AppealOut | None
    """Your own, else the other side's."""
    appeals: list[AppealOut]


class MineIn(PageIn):
    order_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")] = ""
    state: StateIn = ""


class ListIn(PageIn):
    state: StateIn = ""


class FileIn(In):
    order_id: Id
    line_id: Id
    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")]
    wanted_fen: AmountFen
    words: Words


class WordsIn(In):
    words: Words


class TakeIn(In):
    take: bool
    words: Annotated[Text, Field(max_length=500)] = ""


class AnswerIn(In):
    """`offer_fen` with an offer only: less than what the buyer wants."""

    stand: Stand
    words: Words
    offer_fen: AmountFen | None = None


class FingerprintIn(In):
    """Of a file that stays with you: a video, a long chat."""

    name: Annotated[Text, Field(min_length=1, max_length=80)]
    sha256: Sha256
    size: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
    words: Annotated[Text, Field(max_length=200)] = ""


class AwardIn(In):
    """`fen` 0: not for the buyer. `liable`: who pays, the normal side if left out."""

    fen: Annotated[int, Field(ge=0, le=10**15, strict=True)]
    words: Words
    liable: Side | None = None


class RecoverIn(In):
    fen: AmountFen
    reference: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{4,64}$")]


def as_out(found: DisputeFile) -> DisputeFileOut:
    made: Callable[[File], FileOut] = lambda one: FileOut(  # noqa: E731 - a row
        id=one.id, side=one.side, kind=one.kind, name=one.name, sha256=one.sha256, size=one.size, words=one.words,
        at=one.at, url=address(one),
    )  # fmt: skip
    return DisputeFileOut(
        dispute=DisputeOut.from_orm(found.dispute),
        kind=KindOut.from_orm(found.kind),
        rule=RuleOut.from_orm(found.rule) if found.rule else None,
        version=found.dispute.version,
        timeline=[EntryOut.from_orm(one) for one in found.timeline],
        files=[made(one) for one in found.files],
        side=found.side,
        allowed=list(found.allowed),
        appeal=_appeal(found.appeal) if found.appeal else None,
        appeals=[_appeal(one) for one in found.appeals],
    )


def _appeal(one: Appeal) -> AppealOut:
    return AppealOut(
        id=one.id, side=Side(one.appellant.kind.value), state=one.state, words=one.words, answer=one.answer,
        filed_at=one.filed_at, answer_by=one.answer_by,
    )  # fmt: skip


def one_out(found: Dispute) -> DisputeOut:
    return DisputeOut.from_orm(found)
