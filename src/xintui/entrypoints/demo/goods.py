"""What the demo shops sell, as data, and a picture for each."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFilter, ImageFont

PASSWORD: Final = "Chashan-Lu28-Kai"  # noqa: S105 - printed for everybody to try
CATEGORIES: Final = {"tea": "茶叶", "food": "食品干货", "home": "家居日用", "beauty": "洗护"}


@dataclass(frozen=True)
class Goods:
    """One product: SKUs are (spec, price in fen, stock)."""

    title: str
    subtitle: str
    category: str
    skus: tuple[tuple[str, int, int], ...]
    colours: tuple[str, str]
    description: str
    returns: str = "standard"


@dataclass(frozen=True)
class Shop:
    """One merchant and its owner's login name."""

    name: str
    login: str
    owner: str
    intro: str
    goods: tuple[Goods, ...]


SHOPS: Final = (
    Shop("云岭茶坊", "chafang", "段云岭", "勐海古树茶，自有初制所，批次可查。", (
        Goods("勐海古树普洱生茶饼", "357 克 · 2024 春", "tea",
              (("357 克单饼", 268_00, 400), ("七饼整提", 1_688_00, 40)), ("#7a4b2a", "#d9a066"),
              "春茶头采，石磨压制。干仓存放，冲泡建议 95℃ 快出汤。"),
        Goods("月光白 · 白茶散茶", "云南大叶种 · 100 克", "tea",
              (("100 克罐装", 128_00, 600), ("250 克袋装", 268_00, 300)), ("#8d9f87", "#eef2e6"),
              "月下萎凋，日光不晒。毫香清甜，适合下午。"),
        Goods("桂花滇红", "金毫红茶 · 80 克", "tea", (("80 克罐装", 89_00, 800),), ("#8c2f1b", "#f0b775"),
              "滇红与当季金桂窨制三次，无香精。"),
    )),
    Shop("山里人家", "shanli", "石山妹", "湘西合作社直供，山货当季发。", (
        Goods("椴木香菇", "厚菇 · 250 克", "food", (("250 克", 58_00, 900), ("500 克", 108_00, 500)),
              ("#5b4632", "#d8c3a5"), "椴木栽培十个月，低温烘干，肉厚柄短。"),
        Goods("野生蜂场土蜂蜜", "一年一取 · 500 克", "food", (("500 克玻璃瓶", 138_00, 300),), ("#b87a12", "#ffd76e"),
              "中华蜂百花蜜，低温沉淀过滤，冬季会自然结晶。"),
        Goods("高山脱壳核桃仁", "半脱衣 · 400 克", "food", (("400 克", 49_90, 1200),), ("#6b4f3a", "#e6ccb2"),
              "当年新货，小包分装，开袋即食。"),
    )),
    Shop("青禾家居", "qinghe", "何青", "为小家做的耐用好物。", (
        Goods("原木砧板", "整木 · 相思木", "home", (("中号 36×24", 119_00, 260), ("大号 42×28", 159_00, 180)),
              ("#8b5a2b", "#f3d9b1"), "一整块相思木，食品级木蜡油，双面可用。"),
        Goods("水洗棉四件套", "1.8 米床 · 雾蓝", "home", (("1.5 米床", 299_00, 150), ("1.8 米床", 339_00, 150)),
              ("#4d6a84", "#cfe0ee"), "60 支长绒棉，先缩后裁，越洗越软。"),
        Goods("玻璃密封罐三只装", "0.6 / 1.0 / 1.4 升", "home", (("三只装", 69_00, 700),), ("#3f6f6c", "#d5ecea"),
              "高硼硅玻璃，硅胶圈可拆洗。"),
    )),
    Shop("小满洗护", "xiaoman", "马小满", "成分写得清楚的日常洗护。", (
        Goods("氨基酸洁面泡沫", "150 毫升", "beauty", (("单瓶", 79_00, 1000), ("两瓶装", 138_00, 500)),
              ("#c48aa0", "#fde4ec"), "按压起泡，洗后不紧绷。", "sealed"),
        Goods("无患子洗发皂", "80 克 · 手工", "beauty", (("一块", 39_00, 1500),), ("#5f7f4f", "#e3efd8"),
              "冷制皂，熟成八周，随盒配起泡袋。"),
        Goods("护手霜礼盒", "30 克 × 3", "beauty", (("礼盒", 99_00, 600),), ("#b5654a", "#fbe3d6"),
              "乳木果油与甘油，质地轻薄，三种香气。"),
    )),
)  # fmt: skip


def picture(goods: Goods) -> bytes:
    """A calm product card as PNG: two colours, a still life of simple shapes chosen by the title, and the name."""
    size = 720
    seed = hashlib.sha256(goods.title.encode()).digest()
    image = Image.new("RGB", (size, size), goods.colours[1])
    draw = ImageDraw.Draw(image)
    draw.ellipse((-180, 430, size + 180, size + 420), fill=_mix(goods.colours, 0.22))
    shadow = Image.new("L", (size, size), 0)
    ImageDraw.Draw(shadow).ellipse((170, 455, 560, 545), fill=90)
    image.paste(goods.colours[0], mask=shadow.filter(ImageFilter.GaussianBlur(24)))
    _SHAPES[goods.category](ImageDraw.Draw(image), goods.colours, seed)
    font = ImageFont.truetype(_font(), 46)
    draw = ImageDraw.Draw(image)
    width = draw.textlength(goods.title, font=font)
    draw.text(((size - width) / 2, 596), goods.title, font=font, fill=goods.colours[0])
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _mix(colours: tuple[str, str], part: float) -> tuple[int, int, int]:
    dark, light = ([int(c[n : n + 2], 16) for n in (1, 3, 5)] for c in colours)
    red, green, blue = (round(d * part + c * (1 - part)) for d, c in zip(dark, light, strict=True))
    return red, green, blue


def _cake(draw: ImageDraw.ImageDraw, colours: tuple[str, str], seed: bytes) -> None:
    draw.ellipse((190, 170, 530, 510), fill=colours[0])
    draw.ellipse((210, 185, 510, 485), fill=_mix(colours, 0.8))
    draw.ellipse((325, 300, 395, 370), fill=colours[0])
    for n in range(0, 28, 2):
        x, y = 240 + seed[n] % 240, 215 + seed[n + 1] % 230
        draw.line((x, y, x + 22, y + seed[n] % 16 - 8), fill=_mix(colours, 0.45), width=5)


def _jar(draw: ImageDraw.ImageDraw, colours: tuple[str, str], seed: bytes) -> None:
    draw.rounded_rectangle((235, 210, 485, 515), 44, fill=_mix(colours, 0.85))
    draw.rounded_rectangle((255, 150, 465, 215), 18, fill=colours[0])
    draw.rounded_rectangle((262, 290, 458, 430), 12, fill=colours[1])
    draw.line((290, 335, 430, 335), fill=colours[0], width=8)
    draw.line((290, 372, 290 + 60 + seed[0] % 70, 372), fill=_mix(colours, 0.6), width=6)


def _board(draw: ImageDraw.ImageDraw, colours: tuple[str, str], seed: bytes) -> None:
    draw.rounded_rectangle((180, 200, 540, 500), 28, fill=_mix(colours, 0.75))
    for n in range(7):
        y = 228 + n * 40 + seed[n] % 10
        draw.line((205, y, 515 - seed[n + 7] % 60, y + seed[n] % 6 - 3), fill=_mix(colours, 0.9), width=4)
    draw.rounded_rectangle((330, 150, 390, 215), 16, fill=_mix(colours, 0.75))


def _bottle(draw: ImageDraw.ImageDraw, colours: tuple[str, str], seed: bytes) -> None:
    draw.rounded_rectangle((285, 235, 435, 515), 52, fill=_mix(colours, 0.7))
    draw.rectangle((335, 170, 385, 240), fill=colours[0])
    draw.rounded_rectangle((315, 140, 470, 175), 12, fill=colours[0])
    draw.rounded_rectangle((305, 320, 415, 440), 14, fill=colours[1])
    draw.ellipse((340, 350, 380, 390), fill=colours[0])


_SHAPES: Final = {"tea": _cake, "food": _jar, "home": _board, "beauty": _bottle}


def _font() -> str:
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    fonts = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".otf", ".ttf", ".ttc"))
    assert fonts, "the locked font package carries a Chinese font"
    return str(fonts[0])
