"""What other modules may know about materials."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from xintui.kernel.errors import DomainError, Kind
from xintui.promotion.attribution.contracts import ShareLink


class MaterialKind(StrEnum):
    COPY = "copy"
    PICTURES = "pictures"
    POSTER = "poster"
    VIDEO = "video"


KIND_NAMES = {
    MaterialKind.COPY: "文案",
    MaterialKind.PICTURES: "图片",
    MaterialKind.POSTER: "海报模板",
    MaterialKind.VIDEO: "视频链接",
}


class State(StrEnum):
    """Of one version."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


STATE_NAMES = {
    State.DRAFT: "草稿",
    State.REVIEW: "待审核",
    State.APPROVED: "已通过",
    State.REFUSED: "未通过",
    State.WITHDRAWN: "已下架",
    State.REPLACED: "已有新版",
}


class Verb(StrEnum):
    SUBMIT = "submit"
    RECALL = "recall"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REPLACE = "replace"


class Act(StrEnum):
    """What a promoter did with a material."""

    SHOWN = "shown"
    COPIED = "copied"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class MaterialDraft:
    """What somebody writes. Which fields are filled follows from the kind."""

    kind: MaterialKind
    title: str
    text: str = ""
    pictures: tuple[str, ...] = ()
    template: Mapping[str, Any] | None = None
    address: str = ""
    product_id: str = ""
    category: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """One version. What it says never changes; a change is the next version. `merchant_id` "" is the platform's own."""

    id: str
    material_id: str
    number: int
    merchant_id: str
    kind: MaterialKind
    title: str
    text: str
    pictures: tuple[str, ...]
    template: Mapping[str, Any] | None
    address: str
    product_id: str
    category: str
    state: State
    author_id: str
    created_at: datetime
    submitted_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    reason: str
    valid_from: datetime
    valid_until: datetime | None

    def usable(self, now: datetime) -> bool:
        """Approved and within its days: only then it may be shared."""
        return (
            self.state is State.APPROVED
            and self.valid_from <= now
            and (self.valid_until is None or now < self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """What promoters did with a version and what its links brought."""

    shown: int = 0
    copied: int = 0
    saved: int = 0
    links: int = 0
    clicks: int = 0
    orders: int = 0
    net_fen: int = 0
    by_channel: Mapping[str, int] = field(default_factory=dict)
    """Channel → how often it was copied or saved for it."""


@dataclass(frozen=True, slots=True)
class Kit:
    """Everything one tap needs: the link, the words with the label in front, and with which version."""

    link: ShareLink
    label: str
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class PosterContent:
    """What a template's layers are filled with. `address` is what the QR code says."""

    title: str
    price: str
    picture: str
    promoter: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words on a poster: where it starts, how large it is."""

    text: str
    x: int
    y: int
    w: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A layer with its place on the poster; words broken into lines."""

    kind: str
    box: tuple[int, int, int, int]
    size: int = 0
    lines: tuple[Line, ...] = ()
    ink: str = ""
    fill: str = ""
    radius: int = 0
    bold: bool = False
    align: str = "left"
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Poster:
    """A template and what it is filled with: enough to draw it here or on a phone."""

    version_id: str
    template: Mapping[str, Any]
    content: PosterContent


@dataclass(eq=False)
class MaterialNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "materials.not_found"
    says: ClassVar[str] = "没有找到素材 {version_id}"

    version_id: str


@dataclass(eq=False)
class BadMaterial(DomainError):
    code: ClassVar[str] = "materials.bad_material"
    says: ClassVar[str] = "素材无法使用：{reason}"

    reason: str


@dataclass(eq=False)
class NotYours(DomainError):
    """更多素材: what credit and level bring, and these do not yet."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "materials.not_yours"
    says: ClassVar[str] = "印刷级海报属于「更多素材」权益，在 推客中心 › 信任银行 可以看到怎样获得"


@dataclass(eq=False)
class NotUsable(DomainError):
    """Not approved, withdrawn, replaced, or outside its days."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "materials.not_usable"
    says: ClassVar[str] = "该素材已下架、过期或已有新版，请换一个"

    version_id: str


@dataclass(eq=False)
class SameEyes(DomainError):
    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "materials.same_eyes"
    says: ClassVar[str] = "不能审核自己提交的素材"

    version_id: str


@dataclass(eq=False)
class CodeUnavailable(DomainError):
    """WeChat makes no mini-program code now, or this installation has no mini-program."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "materials.code_unavailable"
    says: ClassVar[str] = "小程序码暂时无法生成：{reason}"

    reason: str
