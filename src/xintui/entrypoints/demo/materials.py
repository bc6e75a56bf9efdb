"""The demo's library: words and pictures of each shop, written by its owner and approved by the platform's reviewer."""

from collections.abc import Sequence
from datetime import datetime

from xintui.commerce.catalog.contracts import Product
from xintui.entrypoints.demo.state import World, sitting
from xintui.foundation.identity.contracts import Principal, Role
from xintui.promotion.attribution.contracts import Channel
from xintui.promotion.materials import facade as materials
from xintui.promotion.materials.contracts import Act, MaterialDraft, MaterialKind

WORDS = (
    "回购好几次了，{title}，包装仔细，发货也快。规格和价格都写在页面上，大家按需要选。",
    "最近家里在用{title}，实物和图片一致。喜欢的朋友可以看看详情，七日无理由按页面规则。",
    "{shop}的{title}，产地和规格写得清楚，交易凭证可以核验，买得放心。",
)
USES = 240
SHARED_ON = (Channel.MOMENTS, Channel.MOMENTS, Channel.GROUP, Channel.VIDEO)
EACH = 3
"""How many products of each shop have words of their own."""


def stock_library(world: World, owners: Sequence[str], now: datetime) -> None:
    """Approved materials for every shop, two that wait and one that was refused, by the public verbs."""
    reviewer = sitting("reviewer", Role.REVIEWER, "")
    waiting: list[str] = []
    for n, (merchant_id, login) in enumerate(zip(world.shops, owners, strict=True)):
        owner = sitting(login, Role.MERCHANT_OWNER, merchant_id)
        goods = [one for one in world.products if one.merchant_id == merchant_id][:EACH]
        for at, product in enumerate(goods):
            key = _hand_in(_words(product, at), merchant_id, owner, now)
            if n < 2 and at == EACH - 1:
                waiting.append(key)
            else:
                materials.approve(key, by=reviewer, now=now)
                world.made["materials"] += 1
        if pictures := tuple(dict.fromkeys(one.pictures[0] for one in goods if one.pictures)):
            draft = MaterialDraft(MaterialKind.PICTURES, "本店好物图集", "发朋友圈九宫格可用", pictures)
            key = _hand_in(draft, merchant_id, owner, now)
            materials.approve(key, by=reviewer, now=now)
            world.made["materials"] += 1
    if waiting:
        materials.refuse(waiting[0], by=reviewer, reason="请补充规格，避免与实际不符", now=now)


def use_library(world: World, now: datetime) -> None:
    """Promoters have looked at it, copied words and saved posters."""
    shown = materials.for_promoters(now=now, limit=50).items
    for _ in range(min(USES, 3 * len(world.sellers))):
        material = world.dice.choice(sorted(shown, key=lambda one: (one.title, one.text)))
        act = world.dice.choice((Act.SHOWN, Act.SHOWN, Act.COPIED, Act.SAVED))
        materials.record_use(material, act, world.dice.choice(SHARED_ON))


def _words(product: Product, at: int) -> MaterialDraft:
    text = WORDS[at % len(WORDS)].format(title=product.title, shop=product.merchant_name)
    return MaterialDraft(MaterialKind.COPY, f"文案：{product.title}"[:30], text, product_id=product.id)


def _hand_in(draft: MaterialDraft, merchant_id: str, owner: Principal, now: datetime) -> str:
    made = materials.create(draft, merchant_id=merchant_id, by=owner, now=now)
    return materials.submit(made.id, merchant_id=merchant_id, by=owner, now=now).id
