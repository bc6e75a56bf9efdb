"""Values of a dispute that cross the border."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from xintui.trust.appeals.contracts import Appeal


class Side(StrEnum):
    """Who acts. `BUYER` complains; `MERCHANT` or `PROMOTER` answers, whichever is held liable."""

    BUYER = "buyer"
    MERCHANT = "merchant"
    PROMOTER = "promoter"
    PLATFORM = "platform"


SIDE_NAMES: Mapping[Side, str] = {
    Side.BUYER: "买家",
    Side.MERCHANT: "商家",
    Side.PROMOTER: "推客",
    Side.PLATFORM: "平台",
}


class State(StrEnum):
    ANSWERING = "answering"
    OFFERED = "offered"
    ARBITRATION = "arbitration"
    RULED = "ruled"
    PAID = "paid"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"
    FINAL = "final"


STATE_NAMES: Mapping[State, str] = {
    State.ANSWERING: "待对方答复",
    State.OFFERED: "协商中",
    State.ARBITRATION: "平台裁决中",
    State.RULED: "赔付中",
    State.PAID: "已赔付",
    State.DENIED: "未支持",
    State.WITHDRAWN: "已撤回",
    State.REVERSED: "申诉改判",
    State.FINAL: "已了结",
}


class Verb(StrEnum):
    ACCEPT = "accept"
    OFFER = "offer"
    CONTEST = "contest"
    RULE = "rule"
    TIME_OUT = "time_out"
    TAKE = "take"
    DECLINE = "decline"
    AWARD = "award"
    DENY = "deny"
    WITHDRAW = "withdraw"
    SETTLED_ELSEWHERE = "settled_elsewhere"
    PAY = "pay"
    REVERSE = "reverse"
    UPHOLD = "uphold"
    RAISE = "raise"
    KEEP = "keep"
    FINISH = "finish"


class Stand(StrEnum):
    """What the answering side says: yes, a smaller sum, or no."""

    ACCEPT = "accept"
    OFFER = "offer"
    CONTEST = "contest"


class FileKind(StrEnum):
    PICTURE = "picture"
    FINGERPRINT = "fingerprint"
    """Only the SHA-256 of a file (a video) that its owner keeps: it proves later that it was there and is the same."""


FILE_NAMES: Mapping[FileKind, str] = {FileKind.PICTURE: "图片", FileKind.FINGERPRINT: "文件指纹"}


@dataclass(frozen=True, slots=True)
class ComplaintKind:
    """A reason to complain, as the dated list has it."""

    code: str
    title: str
    says: str
    liable: Side
    filed: str
    """`received`: once it has come; `paid`: from payment on; `refused`: after a refused after-sale."""
    window_days: int
    clear: bool
    """A small sum is decided by rule."""
    needs_picture: bool
    asks: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule that a ruling names."""

    code: str
    title: str
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a buyer hands in. `promoter_user_id`: the account behind the line's promoter, told from above."""

    order_id: str
    line_id: str
    kind: str
    wanted_fen: int
    words: str
    promoter_user_id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the answering side says; `fen` with an offer only."""

    stand: Stand
    words: str
    fen: int = 0


@dataclass(frozen=True, slots=True)
class Award:
    """What an arbiter decides; nothing for the buyer with `fen` 0. `liable`: who pays, the normal side if None."""

    fen: int
    words: str
    liable: Side | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    verb: str
    says: str
    side: Side
    words: str
    fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """A piece of evidence. The bytes of a picture are fetched by its id; a fingerprint has none."""

    id: str
    side: Side
    kind: FileKind
    name: str
    sha256: str
    size: int
    words: str
    at: datetime
    removed: bool
    """Its owner has left: the fingerprint stays, the picture does not."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes of a picture that somebody handed in."""

    dispute_id: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Pack:
    """证据包: a ZIP and the digest of its index."""

    filename: str
    content: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as it stands, without its history."""

    id: str
    merchant_id: str
    order_id: str
    line_id: str
    buyer_id: str
    promoter_id: str
    promoter_user_id: str
    product_id: str
    title: str
    picture: str
    kind: str
    kind_title: str
    version: str
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
    rule: str
    ruling: str
    ruled_at: datetime | None
    pay_by: datetime | None
    after_sale_id: str
    more_after_sale_id: str
    """The refund of what an appeal of the buyer's added."""
    paid_fen: int
    deposit_fen: int
    owed_fen: int
    paid_at: datetime | None
    recovered_fen: int
    written_off_fen: int
    appeal_id: str
    appeal_until: datetime | None
    closed_at: datetime | None

    @property
    def answered_in_minutes(self) -> int | None:
        """How long the other side took; None where it never answered."""
        return None if self.answered_at is None else int((self.answered_at - self.filed_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class DisputeFile:
    """Everything of one dispute that its parties and the arbiter read."""

    dispute: Dispute
    kind: ComplaintKind
    rule: RuleText | None
    timeline: tuple[Entry, ...]
    files: tuple[File, ...]
    side: Side | None
    """Which part the reader plays; None for the platform's people."""
    allowed: tuple[str, ...]
    """What the reader can do now."""
    appeals: tuple[Appeal, ...]
    """Of each side at most one that stands."""

    @property
    def appeal(self) -> Appeal | None:
        """The reader's own, else the other side's."""
        own = [one for one in self.appeals if self.side and one.appellant.kind == self.side.value]
        return next(iter([*own, *self.appeals]), None)
