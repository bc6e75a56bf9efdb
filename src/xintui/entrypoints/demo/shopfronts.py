"""What stands on a shop's door: who runs it, where returns go; and what the platform puts on the first page."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Slot
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import Profile
from xintui.entrypoints.demo.goods import Shop
from xintui.entrypoints.demo.people import credit_code
from xintui.entrypoints.demo.state import World, sitting
from xintui.foundation.identity.contracts import Role

FROM: Final = {
    "chafang": ("勐海云岭茶业有限公司", "云南省西双版纳州勐海县茶马大道 88 号"),
    "shanli": ("凤凰县山里人家农产品专业合作社", "湖南省湘西州凤凰县沱江路 16 号"),
    "qinghe": ("杭州青禾家居用品有限公司", "浙江省杭州市余杭区良渚街 201 号"),
    "xiaoman": ("广州小满生物科技有限公司", "广东省广州市白云区云城东路 55 号"),
    "chenguang": ("洛川晨光果业有限公司", "陕西省延安市洛川县苹果大道 9 号"),
    "haiyu": ("舟山海屿渔业有限公司", "浙江省舟山市普陀区海印路 120 号"),
    "zhili": ("湖州织里童衣制衣有限公司", "浙江省湖州市吴兴区织里镇富民路 77 号"),
    "suma": ("苏州素麻服饰有限公司", "江苏省苏州市吴江区盛泽镇舜湖路 36 号"),
    "yiye": ("宁波一页文具有限公司", "浙江省宁波市海曙区灵桥路 41 号"),
    "maoqiu": ("成都毛球宠物用品有限公司", "四川省成都市龙泉驿区成龙大道 330 号"),
    "shengye": ("深圳声野电子科技有限公司", "广东省深圳市宝安区留仙大道 18 号"),
    "taoxi": ("景德镇陶溪陶瓷有限公司", "江西省景德镇市珠山区新厂西路 150 号"),
}
"""Companies that do not exist, by the login of their owner: legal name and where returns go."""
RECOMMENDED, NEWCOMER, CHEAP_FEN = 8, 6, 60_00


def furnish(merchant_id: str, shop: Shop, n: int, now: datetime) -> None:
    """The owner fills in the shop's file, as the checklist asks."""
    legal_name, address = FROM[shop.login]
    owner = sitting(shop.login, Role.MERCHANT_OWNER, merchant_id)
    profile = Profile(shop.intro, legal_name, credit_code(1_000 + n), shop.owner)
    own = merchants.change_profile(merchant_id, profile, by=owner, now=now).settings
    terms = replace(own, return_address=f"{address}，{shop.name}退货组收，138****0000")
    merchants.change_settings(merchant_id, terms, actor=owner, now=now)


def fill_home(world: World, now: datetime) -> None:
    """推荐: something of many shops; 新人专区: small things. Picked by the operator, with a word why."""
    operator = sitting("operator", Role.OPERATOR, "")
    first = {one.merchant_id: one for one in reversed(world.products)}
    small = [one for one in world.products if min(sku.price_fen for sku in one.skus) <= CHEAP_FEN]
    for slot, goods, note in (
        (Slot.RECOMMENDED, list(first.values())[:RECOMMENDED], "本季主推，货源与评价已看过"),
        (Slot.NEWCOMER, small[:NEWCOMER], "六十元以内，适合第一单"),
    ):
        for n, product in enumerate(goods, 1):
            catalog.pick(slot, product.id, position=10 * n, by=operator, now=now, note=note)
            world.made["picks"] += 1
