"""What people say about what they got, and what they read of what they were told."""

import functools
import io
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from PIL import Image, ImageEnhance

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.orders.contracts import Line, Order
from xintui.commerce.reviews import facade as reviews
from xintui.commerce.reviews.contracts import Review, ReviewDraft, Writing
from xintui.engagement.notifications import facade as notifications
from xintui.engagement.notifications.contracts import Channel
from xintui.entrypoints.demo.state import Asked, Buyer, World, later
from xintui.foundation.identity.contracts import Principal, Role

REVIEWED, ANSWERED, PICTURED = 0.07, 0.35, 0.15
MOST_PICTURED: Final = 60
STARS: Final = ((5, 71), (4, 19), (3, 6), (2, 2), (1, 2))
GOOD: Final = (
    "收到了，和图片一样，包装很仔细。",
    "第二次买了，质量稳定，发货也快。",
    "朋友推荐来的，没有失望，会再来。",
    "做工比想象的好，细节都到位。",
    "家里老人也说好，已经推荐给同事。",
    "客服耐心，第三天就到了，很满意。",
    "规格写得清楚，按需要买正合适。",
    "送人的，对方很喜欢，谢谢店家。",
    "性价比不错，比实体店便宜些。",
    "一直在找这样的，终于买到了。",
)
FAIR: Final = (
    "东西可以，就是物流慢了两天。",
    "整体不错，包装再结实一点就好了。",
    "和描述差不多，价格小贵。",
    "还行，用一阵子再来追评。",
)
POOR: Final = ("和想的不太一样，一般。", "外盒压坏了，里面没事，希望改进。", "颜色比图片深，勉强留下。")
ANSWERS: Final = (
    "谢谢您的认可，欢迎常来。",
    "感谢反馈，包装我们已经加固。",
    "辛苦您写评价，有问题随时找我们。",
)


def perhaps_review(world: World, order: Order, buyer: Buyer, received: datetime) -> None:
    """Some write, some days after the parcel; now and then the shop answers."""
    if world.dice.random() < REVIEWED:
        _plan(world, order, buyer, received + timedelta(hours=world.dice.randint(5, 120)))


def _plan(world: World, order: Order, buyer: Buyer, at: datetime) -> None:
    dice = world.dice
    line = dice.choice(sorted(order.lines, key=lambda one: (one.title, one.paid_fen)))
    stars = dice.choices([n for n, _ in STARS], [weight for _, weight in STARS])[0]
    words = dice.choice(GOOD if stars == 5 else FAIR if stars >= 3 else POOR)
    draft = ReviewDraft(order.id, line.id, stars, words)
    if dice.random() < PICTURED and world.made["pictured_reviews"] < MOST_PICTURED:
        world.made["pictured_reviews"] += 1
        photo = snapshot(world, line)
        later(world, at, lambda now: _show(world, draft, photo, buyer, now))
    else:
        later(world, at, Asked(Writing(draft, _person(buyer), at), lambda made: _written(world, made)))


def _show(world: World, draft: ReviewDraft, photo: bytes, buyer: Buyer, now: datetime) -> None:
    """With a picture of what came."""
    picture = reviews.upload(draft.order_id, photo, buyer_id=buyer.user_id, now=now)
    _written(world, reviews.write(replace(draft, pictures=(picture,)), by=_person(buyer), now=now))


def _written(world: World, made: Review) -> None:
    world.made["reviews"] += 1
    if world.dice.random() < ANSWERED or made.stars <= 3:  # a shop that cares leaves no complaint unanswered
        owner = world.owners[made.merchant_id]
        answer = ANSWERS[0] if made.stars >= 4 else world.dice.choice(ANSWERS[1:])
        later(
            world,
            made.written_at + timedelta(hours=world.dice.randint(2, 40)),
            lambda at: reviews.reply(made.id, answer, merchant_id=made.merchant_id, by=owner, now=at),
        )


def _person(buyer: Buyer) -> Principal:
    return Principal(buyer.user_id, frozenset({Role.BUYER}), None, buyer.name, 0)


def snapshot(world: World, line: Line) -> bytes:
    """The thing as a phone saw it at home: closer, askew, in the room's light."""
    dice = world.dice
    found = catalog.picture(catalog.get(line.product_id).pictures[0])
    assert found is not None
    photo = _opened(found.content).rotate(dice.uniform(-9, 9), Image.Resampling.BICUBIC)
    edge, at = photo.width, dice.uniform(0.12, 0.18)
    photo = photo.crop((int(edge * at), int(edge * at), int(edge * (1 - at)), int(edge * (1 - at))))
    photo = ImageEnhance.Brightness(photo).enhance(dice.uniform(0.82, 1.06))
    photo = ImageEnhance.Color(photo).enhance(dice.uniform(0.75, 1.1))
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=84)
    return out.getvalue()


@functools.lru_cache(16)
def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def read_messages(world: World, now: datetime) -> None:
    """Regulars and the busy promoters follow one message and read the rest; the shops see to theirs."""
    people = [one.user_id for one in world.buyers[:40]] + [one.user_id for one in world.sellers[:40]]
    for n, user_id in enumerate(people):
        newest = notifications.mine(user_id, unread_only=True, limit=2).items
        if newest and n % 3 != 2:
            notifications.open_message(user_id, newest[-1].id, via=Channel.IN_APP, now=now)
        if n % 4 != 3:
            notifications.read_all(user_id, now=now)
    for merchant_id, owner in world.owners.items():
        notifications.shop_read_all(merchant_id=merchant_id, by=owner, now=now)
