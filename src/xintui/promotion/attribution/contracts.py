"""Words that cross the border of the attribution module."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class Channel(StrEnum):
    """Where a link was put (P-03)."""

    MOMENTS = "moments"
    GROUP = "group"
    ARTICLE = "article"
    SEARCH = "search"
    LIVE = "live"
    VIDEO = "video"


CHANNEL_TITLES: dict[Channel, str] = {
    Channel.MOMENTS: "朋友圈",
    Channel.GROUP: "微信群",
    Channel.ARTICLE: "公众号",
    Channel.SEARCH: "搜一搜",
    Channel.LIVE: "直播",
    Channel.VIDEO: "视频号",
}


class TargetKind(StrEnum):
    """What a link may lead to: things of ours, never a URL."""

    PRODUCT = "product"
    SHOP = "shop"
    HOME = "home"


class ClickRule(StrEnum):
    """Who wins among several clicks inside the window."""

    LAST = "last"
    FIRST = "first"


class ChosenBy(StrEnum):
    """Which sentence of the rule decided."""

    LAST_CLICK = "last_click"
    FIRST_CLICK = "first_click"
    LOCK = "lock"


@dataclass(frozen=True)
class Target:
    """Where a link leads; `merchant_id` is empty for the platform's home, which counts for every shop.

    `category` of a product: what its goods can do to people decides whether a deposit has to stand behind it.
    """

    kind: TargetKind
    id: str
    merchant_id: str = ""
    title: str = ""
    category: str = ""


@dataclass(frozen=True)
class NewLink:
    """A link that a promoter asks for: to one of our things, on one channel."""

    promoter_id: str
    target: Target
    channel: Channel
    now: datetime
    material_id: str = ""


@dataclass(frozen=True)
class ShareLink:
    """A promoter's link; `code` is signed and ≤ 32 visible characters, so it fits a mini-program `scene`."""

    id: str
    promoter_id: str
    target: Target
    channel: Channel
    code: str
    created_at: datetime
    clicks: int = 0
    visitors: int = 0
    material_id: str = ""
    """The version of the material it was made with (see `promotion/materials`), if any."""
    orders: int = 0
    paid_fen: int = 0
    net_fen: int = 0
    """Of orders that this link decided: paid, and what is left after refunds. Own purchases do not count."""
    paused: str = ""
    """Why the product it leads to is not promoted at present, if so: the link opens, and earns nothing new."""


@dataclass(frozen=True)
class SharePayload:
    """What the share sheet gets. The label is part of the text, not an option (T-15)."""

    link: ShareLink
    label: str
    text: str
    path: str


@dataclass(frozen=True)
class Visitor:
    """Who clicked: a first-party visitor id, the buyer when logged in, and what tells people from machines."""

    visitor_id: str
    buyer_id: str = ""
    user_agent: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Opened:
    """A link was opened by somebody."""

    code: str
    visitor: Visitor
    now: datetime
    via: str = ""
    """The mark of whoever passed the link on (see `Landing.mark`), if somebody did."""


@dataclass(frozen=True)
class Cart:
    """A checkout about to be placed: who buys, on which device, from which shops."""

    buyer_id: str
    visitor_id: str
    merchant_ids: frozenset[str]
    now: datetime


@dataclass(frozen=True)
class Landing:
    """Where the click goes, and whether it was counted."""

    target: Target
    promoter_id: str
    label: str
    counted: bool
    touch_id: str
    paused: str = ""
    """Why the product is not promoted at present, if so."""

    @property
    def mark(self) -> str:
        """What this visitor's phone adds to the link when it is passed on; nothing for a click that did not count."""
        return self.touch_id


@dataclass(frozen=True)
class Window:
    """A shop's dated attribution rule."""

    version: int
    merchant_id: str
    click_days: int
    click_rule: ClickRule
    lock_days: int
    effective_from: datetime
    source: str


@dataclass(frozen=True)
class Candidate:
    """One claim on an order: a click (or a lock from an earlier order), and why it does not count, if it does not."""

    promoter_id: str
    at: datetime
    channel: str
    touch_id: str
    link_id: str
    is_lock: bool = False
    excluded: str = ""


@dataclass(frozen=True)
class Referral:
    """Who gets a merchant's order, frozen. `buyer_promoter_id` is the buyer's own promoter id, if he is one."""

    promoter_id: str
    attribution_id: str
    self_purchase: bool
    buyer_promoter_id: str


@dataclass(frozen=True)
class Explanation:
    """Why X got this order: what was known, the rule, the choice, and the choice computed again."""

    attribution_id: str
    merchant_id: str
    buyer_id: str
    frozen_at: datetime
    window: Window
    candidates: tuple[Candidate, ...]
    chosen_by: ChosenBy | None
    promoter_id: str
    self_purchase: bool
    agrees: bool
    sentence: str


@dataclass(frozen=True)
class Result:
    """What a link brought."""

    orders: int = 0
    paid_fen: int = 0
    net_fen: int = 0


@dataclass(frozen=True)
class MaterialResult:
    """What all links made with one material version brought."""

    links: int = 0
    clicks: int = 0
    orders: int = 0
    net_fen: int = 0


@dataclass(frozen=True)
class Visit:
    """A person opened a shared link."""

    at: datetime
    channel: str
    merchant_id: str
    visitor_id: str


@dataclass(frozen=True)
class Spot:
    """One depth and channel of a share tree. A visitor is counted once, where he came first and nearest."""

    depth: int
    channel: Channel
    reach: int
    clicks: int
    orders: int
    own_orders: int
    """Those of `orders` that were attributed to the promoter herself; the others are other promoters' own sales."""


@dataclass(frozen=True)
class Spread:
    """How far a promoter's shares went. A picture: nobody is paid by depth (禁止传销条例 第七条)."""

    since: date
    until: date
    spots: tuple[Spot, ...]
    locked_orders: int
    """Orders of locked customers (锁客): hers, but no share of these days brought them."""


@dataclass(frozen=True)
class LinkPage:
    """A keyset page of links."""

    items: tuple[ShareLink, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """What was sold in a stretch of time, and what of it came back, whenever that was sold."""

    orders: int
    paid_fen: int
    refunded_fen: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What the orders of a span brought and has not come back."""

    orders: int
    net_fen: int


@dataclass(eq=False)
class BadCode(DomainError):
    """Not a code of ours. The same answer for unknown, altered and withdrawn codes."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "attribution.bad_code"
    says: ClassVar[str] = "链接无效或已失效"


@dataclass(eq=False)
class SaleNotHeardYet(DomainError):
    """A refund of a promoted order whose payment has not been heard yet: deliver it again later."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "attribution.sale_not_heard_yet"
    says: ClassVar[str] = "订单 {order_id} 的付款尚未记入推广成绩，稍后重试"

    order_id: str


@dataclass(eq=False)
class NoSuchTarget(DomainError):
    """The thing to share does not exist or is not on sale."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "attribution.no_such_target"
    says: ClassVar[str] = "要分享的内容不存在或已下架"

    target_id: str


@dataclass(eq=False)
class NoSuchLink(DomainError):
    """Unknown, or another promoter's."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "attribution.no_such_link"
    says: ClassVar[str] = "没有这个链接"

    link_id: str


@dataclass(eq=False)
class NoSuchAttribution(DomainError):
    """Unknown, or another tenant's."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "attribution.not_found"
    says: ClassVar[str] = "没有这条归因记录"

    attribution_id: str


@dataclass(eq=False)
class BadRange(DomainError):
    """The days asked for are in the wrong order or too many."""

    code: ClassVar[str] = "attribution.bad_range"
    says: ClassVar[str] = "日期范围应从早到晚，最多 {most} 天"

    most: int


@dataclass(eq=False)
class BadWindow(DomainError):
    """The attribution rule is outside what may be set."""

    code: ClassVar[str] = "attribution.bad_window"
    says: ClassVar[str] = "归因规则超出允许范围：{field}"

    field: str
