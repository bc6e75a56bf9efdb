"""Each kind of number: its shapes, its check digit, and the first thing that is wrong with one.

What a number may look like is law and stands here with its source; whether the licence exists only its register says.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from stdnum import ean, numdb
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from xintui.trust.qualification.contracts.numbers import BadNumber, Kind, Part, Reading
from xintui.trust.qualification.rules.shapes import CODE, Miss, Stretch, literal, read

TITLES: Final[dict[Kind, str]] = {
    Kind.BUSINESS: "统一社会信用代码", Kind.FOOD_MAKING: "食品生产许可证", Kind.FOOD_TRADE: "食品经营许可证",
    Kind.FOOD_FILING: "仅销售预包装食品备案", Kind.COSMETIC_MAKING: "化妆品生产许可证", Kind.DRUG: "药品批准文号",
    Kind.HEALTH_FOOD: "保健食品注册或备案号", Kind.COSMETIC: "化妆品注册或备案号", Kind.DEVICE: "医疗器械注册或备案号",
    Kind.GTIN: "商品条码", Kind.DRUG_TRADE: "药品经营许可证", Kind.DEVICE_TRADE: "医疗器械经营许可或备案",
    Kind.MEDICAL_PERSON: "医疗卫生执业资格", Kind.FINANCE_PERSON: "财经金融从业资格",
    Kind.LAW_PERSON: "法律职业资格", Kind.TEACHING_PERSON: "教育教学资格",
}  # fmt: skip
PROVINCES: Final = {
    "京": "北京", "津": "天津", "冀": "河北", "晋": "山西", "蒙": "内蒙古", "辽": "辽宁", "吉": "吉林", "黑": "黑龙江",
    "沪": "上海", "苏": "江苏", "浙": "浙江", "皖": "安徽", "闽": "福建", "赣": "江西", "鲁": "山东", "豫": "河南",
    "鄂": "湖北", "湘": "湖南", "粤": "广东", "桂": "广西", "琼": "海南", "渝": "重庆", "川": "四川", "贵": "贵州",
    "云": "云南", "藏": "西藏", "陕": "陕西", "甘": "甘肃", "青": "青海", "宁": "宁夏", "新": "新疆",
}  # fmt: skip
_FOOD_NAMES: Final = (
    "粮食加工品 食用油、油脂及其制品 调味品 肉制品 乳制品 饮料 方便食品 饼干 罐头 冷冻饮品 速冻食品 薯类和膨化食品 "
    "糖果制品 茶叶及相关制品 酒类 蔬菜制品 水果制品 炒货食品及坚果制品 蛋制品 可可及焙烤咖啡产品 食糖 水产制品 "
    "淀粉及淀粉制品 糕点 豆制品 蜂产品 保健食品 特殊医学用途配方食品 婴幼儿配方食品 特殊膳食食品 其他食品"
)
FOODS: Final = dict(enumerate(_FOOD_NAMES.split(), 1))
_REGISTRARS: Final = {
    "1": "机构编制部门", "5": "民政部门", "9": "市场监督管理部门", "A": "中央军委改革和编制办公室", "N": "农业农村部门",
    "Y": "其他部门",
}  # fmt: skip
Shape = tuple[Stretch, ...]


def _place(code: str) -> str | None:
    """GB/T 2260. Counties come and go, so only the province must be known; 100000 is the state's own registrar."""
    if code == "100000":
        return "全国"
    (_, province), *rest = numdb.get("cn/loc").info(code)
    if "province" not in province:
        return None
    county = re.sub(r".*]", "", rest[0][1].get("county", "")) if rest else ""
    name = province["province"]
    return name if county == name else name + county


def _year(text: str) -> str | None:
    return f"{text} 年" if 1984 <= int(text) <= 2099 else None


def _food_class(text: str) -> str | None:
    return FOODS.get(int(text))


def _additive(text: str) -> str | None:
    """Whoever also makes food may bear the class of it."""
    return {"01": "一般食品添加剂", "02": "食品用香精", "03": "复配食品添加剂"}.get(text) or _food_class(text)


def _registrar(text: str) -> str:
    return _REGISTRARS.get(text, "其他登记管理部门")


YEAR: Final = Stretch("年份", width=4, means=_year)
DIVISION: Final = Stretch("行政区划", width=6, means=_place)
SERIAL4: Final = Stretch("顺序号", width=4)
SERIAL6: Final = Stretch("顺序号", width=6)
CHECK: Final = Stretch("校验码")
FOOD_CLASS: Final = Stretch("食品类别", width=2, means=_food_class)
ADDITIVE: Final = Stretch("类别", width=2, means=_additive)
PROVINCE: Final = Stretch("省份", words=PROVINCES)
_HAN: Final = "".join(chr(n) for n in range(0x4E00, 0x9FFF) if chr(n) != "械")
_DRUGS: Final = {"H": "化学药", "Z": "中药", "S": "生物制品"}
_OLD_DRUGS: Final = _DRUGS | {"B": "保健药品", "T": "体外化学诊断试剂", "F": "药用辅料", "J": "进口分包装药品"}
_AREAS: Final = {"C": "港澳台生产", "J": "境外生产"}
_DEVICE_FORMS: Final = {"准": "境内生产", "进": "进口", "许": "港澳台生产"}

SHAPES: Final[dict[Kind, tuple[Shape, ...]]] = {
    # GB 32100-2015
    Kind.BUSINESS: ((
        Stretch("登记管理部门", CODE, means=_registrar), Stretch("机构类别", CODE), DIVISION,
        Stretch("主体标识码", CODE, 9), Stretch("校验码", CODE),
    ),),
    # 食品生产许可管理办法; the check digit by GB/T 17710, MOD 11,10
    Kind.FOOD_MAKING: (
        (literal("SC"), Stretch("产品种类", words={"1": "食品"}), FOOD_CLASS, DIVISION, SERIAL4, CHECK),
        (literal("SC"), Stretch("产品种类", words={"2": "食品添加剂"}), ADDITIVE, DIVISION, SERIAL4, CHECK),
    ),
    # 食品经营许可和备案管理办法（2023）
    Kind.FOOD_TRADE: ((
        literal("JY"),
        Stretch("主体业态", words={"1": "食品销售经营者", "2": "餐饮服务经营者", "3": "集中用餐单位食堂"}),
        DIVISION, SERIAL6, CHECK,
    ),),
    Kind.FOOD_FILING: ((literal("YB"), Stretch("业态", words={"1": "批发", "2": "零售"}), DIVISION, SERIAL6, CHECK),),
    Kind.COSMETIC_MAKING: ((PROVINCE, literal("妆"), YEAR, SERIAL4),),
    # 药品注册管理办法（2020）第一百二十三条, and what was given before it
    Kind.DRUG: (
        (literal("国药准字"), Stretch("药品类别", words=_DRUGS), Stretch("产地", words=_AREAS, optional=True), YEAR,
         SERIAL4),
        (literal("国药准字"), Stretch("药品类别（旧）", words=_OLD_DRUGS), Stretch("来源与年份", width=4), SERIAL4),
        (Stretch("药品类别（进口注册证）", words=_DRUGS), Stretch("产地", words={"C": "港澳台生产"}, optional=True),
         YEAR, SERIAL4),
    ),
    # 保健食品注册与备案管理办法
    Kind.HEALTH_FOOD: (
        (literal("国食健注"), Stretch("产地", words={"G": "国产", "J": "进口"}), YEAR, SERIAL4),
        (literal("食健备G"), YEAR, Stretch("省份代码", width=2, means=lambda text: _place(text + "0000")), SERIAL6),
        (literal("食健备J"), YEAR, literal("00"), SERIAL6),
        (literal("国食健字"), Stretch("产地", words={"G": "国产（旧批准文号）", "J": "进口（旧批准文号）"}), YEAR,
         SERIAL4),
    ),
    # 化妆品注册备案管理办法
    Kind.COSMETIC: (
        (PROVINCE, literal("G妆网备字"), YEAR, SERIAL6),
        (literal("国妆网备进字("), PROVINCE, literal(")"), YEAR, SERIAL6),
        (literal("国妆特字"), Stretch("产地", words={"G": "国产（旧）"}, optional=True), YEAR, SERIAL4),
        (literal("国妆特进字"), Stretch("产地", words={"J": "进口（旧）"}, optional=True), YEAR, SERIAL4),
    ),
    # 医疗器械注册与备案管理办法第一百一十五、一百一十六条
    Kind.DEVICE: (
        (Stretch("审批部门", words={"国": "国家药监局"} | PROVINCES), literal("械注"),
         Stretch("形式", words=_DEVICE_FORMS), YEAR,
         Stretch("管理类别", words={"1": "第一类", "2": "第二类", "3": "第三类"}), Stretch("分类编码", width=2),
         SERIAL4),
        (literal("国械备"), YEAR, SERIAL4),
        (PROVINCE, Stretch("设区的市", _HAN, optional=True),
         literal("械备"), YEAR, SERIAL4),
    ),
    Kind.GTIN: tuple((Stretch("厂商与商品代码", width=size - 1), CHECK) for size in (13, 8, 12, 14)),
}  # fmt: skip
DIGIT: Final[dict[Kind, Callable[[str], str]]] = {
    Kind.BUSINESS: uscc.calc_check_digit,
    Kind.FOOD_MAKING: lambda number: mod_11_10.calc_check_digit(number[2:-1]),
    Kind.FOOD_TRADE: lambda number: mod_11_10.calc_check_digit(number[2:-1]),
    Kind.FOOD_FILING: lambda number: mod_11_10.calc_check_digit(number[2:-1]),
    Kind.GTIN: lambda number: ean.calc_check_digit(number[:-1]),
}
LENIENT: Final = frozenset({Kind.FOOD_TRADE, Kind.FOOD_FILING})
"""Genuine numbers of early years and some places break the check digit: a person looks, the rule does not refuse."""
FREE: Final = re.compile(r"[0-9A-Z\u4e00-\u9fff()\-]{4,40}")
"""Kinds without a published form: enough that it could be a number at all."""


def compact(given: str) -> str:
    """The one spelling: half-width, upper case, no blanks, dashes or a closing 号."""
    return re.sub(r"[\s\-\u200b\ufeff]", "", unicodedata.normalize("NFKC", given)).upper().removesuffix("号")


def check(kind: Kind, given: str) -> Reading:
    """What the number says. Raises `BadNumber` for the first character that cannot be right, or the check digit."""
    number = compact(given)
    shapes = SHAPES.get(kind)
    if not number:
        raise BadNumber(kind, TITLES[kind], "没有填写编号")
    if shapes is None:
        return _free(kind, number)
    misses: list[Miss] = []
    for shape in shapes:
        found = read(shape, number)
        if not isinstance(found, Miss):
            return _checked(kind, number, found)
        misses.append(found)
    # The shape that fitted furthest is the one that was meant; of several the one that leaves most open.
    best = max(misses, key=lambda one: (one.place, len(one.expected)))
    raise BadNumber(kind, TITLES[kind], best.reason, best.place + 1, best.found, best.expected)


def guess(given: str) -> list[Reading]:
    """Every kind that this number can be."""
    found: list[Reading] = []
    for kind in SHAPES:
        try:
            found.append(check(kind, given))
        except BadNumber:
            continue
    return found


def nearest(given: str) -> BadNumber:
    """The refusal of the kind that came furthest, for somebody who did not say which it is."""
    refusals: list[BadNumber] = []
    for kind in SHAPES:
        try:
            check(kind, given)
        except BadNumber as refusal:
            refusals.append(refusal)
    return max(refusals, key=lambda one: one.place)


def complete(kind: Kind, body: str) -> str:
    """The number whose check digit is still missing, with it: for those who make test data."""
    number = compact(body)
    return number + DIGIT[kind](number + "0")


def _checked(kind: Kind, number: str, parts: tuple[Part, ...]) -> Reading:
    digit = DIGIT.get(kind)
    if digit is None or (wanted := digit(number)) == number[-1]:
        return Reading(kind, number, parts)
    reason = f"第 {len(number)} 位校验码应为「{wanted}」，现为「{number[-1]}」，前面的字符可能抄错"
    if kind in LENIENT:
        return Reading(kind, number, parts, (reason,))
    raise BadNumber(kind, TITLES[kind], reason, len(number), number[-1], wanted)


def _free(kind: Kind, number: str) -> Reading:
    if not FREE.fullmatch(number):
        raise BadNumber(kind, TITLES[kind], "应为 4 至 40 位汉字、字母或数字")
    return Reading(kind, number, (Part("编号", number, ""),), ("编号没有公开的校验规则，须核对原件",))
