"""Who lives in the demo: staff, promoters, buyers, addresses. Names are common ones; documents are nobody's."""

import random
from typing import Final

from xintui.foundation.identity.contracts import Role

STAFF: Final = (
    ("operator", "运营 · 苏明", Role.OPERATOR),
    ("finance", "财务 · 林静", Role.FINANCE),
    ("finance2", "财务复核 · 周正", Role.FINANCE),
    ("reviewer", "审核 · 何慧", Role.REVIEWER),
)
PROMOTERS: Final = (
    ("tuike1", "沈小鹿"),
    ("tuike2", "阿木"),
    ("tuike3", "周周"),
    ("tuike4", "林间"),
    ("tuike5", "禾子"),
)
BUYERS: Final = ("王敏", "李强", "张倩", "刘洋", "陈晨", "杨帆", "赵磊", "黄蓉", "周杰", "吴桐", "徐静", "孙悦")
COMPANIES: Final = ("杭州拾味文化传播有限公司", "成都慢食记网络科技有限公司", "广州好物集信息服务有限公司")
_FAMILY: Final = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁"
_GIVEN: Final = (
    "子涵", "雨欣", "浩然", "思远", "佳怡", "梓萱", "明轩", "静怡", "俊杰", "晓雯",
    "志强", "丽娟", "建华", "海燕", "文博", "欣妍", "宇航", "诗雅", "国栋", "春梅",
    "一鸣", "可馨", "天宇", "若曦", "振华", "秋月", "立群", "雪晴", "少华", "慧敏",
    "敏", "磊", "婷", "超", "娜", "鹏", "倩", "凯", "颖", "波",
    "莉", "峰", "楠", "勇", "璐", "宁", "岩", "洁", "飞", "瑶",
)  # fmt: skip
REGIONS: Final = (
    ("浙江省杭州市西湖区", "文三路"), ("广东省深圳市南山区", "科苑路"), ("四川省成都市武侯区", "天府大道"),
    ("上海市浦东新区", "张杨路"), ("北京市朝阳区", "望京街"), ("江苏省苏州市工业园区", "星湖街"),
    ("湖北省武汉市洪山区", "珞喻路"), ("广东省广州市天河区", "体育西路"), ("山东省青岛市市南区", "香港中路"),
    ("陕西省西安市雁塔区", "科技路"), ("福建省厦门市思明区", "湖滨南路"), ("湖南省长沙市岳麓区", "麓山南路"),
    ("河南省郑州市金水区", "花园路"), ("重庆市渝北区", "龙山大道"), ("云南省昆明市五华区", "人民中路"),
    ("安徽省合肥市蜀山区", "长江西路"), ("辽宁省大连市沙河口区", "西安路"), ("江西省南昌市红谷滩区", "丰和大道"),
    ("广西壮族自治区南宁市青秀区", "民族大道"), ("天津市和平区", "南京路"),
)  # fmt: skip
SHARES: Final = (20, 18, 13, 14, 12, 9, 8, 12, 6, 6, 6, 7, 6, 6, 4, 5, 4, 3, 3, 5)
"""How many of a hundred and seventy parcels go to each region."""


def name_of(dice: random.Random) -> str:
    return dice.choice(_FAMILY) + dice.choice(_GIVEN)


def phone_of(dice: random.Random) -> str:
    """Of the 13800 range, which rings at nobody's."""
    return f"13800{dice.randrange(10**6):06d}"


def address_of(dice: random.Random) -> tuple[str, str]:
    region, street = dice.choices(REGIONS, SHARES)[0]
    return (
        region,
        f"{street} {dice.randint(1, 399)} 号 {dice.randint(1, 18)} 幢 {dice.randint(1, 28)}0{dice.randint(1, 4)} 室",
    )


def id_number(n: int) -> str:
    """A well-formed resident ID (GB 11643) of a person who does not exist."""
    year, month, day, order = 1970 + n % 32, 1 + n % 12, 1 + n % 28, n // 28
    body = f"110101{year}{month:02d}{day:02d}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def credit_code(n: int) -> str:
    """A well-formed 统一社会信用代码 (GB 32100) of a company that does not exist."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91330100MA{n:07d}"
    total = sum(alphabet.index(ch) * pow(3, place, 31) for place, ch in enumerate(body))
    return body + alphabet[-total % 31]
