"""The photographer's table: backdrop, light, shadow, rounded bodies and printed labels. Drawn twice as big as shown."""

import functools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

SIZE: Final = 1200
FLOOR: Final = 960
Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]
Paint = Callable[[ImageDraw.ImageDraw], None]
PALETTES: Final[dict[str, tuple[Colour, Colour]]] = {
    "tea": ((104, 66, 38), (236, 219, 196)), "sage": ((122, 143, 112), (232, 238, 224)),
    "rust": ((162, 74, 44), (246, 222, 205)), "gold": ((190, 136, 36), (250, 235, 200)),
    "olive": ((98, 112, 52), (233, 236, 210)), "plum": ((104, 60, 98), (237, 222, 236)),
    "rose": ((196, 122, 140), (252, 231, 234)), "slate": ((82, 98, 116), (224, 230, 236)),
    "wood": ((142, 98, 58), (244, 228, 208)), "ink": ((48, 52, 60), (222, 224, 228)),
    "red": ((178, 48, 46), (250, 222, 214)), "mist": ((126, 158, 186), (229, 239, 246)),
    "teal": ((52, 116, 116), (216, 236, 232)), "sand": ((190, 164, 128), (245, 237, 224)),
}  # fmt: skip
PAPER: Final[Colour] = (252, 249, 242)
_ACROSS: Final = (0.62, 0.8, 1.0, 1.2, 1.28, 1.16, 1.0, 0.88, 0.76, 0.62, 0.55)
"""Light on a round body from left to right."""


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """`part` of the one, the rest of the other."""
    r, g, b = (max(0, min(255, round(a * part + c * (1 - part)))) for a, c in zip(one, other, strict=True))
    return r, g, b


def lit(colour: Colour, light: float) -> Colour:
    """Brighter (towards white) above 1, darker below."""
    return mix((255, 255, 255), colour, (light - 1) * 0.75) if light > 1 else mix(colour, (16, 12, 10), light)


class Scene:
    """One picture in the making."""

    def __init__(self, colour: str, seed: int) -> None:
        self.main, self.pale = PALETTES[colour]
        self.dice = random.Random(seed)  # noqa: S311 - a picture
        wall = ImageOps.colorize(_ramp(), mix(self.pale, (255, 255, 255), 0.55), mix(self.pale, self.main, 0.86))
        self.image = wall.resize((SIZE, SIZE))
        table = ImageOps.colorize(_ramp(), mix(self.pale, self.main, 0.72), mix(self.pale, (255, 255, 255), 0.7))
        self.image.paste(table.resize((SIZE, SIZE - 850)), (0, 850))

    def shadow(self, left: float, right: float, y: float = FLOOR, *, depth: float = 44, dark: int = 120) -> None:
        """Soft, falling to the right as all light here comes from the left."""
        small = Image.new("L", (300, 300))
        ImageDraw.Draw(small).ellipse((left / 4 - 4, (y - depth) / 4, right / 4 + 22, (y + depth) / 4), fill=dark)
        soft = small.filter(ImageFilter.GaussianBlur(7)).resize((SIZE, SIZE))
        self.image.paste(mix(self.main, (30, 24, 20), 0.35), mask=soft)

    def body(self, paint: Paint, colour: Colour | None = None, *, flat: bool = False, shine: float = 1.0) -> None:
        """A solid of one colour, in the round unless `flat` (then only a little darker downwards)."""
        mask = Image.new("L", (SIZE, SIZE))
        paint(ImageDraw.Draw(mask))
        box = mask.getbbox()
        if box is None:
            return
        colour = colour or self.main
        strip = _down(colour) if flat else _across(colour, shine)
        fill = strip.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.BILINEAR)
        self.image.paste(fill, box[:2], mask.crop(box))

    def glow(self, paint: Paint, strength: int = 90, blur: float = 6) -> None:
        """A reflection of the window."""
        small = Image.new("L", (300, 300))
        paint(ImageDraw.Draw(small))
        soft = small.filter(ImageFilter.GaussianBlur(blur)).resize((SIZE, SIZE))
        self.image.paste((255, 255, 255), mask=soft.point(lambda v: v * strength // 255))

    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def label(self, box: Box, title: str, brand: str, *, paper: Colour = PAPER, ink: Colour | None = None) -> None:
        """A printed label: frame, brand, the name in one or two lines, an ornament."""
        left, top, right, bottom = box
        self.body(lambda d: d.rounded_rectangle(box, 14, fill=255), paper, shine=0.35)
        draw, ink = self.draw(), ink or lit(self.main, 0.72)
        draw.rounded_rectangle(
            (left + 12, top + 12, right - 12, bottom - 12), 8, outline=mix(ink, paper, 0.55), width=3
        )
        middle, width, height = (left + right) / 2, right - left - 44, bottom - top
        text(draw, (middle, top + height * 0.17), brand, min(34, height * 0.12), mix(ink, paper, 0.75), width)
        for n, line in enumerate(lines := broken(title)):
            size = min(height * 0.24, 64, width / max(len(x) for x in lines))
            text(draw, (middle, top + height * 0.47 + (n - (len(lines) - 1) / 2) * size * 1.2), line, size, ink, width)
        y = top + height * 0.82
        draw.line((middle - width * 0.22, y, middle + width * 0.22, y), fill=mix(ink, paper, 0.5), width=3)
        draw.ellipse((middle - 9, y - 9, middle + 9, y + 9), fill=self.main)

    def done(self) -> Image.Image:
        return self.image.reduce(2)


def broken(title: str) -> list[str]:
    """One line, or two of nearly equal length, cut at a space if there is one."""
    short = title.replace(" · ", " ")
    if len(short) <= 5:
        return [short]
    at = short.find(" ") if " " in short else (len(short) + 1) // 2
    return [short[:at].strip()[:8], short[at:].strip()[:8]]


def text(  # noqa: PLR0917 - in the order Pillow has them
    draw: ImageDraw.ImageDraw, at: tuple[float, float], words: str, size: float, ink: Colour, width: float
) -> None:
    """Centred, made smaller where it would not fit."""
    font = _font(max(12, int(size)))
    while font.size > 12 and draw.textlength(words, font=font) > width:
        font = _font(int(font.size) - 3)
    draw.text(at, words, font=font, fill=ink, anchor="mm")


def both(one: Paint, other: Paint) -> Paint:
    def paint(draw: ImageDraw.ImageDraw) -> None:
        one(draw)
        other(draw)

    return paint


def grain(scene: Scene, box: tuple[int, int, int, int], count: int = 26, *, part: float = 0.84) -> None:
    """Wood: long lines that wander."""
    draw, dice = scene.draw(), scene.dice
    left, top, right, bottom = box
    for n in range(count):
        y = top + (bottom - top) * (n + dice.random()) / count
        points = [(x, y + dice.uniform(-5, 5)) for x in range(left, right, 60)]
        draw.line(
            [*points, (right, y)],
            fill=mix(scene.main, (255, 255, 255), part),
            width=dice.choice((2, 3, 5)),
            joint="curve",
        )


def weave(scene: Scene, mask_paint: Paint, step: int = 10) -> None:
    """Cloth: a fine grid that only shows where the cloth is."""
    mask = Image.new("L", (SIZE, SIZE))
    mask_paint(ImageDraw.Draw(mask))
    threads = Image.new("L", (SIZE, SIZE))
    draw = ImageDraw.Draw(threads)
    for n in range(0, 2 * SIZE, step):
        draw.line((n, 0, n - SIZE, SIZE), fill=26, width=3)
    scene.image.paste(lit(scene.main, 0.6), mask=ImageChops.multiply(mask, threads))


@functools.cache
def _ramp() -> Image.Image:
    return Image.linear_gradient("L")


@functools.lru_cache(256)
def _across(colour: Colour, shine: float) -> Image.Image:
    strip = Image.new("RGB", (len(_ACROSS), 1))
    strip.putdata([lit(colour, 1 + (light - 1) * shine) for light in _ACROSS])
    return strip


@functools.lru_cache(256)
def _down(colour: Colour) -> Image.Image:
    strip = Image.new("RGB", (1, 3))
    strip.putdata([lit(colour, 1.12), colour, lit(colour, 0.82)])
    return strip


@functools.lru_cache(64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    fonts = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".otf", ".ttf", ".ttc"))
    assert fonts, "the locked font package carries a Chinese font"
    return ImageFont.truetype(str(fonts[-1]), size)
