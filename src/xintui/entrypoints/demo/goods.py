"""The demo's merchants and what they sell: the shelves' lines become products with SKUs."""

from dataclasses import dataclass
from typing import Final

from xintui.entrypoints.demo.shelves import SHELVES

PASSWORD: Final = "Chashan-Lu28-Kai"  # noqa: S105 - printed for everybody to try
CATEGORIES: Final = {
    "tea": "茶叶", "food": "食品干货", "home": "家居日用", "beauty": "洗护", "fresh": "水果生鲜", "seafood": "海味",
    "baby": "母婴童装", "wear": "服饰配件", "paper": "文具", "pet": "宠物", "digital": "数码", "ceramic": "陶瓷",
}  # fmt: skip


@dataclass(frozen=True)
class Goods:
    """One product: SKUs are (spec, price in fen, stock); shape and colour are for its picture."""

    title: str
    subtitle: str
    category: str
    skus: tuple[tuple[str, int, int], ...]
    shape: str
    colour: str
    description: str
    brand: str
    tags: tuple[str, ...] = ()
    returns: str = "standard"


@dataclass(frozen=True)
class Shop:
    """One merchant and its owner's login name."""

    name: str
    login: str
    owner: str
    intro: str
    goods: tuple[Goods, ...]


_RETURNS: Final = {"fresh": "fresh", "seafood": "fresh", "beauty": "sealed"}
_TAGS: Final = {"tea": ("产地直供",), "food": ("产地直供",), "fresh": ("坏果包赔",), "seafood": ("冷链到家",)}
_CARE: Final = {
    "tea": "避光、防潮、密封存放。", "food": "阴凉干燥处保存，开封后请尽快食用。", "home": "首次使用前请清洁。",
    "beauty": "敏感肌请先在耳后试用。", "fresh": "收到请先验果，坏果 24 小时内拍照即赔。",
    "seafood": "零下十八度冷冻保存，泡沫箱加冰发货。", "baby": "首次穿用前请清洗；小零件请在看护下使用。",
    "wear": "三十度以下水温轻柔洗涤，反面晾晒。", "paper": "纸品请防潮。", "pet": "换粮请用七天逐步过渡。",
    "digital": "一年质保，七天内可退。", "ceramic": "手工制品，大小釉色略有出入。",
}  # fmt: skip


def _goods(line: str, category: str, brand: str) -> Goods:
    title, spec, yuan, shape, colour, says = line.split("|")
    fen = round(float(yuan) * 100)
    many = "两件装" if fen < 200_00 else "礼盒装"
    stock = 900 if fen < 60_00 else 500 if fen < 150_00 else 240
    return Goods(
        title=title,
        subtitle=f"{spec} · {says.split('，')[0]}",
        category=category,
        skus=((spec, fen, stock), (f"{spec} · {many}", fen * 19 // 10 // 100 * 100, stock // 2)),
        shape=shape,
        colour=colour,
        description=f"{says}。\n规格：{spec}。{_CARE[category]}",
        brand=brand,
        tags=_TAGS.get(category, ()),
        returns=_RETURNS.get(category, "standard"),
    )


def _shop(name: str, login: str, owner: str, category: str, intro: str) -> Shop:
    lines = SHELVES[login].strip().splitlines()
    return Shop(name, login, owner, intro, tuple(_goods(line, category, name) for line in lines))


SHOPS: Final = (
    _shop("云岭茶坊", "chafang", "段云岭", "tea", "勐海古树茶，自有初制所，批次可查。"),
    _shop("山里人家", "shanli", "石山妹", "food", "湘西合作社直供，山货当季发。"),
    _shop("青禾家居", "qinghe", "何青", "home", "为小家做的耐用好物。"),
    _shop("小满洗护", "xiaoman", "马小满", "beauty", "成分写得清楚的日常洗护。"),
    _shop("晨光果园", "chenguang", "田晨光", "fresh", "产地当天采，坏果必赔。"),
    _shop("海屿渔家", "haiyu", "林海生", "seafood", "自家渔船，冷链到家。"),
    _shop("织里童衣", "zhili", "沈织云", "baby", "A 类标准，自己孩子也穿。"),
    _shop("素麻服饰", "suma", "苏曼", "wear", "天然面料，耐穿耐看。"),
    _shop("一页文具", "yiye", "叶一舟", "paper", "好写的本子，好用的笔。"),
    _shop("毛球宠物", "maoqiu", "邱毛毛", "pet", "配方公开，主子放心。"),
    _shop("声野数码", "shengye", "陆野", "digital", "听得见的细节，一年质保。"),
    _shop("陶溪瓷坊", "taoxi", "陶溪", "ceramic", "景德镇老厂手艺，每只都不同。"),
)


@dataclass(frozen=True)
class Waits:
    """Somebody who asks for a shop; `scanned`: with a picture of the licence."""

    name: str
    owner: str
    intro: str
    company: str
    wanted: tuple[str, ...]
    scanned: bool


WAITING: Final = (
    Waits("半亩竹编", "方小竹", "东阳竹编，自己做自己卖。", "东阳半亩竹编工艺品有限公司", ("home", "ceramic"), True),
    Waits("竹里手作", "竹青", "安吉竹器，申请入驻。", "安吉竹里工艺有限公司", ("home",), False),
    Waits("阿婆糕点官方店", "陈阿婆", "苏式糕团，当天现做。", "苏州阿婆食品有限公司", ("food", "health"), True),
)
"""Applications: one that the rule lets in, two for the operator, each with its reasons."""
