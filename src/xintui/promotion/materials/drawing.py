"""A poster drawn on the server, from the same description a phone draws it from."""

import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn
import segno
from PIL import Image, ImageDraw, ImageFont, ImageOps

from xintui.commerce.catalog.contracts import Picture
from xintui.promotion.materials import rules
from xintui.promotion.materials.contracts import Placed, Poster

FONT: Final = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"
QUIET: Final = 2
"""White modules around the code; the template leaves more on light ground."""
EMPTY: Final = "#e6e1d8"
Box = tuple[int, int, int, int]


def draw(poster: Poster, picture: Callable[[str], Picture | None], *, form: str, scale: int = 1) -> bytes:
    """PNG, WebP or JPEG bytes. `picture` finds the bytes of a picture's id; `scale` times the template's size."""
    width, height = poster.template["size"]
    sheet = Image.new("RGB", (width * scale, height * scale), poster.template["background"])
    for one in rules.place(poster.template, poster.content):
        _draw(sheet, rules.enlarged(one, scale), poster, picture)
    out = io.BytesIO()
    if form == "png":
        sheet.save(out, "PNG", optimize=True)
    else:
        sheet.save(out, form.upper(), quality=88)
    return out.getvalue()


def _draw(sheet: Image.Image, one: Placed, poster: Poster, picture: Callable[[str], Picture | None]) -> None:
    if one.kind == "qr":
        sheet.paste(qr(poster.content.address, one.box[2]), one.box[:2])
    elif one.kind in ("picture", "image"):
        found = picture(one.picture)
        _paste(sheet, found.content if found else b"", one.box, one.radius)
    else:
        if one.fill:
            _fill(sheet, one.box, one.fill, one.radius)
        _write(sheet, one)


def qr(address: str, side: int) -> Image.Image:
    """The code in a square of that side, its quiet zone inside."""
    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=QUIET)]
    small = Image.new("L", (len(rows), len(rows)), 255)
    small.putdata([0 if dark else 255 for row in rows for dark in row])
    each = side // len(rows) + 1
    code = small.resize((len(rows) * each, len(rows) * each), Image.Resampling.NEAREST)
    return code.resize((side, side), Image.Resampling.LANCZOS).convert("RGB")


def _paste(sheet: Image.Image, content: bytes, box: Box, radius: int) -> None:
    """Filling the box, the middle of it, corners rounded; a soft ground where there is no picture."""
    x, y, w, h = box
    if content:
        found = ImageOps.fit(Image.open(io.BytesIO(content)).convert("RGB"), (w, h), Image.Resampling.LANCZOS)
    else:
        found = Image.new("RGB", (w, h), EMPTY)
    sheet.paste(found, (x, y), _mask(w, h, radius))


def _fill(sheet: Image.Image, box: Box, colour: str, radius: int) -> None:
    x, y, w, h = box
    sheet.paste(Image.new("RGB", (w, h), colour), (x, y), _mask(w, h, radius))


def _mask(w: int, h: int, radius: int) -> Image.Image:
    """Smooth corners: drawn four times as large."""
    mask = Image.new("L", (w * 4, h * 4), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, w * 4 - 1, h * 4 - 1), min(radius, w // 2, h // 2) * 4, fill=255)
    return mask.resize((w, h), Image.Resampling.LANCZOS)


def _write(sheet: Image.Image, one: Placed) -> None:
    pen = ImageDraw.Draw(sheet)
    for line in one.lines:
        size = one.size
        while size > 8 and pen.textlength(line.text, font=_font(size)) > max(line.w, 1) + 2:
            size -= 1
        across = {"left": 0, "center": line.w // 2, "right": line.w}[one.align]
        anchor = {"left": "ls", "center": "ms", "right": "rs"}[one.align]
        at = (line.x + across, line.y + one.size * 88 // 100)
        heavy = max(1, one.size // 40) if one.bold else 0
        pen.text(at, line.text, font=_font(size), fill=one.ink, anchor=anchor, stroke_width=heavy, stroke_fill=one.ink)


@lru_cache(64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)
