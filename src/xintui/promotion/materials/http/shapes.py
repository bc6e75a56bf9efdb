"""What goes in and out of the API of materials."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from xintui.infra.http import Id, In, Out, PageIn, Text
from xintui.promotion.attribution.contracts import Channel, TargetKind
from xintui.promotion.materials.contracts import Act, MaterialDraft, MaterialKind, State

PictureId = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
MaybeId = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")]


class SharedMaterialOut(Out):
    """What a promoter sees of a version."""

    id: str
    material_id: str
    number: int
    merchant_id: str
    kind: MaterialKind
    title: str
    text: str
    pictures: list[str]
    template: dict[str, Any] | None
    address: str
    product_id: str
    category: str
    valid_until: datetime | None


class SharedDetailOut(SharedMaterialOut):
    """`usable`: approved and within its days now; else it can still be read."""

    usable: bool


class UsageOut(Out):
    shown: int
    copied: int
    saved: int
    links: int
    clicks: int
    orders: int
    net_fen: int
    by_channel: dict[str, int]


class MaterialOut(SharedMaterialOut):
    state: State
    author_id: str
    created_at: datetime
    submitted_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    reason: str
    valid_from: datetime


class MaterialFileOut(MaterialOut):
    """A version with what came of it, and its sisters."""

    usage: UsageOut
    versions: list[MaterialOut]


class ForPromotersIn(PageIn):
    product_id: MaybeId = ""
    kind: MaterialKind | None = None


class LibraryIn(PageIn):
    state: State | None = None
    kind: MaterialKind | None = None
    product_id: MaybeId = ""


class UseIn(In):
    act: Act
    channel: Channel


class KitIn(In):
    """`version_id` names the material the link is made with; `text` are the promoter's own words instead of its."""

    kind: TargetKind
    id: Id
    channel: Channel
    version_id: MaybeId = ""
    text: Annotated[Text, Field(max_length=500)] = ""


class KitLinkOut(Out):
    id: str
    code: str
    channel: Channel
    material_id: str


class KitOut(Out):
    link: KitLinkOut
    label: str
    text: str
    path: str


class PosterIn(In):
    version_id: Id
    named: bool = False


class PosterFileIn(PosterIn):
    form: Annotated[str, Field(pattern="^(png|webp|jpeg)$")] = "png"
    print: bool = False


class PosterContentOut(Out):
    title: str
    price: str
    picture: str
    promoter: str
    label: str
    address: str


class PosterOut(Out):
    version_id: str
    template: dict[str, Any]
    content: PosterContentOut
    print: bool


class DoneOut(Out):
    done: bool = True


class MiniCodeOut(Out):
    """Where the picture is, once it was made."""

    path: str


class PictureOut(Out):
    id: str


class DraftIn(In):
    kind: MaterialKind
    title: Annotated[Text, Field(min_length=1, max_length=60)]
    text: Annotated[Text, Field(max_length=500)] = ""
    pictures: Annotated[list[PictureId], Field(max_length=9)] = []
    template: dict[str, Any] | None = None
    address: Annotated[Text, Field(max_length=300)] = ""
    product_id: MaybeId = ""
    category: MaybeId = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def draft(self) -> MaterialDraft:
        return MaterialDraft(**(self.model_dump() | {"pictures": tuple(self.pictures)}))


class ReasonIn(In):
    reason: Annotated[Text, Field(min_length=2, max_length=200)]
