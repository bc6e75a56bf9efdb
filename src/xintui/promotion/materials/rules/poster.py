"""Where the parts of a poster stand. Whole numbers only, and no font is asked: it comes out the same on a phone.

`web/src/lib/poster.ts` says the same in TypeScript; `tests/promotion/materials/posters.json` holds both to it.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from xintui.promotion.materials.contracts import BadMaterial, Line, Placed, PosterContent

Template = Mapping[str, Any]
Box = tuple[int, int, int, int]
WORDS: Final = frozenset({"title", "price", "promoter", "label", "text"})
KINDS: Final = WORDS | {"box", "picture", "image", "qr"}
LAYERS: Final = 24
SMALLEST: Final = 14
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_PICTURE: Final = re.compile(r"[0-9a-f]{40}")
_KEYS: Final = frozenset(
    {"kind", "box", "size", "lines", "align", "ink", "fill", "radius", "bold", "text", "picture"}
)  # fmt: skip


def units(char: str) -> int:
    """How wide a character is taken to be, in hundredths of the size: generous, so that no font overflows."""
    if ord(char) >= 0x1100 or char in "·—…“”":
        return 100
    return 30 if char in " .,:;'|!il" else 62


def width(text: str, size: int) -> int:
    """Of a line of words, in pixels."""
    return size * sum(map(units, text)) // 100


def broken(text: str, size: int, room: int, most: int) -> list[str]:
    """Into at most so many lines; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    now = ""
    for char in " ".join(text.split()):
        if now and width(now + char, size) > room:
            lines.append(now.rstrip())
            now = char.lstrip()
        else:
            now += char
    lines.append(now.rstrip())
    if len(lines) <= most:
        return [line for line in lines if line]
    last = lines[most - 1]
    while last and width(last + "…", size) > room:
        last = last[:-1]
    return [*lines[: most - 1], last + "…"]


def enlarged(one: Placed, scale: int) -> Placed:
    """The same layer on a sheet so many times as large: words do not break anew."""
    x, y, w, h = one.box
    return replace(
        one, box=(x * scale, y * scale, w * scale, h * scale), size=one.size * scale, radius=one.radius * scale,
        lines=tuple(Line(line.text, line.x * scale, line.y * scale, line.w * scale) for line in one.lines),
    )  # fmt: skip


def place(template: Template, content: PosterContent) -> tuple[Placed, ...]:
    """Every layer that has something to show, from the bottom up."""
    given = {
        "title": content.title,
        "price": content.price,
        "promoter": content.promoter,
        "label": content.label,
        "picture": content.picture,
    }
    found = []
    for layer in template["layers"]:
        kind = layer["kind"]
        if kind in given and not given[kind]:
            continue
        look = {"ink": layer.get("ink", ""), "fill": layer.get("fill", ""), "radius": layer.get("radius", 0)}
        box: Box = tuple(layer["box"])
        if kind in WORDS:
            words = layer["text"] if kind == "text" else given[kind]
            size, lines = _set(layer, words, box)
            found.append(
                Placed(kind, box, size, lines, bold=layer.get("bold", False), align=layer.get("align", "left"), **look)
            )
        else:
            picture = layer["picture"] if kind == "image" else content.picture if kind == "picture" else ""
            found.append(Placed(kind, box, picture=picture, **look))
    return tuple(found)


def _set(layer: Mapping[str, Any], words: str, box: Box) -> tuple[int, tuple[Line, ...]]:
    """Size and lines; one line is made smaller until it fits, several are broken and cut."""
    x, y, w, h = box
    size, most = layer["size"], layer.get("lines", 1)
    inset = size // 2 if layer.get("fill") else 0
    room = w - 2 * inset
    if most == 1:
        while size > SMALLEST and width(words, size) > room:
            size -= 1
    texts = broken(words, size, room, most)
    step = size * 135 // 100
    top = y + (h - step * len(texts)) // 2 if layer.get("fill") else y
    lines = []
    for n, text in enumerate(texts):
        wide = min(width(text, size), room)
        shift = {"center": (room - wide) // 2, "right": room - wide}.get(layer.get("align", "left"), 0)
        lines.append(Line(text, x + inset + shift, top + n * step + (step - size) // 2, wide))
    return size, tuple(lines)


def words_of(template: Template) -> list[str]:
    """The fixed words on it."""
    layers = template.get("layers")
    return [str(one.get("text", "")) for one in layers if isinstance(one, dict)] if isinstance(layers, list) else []


def pictures_of(template: Template) -> set[str]:
    """The fixed pictures on it."""
    return {layer["picture"] for layer in template["layers"] if layer["kind"] == "image"}


def check_template(template: Template, label: str) -> None:
    """Raises `BadMaterial`: unknown parts, a label that is missing, small, pale or covered, a code nobody can read."""
    if set(template) != {"size", "background", "layers"}:
        raise BadMaterial("海报模板须有 size、background、layers 三项")
    size, layers = template["size"], template["layers"]
    if not (_whole(size, 2) and all(300 <= side <= 1500 for side in size)):
        raise BadMaterial("海报尺寸应在 300 到 1500 之间")
    if not _colour(template["background"]):
        raise BadMaterial("背景应为 #rrggbb 颜色")
    if not isinstance(layers, list) or not 2 <= len(layers) <= LAYERS:
        raise BadMaterial(f"图层应有 2 到 {LAYERS} 个")
    for layer in layers:
        _check_layer(layer, size)
    for kind, name in (("label", "推广标识"), ("qr", "二维码")):
        if sum(layer["kind"] == kind for layer in layers) != 1:
            raise BadMaterial(f"海报须有且只有一个{name}")
        at = next(n for n, layer in enumerate(layers) if layer["kind"] == kind)
        if any(_overlap(layers[at]["box"], over["box"]) for over in layers[at + 1 :]):
            raise BadMaterial(f"{name}不能被其他图层遮住")
    _check_label(template, next(layer for layer in layers if layer["kind"] == "label"), label)
    qr = next(layer for layer in layers if layer["kind"] == "qr")["box"]
    if qr[2] != qr[3] or qr[2] * 750 < 140 * size[0]:
        raise BadMaterial("二维码应为正方形，且边长不小于画面宽度的五分之一左右（750 宽时 140）")


def _check_layer(layer: Any, size: list[int]) -> None:
    if not isinstance(layer, dict) or layer.get("kind") not in KINDS or not layer.keys() <= _KEYS:
        raise BadMaterial("有无法识别的图层")
    box: Any = layer.get("box")
    if not _whole(box, 4) or min(box) < 0 or min(box[2:]) < 1 or box[0] + box[2] > size[0] or box[1] + box[3] > size[1]:
        raise BadMaterial("有图层超出画面")
    if any(name in layer and not _colour(layer[name]) for name in ("ink", "fill")):
        raise BadMaterial("颜色应为 #rrggbb")
    whole = {"size": (SMALLEST, 200), "lines": (1, 6), "radius": (0, 750)}
    for name, (low, high) in whole.items():
        if name in layer and not (type(layer[name]) is int and low <= layer[name] <= high):
            raise BadMaterial(f"图层的 {name} 应为 {low} 到 {high} 的整数")
    if layer.get("align", "left") not in ("left", "center", "right") or type(layer.get("bold", False)) is not bool:
        raise BadMaterial("图层的对齐或粗细无法识别")
    if layer["kind"] in WORDS and ("size" not in layer or "ink" not in layer):
        raise BadMaterial("文字图层须有字号与颜色")
    if layer["kind"] == "text" and not (isinstance(layer.get("text"), str) and 1 <= len(layer["text"]) <= 60):
        raise BadMaterial("固定文字应有 1 到 60 个字")
    if layer["kind"] == "image" and not _PICTURE.fullmatch(str(layer.get("picture", ""))):
        raise BadMaterial("固定图片不存在")
    if layer["kind"] == "box" and "fill" not in layer:
        raise BadMaterial("色块须有颜色")


def _check_label(template: Template, layer: Mapping[str, Any], label: str) -> None:
    """Read at a glance on a phone: at least 20 px of 750, in one piece, dark on light or light on dark."""
    empty = PosterContent("", "", "", "", label, "")
    placed = next(one for one in place(template, empty) if one.kind == "label")
    if [line.text for line in placed.lines] != [label] or placed.size * 750 < 20 * template["size"][0]:
        raise BadMaterial(f"推广标识「{label}」须完整显示，字号不小于 20（750 宽时）")
    if placed.box[3] < placed.size:
        raise BadMaterial("推广标识的高度不够")
    if "fill" not in layer:
        raise BadMaterial("推广标识须有底色，保证任何图片上都看得清")
    if contrast(layer["ink"], layer["fill"]) < 4.5:
        raise BadMaterial("推广标识的文字与底色对比度不足 4.5:1")


def contrast(one: str, other: str) -> float:
    """WCAG 2: 1 is invisible, 21 is black on white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _overlap(one: list[int], other: list[int]) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _whole(value: Any, count: int) -> bool:
    return isinstance(value, list) and len(value) == count and all(type(one) is int for one in value)


def _colour(value: Any) -> bool:
    return isinstance(value, str) and bool(_COLOUR.fullmatch(value))
