"""A picture for each product: one way of drawing for each kind of packaging or thing."""

import hashlib
import io
import math
from collections.abc import Callable
from typing import Final

from xintui.entrypoints.demo.goods import Goods
from xintui.entrypoints.demo.studio import PAPER, Box, Colour, Paint, Scene, both, broken, grain, lit, mix, text, weave


def picture(goods: Goods) -> bytes:
    """600 × 600, JPEG; the catalog scales and encodes it again like any upload."""
    scene = Scene(goods.colour, int.from_bytes(hashlib.sha256(goods.title.encode()).digest()[:4], "big"))
    SHAPES[goods.shape](scene, goods)
    out = io.BytesIO()
    scene.done().save(out, "JPEG", quality=90)
    return out.getvalue()


def _oval(box: Box) -> Paint:
    return lambda d: d.ellipse(box, fill=255)


def _slab(box: Box) -> Paint:
    return lambda d: d.rectangle(box, fill=255)


def _round(box: Box, radius: int) -> Paint:
    return lambda d: d.rounded_rectangle(box, radius, fill=255)


def _facet(corners: list[tuple[float, float]]) -> Paint:
    return lambda d: d.polygon(corners, fill=255)


def _cake(s: Scene, g: Goods) -> None:
    s.shadow(270, 930, 960, depth=50)
    s.body(lambda d: d.ellipse((250, 270, 950, 970), fill=255), mix(s.main, PAPER, 0.16))
    draw = s.draw()
    for n in range(48):  # the paper's folds run to the middle
        a = n * math.tau / 48 + s.dice.uniform(-0.03, 0.03)
        r = s.dice.uniform(245, 290)
        ends = [600 + r * math.cos(a), 620 + r * math.sin(a), 600 + 340 * math.cos(a), 620 + 340 * math.sin(a)]
        draw.line(ends, fill=mix(s.main, PAPER, 0.3), width=3)
    draw.ellipse((350, 370, 850, 870), outline=s.main, width=8)
    draw.ellipse((372, 392, 828, 848), outline=mix(s.main, PAPER, 0.5), width=3)
    _stack(s, g, 600, 620, 90, ink=lit(s.main, 0.7))
    s.glow(lambda d: d.ellipse((85, 80, 150, 130), fill=200), 80)


def _stack(s: Scene, g: Goods, x: float, y: float, size: float, *, ink: Colour) -> None:
    draw, lines = s.draw(), broken(g.title)
    for n, line in enumerate(lines):
        text(draw, (x, y + (n - (len(lines) - 1) / 2) * size * 1.15), line, size, ink, 420)
    text(draw, (x, y - size * len(lines) * 0.5 - 60), g.brand, 34, mix(ink, PAPER, 0.7), 300)


def _tin(s: Scene, g: Goods) -> None:
    s.shadow(360, 850)
    s.body(
        both(lambda d: d.rectangle((370, 340, 830, 940), fill=255), lambda d: d.ellipse((370, 890, 830, 990), fill=255))
    )
    s.body(lambda d: d.ellipse((370, 290, 830, 390), fill=255), lit(s.main, 0.8), shine=0.5)
    s.body(both(lambda d: d.rectangle((382, 240, 818, 330), fill=255),
                lambda d: d.ellipse((382, 285, 818, 375), fill=255)),
           lit(s.main, 1.25))  # fmt: skip
    s.body(lambda d: d.ellipse((382, 190, 818, 290), fill=255), lit(s.main, 1.45), shine=0.5)
    s.label((420, 470, 780, 830), g.title, g.brand)
    s.glow(lambda d: d.rectangle((102, 100, 108, 232), fill=255), 110, 4)


def _pouch(s: Scene, g: Goods) -> None:
    s.shadow(330, 880)
    top, corners = 230, [(330, 262), (870, 262), (905, 900), (860, 975), (340, 975), (295, 900)]
    s.body(lambda d: d.polygon(corners, fill=255), shine=0.75)
    s.body(lambda d: d.rectangle((325, top, 875, 292), fill=255), lit(s.main, 0.85), shine=0.6)
    draw = s.draw()
    for n in range(22):  # the seal
        draw.line((338 + n * 24.4, top + 8, 338 + n * 24.4, 284), fill=lit(s.main, 1.1), width=3)
    draw.line((318, 330, 882, 330), fill=lit(s.main, 0.75), width=5)
    s.body(lambda d: d.ellipse((565, 345, 635, 375), fill=255), lit(s.main, 0.6), flat=True)
    s.label((395, 440, 805, 800), g.title, g.brand)
    s.body(lambda d: d.rounded_rectangle((470, 835, 730, 905), 34, fill=255), mix(s.pale, PAPER, 0.5), shine=0.3)
    text(s.draw(), (600, 869), g.subtitle.split(" · ")[0], 34, lit(s.main, 0.7), 230)
    s.glow(lambda d: d.polygon([(88, 80), (96, 80), (90, 225), (82, 225)], fill=255), 120, 5)


def _jar(s: Scene, g: Goods) -> None:
    s.shadow(350, 860)
    s.body(
        lambda d: d.rounded_rectangle((350, 350, 850, 980), 90, fill=255), mix(s.pale, (255, 255, 255), 0.4), shine=0.5
    )
    s.body(lambda d: d.rounded_rectangle((372, 420, 828, 960), 74, fill=255), s.main, shine=1.1)
    s.body(lambda d: d.rounded_rectangle((385, 235, 815, 365), 26, fill=255), mix(s.main, (60, 56, 52), 0.25))
    draw = s.draw()
    for n in range(28):
        x = 396 + n * 15
        draw.line((x, 250, x, 350), fill=mix(s.main, (20, 18, 16), 0.2), width=2)
    s.label((410, 520, 790, 850), g.title, g.brand)
    s.glow(lambda d: d.rounded_rectangle((97, 110, 103, 230), 3, fill=255), 170, 3)


def _box(s: Scene, g: Goods) -> None:
    s.shadow(280, 960, 965, depth=56)
    s.body(
        lambda d: d.polygon([(840, 350), (960, 300), (960, 880), (840, 960)], fill=255), lit(s.main, 0.62), flat=True
    )
    s.body(
        lambda d: d.polygon([(260, 350), (390, 300), (960, 300), (840, 350)], fill=255), lit(s.main, 1.35), flat=True
    )
    s.body(lambda d: d.rectangle((260, 350, 840, 960), fill=255), flat=True)
    draw = s.draw()
    draw.rectangle((260, 350, 840, 390), fill=lit(s.main, 1.2))
    draw.rectangle((260, 920, 840, 960), fill=lit(s.main, 0.85))
    for n in range(9):  # an old window's lattice
        draw.line((280 + n * 68, 880, 314 + n * 68, 914), fill=lit(s.main, 1.3), width=4)
        draw.line((314 + n * 68, 880, 280 + n * 68, 914), fill=lit(s.main, 1.3), width=4)
    s.label((340, 440, 760, 830), g.title, g.brand)


def _pump(s: Scene, g: Goods) -> None:
    s.shadow(400, 800)
    metal = mix(s.main, (240, 240, 240), 0.25)
    s.body(
        both(
            lambda d: d.rounded_rectangle((520, 170, 640, 215), 20, fill=255),
            lambda d: d.polygon([(430, 185), (540, 175), (540, 212), (440, 215)], fill=255),
        ),
        metal,
    )
    s.body(lambda d: d.rectangle((580, 210, 620, 300), fill=255), metal)
    s.body(lambda d: d.rounded_rectangle((535, 285, 665, 390), 14, fill=255), lit(s.main, 0.85))
    s.body(lambda d: d.rounded_rectangle((400, 380, 800, 975), 84, fill=255), mix(s.pale, s.main, 0.62))
    s.label((445, 530, 755, 880), g.title, g.brand)
    s.glow(lambda d: d.rounded_rectangle((110, 112, 116, 228), 3, fill=255), 150, 3)


def _tube(s: Scene, g: Goods) -> None:
    s.shadow(440, 770)
    s.body(lambda d: d.polygon([(430, 220), (770, 220), (725, 860), (475, 860)], fill=255), mix(s.pale, s.main, 0.55))
    s.body(lambda d: d.rectangle((424, 180, 776, 240), fill=255), s.main)
    s.body(lambda d: d.rounded_rectangle((490, 850, 710, 980), 24, fill=255), lit(s.main, 0.8))
    draw = s.draw()
    for n in range(17):
        draw.line((432 + n * 21, 186, 432 + n * 21, 234), fill=lit(s.main, 0.8), width=3)
    s.label((480, 350, 720, 720), g.title, g.brand)
    s.glow(lambda d: d.polygon([(118, 65), (124, 65), (127, 205), (122, 205)], fill=255), 150, 3)


def _bottle(s: Scene, g: Goods) -> None:
    s.shadow(440, 770)
    s.body(lambda d: d.rectangle((552, 170, 648, 270), fill=255), lit(s.main, 0.6))
    s.body(both(
        lambda d: d.polygon([(560, 260), (640, 260), (655, 350), (760, 460), (760, 900), (440, 900), (440, 460),
                             (545, 350)], fill=255),
        lambda d: d.rounded_rectangle((440, 440, 760, 980), 40, fill=255)), s.main, shine=1.15)  # fmt: skip
    s.label((470, 560, 730, 880), g.title, g.brand)
    s.glow(lambda d: d.rounded_rectangle((120, 125, 125, 232), 3, fill=255), 190, 3)


def _cup(s: Scene, g: Goods) -> None:
    s.shadow(330, 800)
    s.body(lambda d: d.arc((690, 480, 960, 790), -100, 110, fill=255, width=52), lit(s.main, 0.9))
    s.body(both(lambda d: d.polygon([(330, 400), (810, 400), (760, 900), (380, 900)], fill=255),
                lambda d: d.ellipse((380, 840, 760, 970), fill=255)))  # fmt: skip
    s.body(lambda d: d.ellipse((330, 335, 810, 465), fill=255), lit(s.main, 1.35), shine=0.4)
    s.body(lambda d: d.ellipse((356, 352, 784, 450), fill=255), lit(s.main, 0.5), shine=0.4)
    _speckle(s, (370, 500, 770, 900))
    _mark(s, g, 570, 690)
    s.glow(lambda d: d.polygon([(96, 118), (104, 118), (110, 215), (104, 215)], fill=255), 130, 4)


def _bowl(s: Scene, g: Goods) -> None:
    s.shadow(330, 880)
    s.body(lambda d: d.rectangle((480, 900, 720, 975), fill=255), lit(s.main, 0.8))
    s.body(lambda d: d.pieslice((240, 140, 960, 940), 0, 180, fill=255))
    s.body(lambda d: d.ellipse((240, 450, 960, 630), fill=255), lit(s.main, 1.4), shine=0.4)
    s.body(lambda d: d.ellipse((275, 470, 925, 612), fill=255), mix(s.pale, s.main, 0.8), shine=0.5)
    draw = s.draw()
    for n in range(3):
        draw.arc(
            (262 + n * 8, 300 + n * 20, 938 - n * 8, 760 + n * 22), 12, 168, fill=lit(s.main, 1.25 - n * 0.06), width=5
        )
    _mark(s, g, 600, 838)
    s.glow(lambda d: d.ellipse((72, 170, 88, 205), fill=255), 120, 4)


def _speckle(s: Scene, box: tuple[int, int, int, int]) -> None:
    draw = s.draw()
    for _ in range(90):
        x, y, r = s.dice.uniform(box[0], box[2]), s.dice.uniform(box[1], box[3]), s.dice.uniform(1.5, 4)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=lit(s.main, s.dice.choice((0.65, 1.3))))


def _mark(s: Scene, g: Goods, x: float, y: float) -> None:
    """A seal instead of a label: two characters of the shop's name."""
    draw = s.draw()
    draw.rounded_rectangle((x - 46, y - 46, x + 46, y + 46), 10, fill=(168, 52, 44))
    text(draw, (x, y), g.brand[:2], 40, PAPER, 84)


def _fold(s: Scene, g: Goods) -> None:
    s.shadow(260, 950, 965, depth=40)
    for n in range(4):
        top = 820 - n * 130
        shade = lit(s.main, (1.0, 1.18, 0.9, 1.3)[n])
        paint = _round((250 + 8 * n, top, 950 - 10 * n, top + 140), 62)
        s.body(paint, shade, flat=True)
        weave(s, paint)
        draw = s.draw()
        draw.arc((880 - 10 * n, top + 10, 940 - 10 * n, top + 130), -80, 80, fill=lit(shade, 0.75), width=4)
        draw.line((300, top + 70, 900, top + 72), fill=lit(shade, 0.86), width=3)
    s.body(lambda d: d.polygon([(455, 430), (745, 430), (745, 955), (455, 955)], fill=255), PAPER, flat=True)
    s.label((455, 520, 745, 830), g.title, g.brand)


def _shirt(s: Scene, g: Goods) -> None:
    s.shadow(330, 880, 1000, depth=30, dark=90)
    draw = s.draw()
    draw.arc((560, 120, 640, 210), 150, 400, fill=(120, 110, 100), width=10)
    draw.line((600, 205, 380, 300), fill=(120, 110, 100), width=12)
    draw.line((600, 205, 820, 300), fill=(120, 110, 100), width=12)
    shape = [
        (470, 262),
        (730, 262),
        (860, 320),
        (985, 560),
        (865, 625),
        (805, 520),
        (812, 960),
        (388, 960),
        (395, 520),
        (335, 625),
        (215, 560),
        (340, 320),
    ]
    s.body(lambda d: d.polygon(shape, fill=255), shine=0.55)
    weave(s, lambda d: d.polygon(shape, fill=255), 9)
    s.body(lambda d: d.pieslice((480, 190, 720, 360), 0, 180, fill=255), lit(s.main, 0.55), flat=True)
    draw = s.draw()
    draw.line((600, 355, 600, 955), fill=lit(s.main, 0.8), width=4)
    for n in range(5):
        draw.ellipse((591, 410 + n * 115, 609, 428 + n * 115), fill=PAPER, outline=lit(s.main, 0.6))
    draw.line((805, 520, 800, 700), fill=lit(s.main, 0.75), width=4)
    draw.line((395, 520, 400, 700), fill=lit(s.main, 0.75), width=4)
    s.body(lambda d: d.rectangle((665, 470, 765, 580), fill=255), lit(s.main, 1.12), flat=True)
    text(s.draw(), (715, 500), g.brand[:2], 30, lit(s.main, 0.6), 90)


def _fruit(s: Scene, g: Goods) -> None:
    """A crate with the fruit heaped up in it."""
    s.shadow(220, 990, 970, depth=46)
    spots = [(n * 150 + 330 + (row % 2) * 72, 560 - row * 105) for row in range(3) for n in range(5 - row)]
    for x, y in sorted(spots, key=lambda spot: spot[1]):
        r = s.dice.uniform(84, 98)
        shade = lit(s.main, s.dice.uniform(0.92, 1.18))
        s.body(_oval((x - r, y - r, x + r, y + r * 0.96)), shade)
        s.glow(_oval((x / 4 - 14, y / 4 - 15, x / 4 - 4, y / 4 - 6)), 150, 3)
        draw = s.draw()
        draw.line((x, y - r * 0.9, x + 8, y - r - 14), fill=(92, 70, 44), width=7)
        draw.ellipse((x + 6, y - r - 26, x + 58, y - r + 2), fill=(104, 136, 62))
    wood = (206, 168, 118)
    for n in range(3):
        y = 620 + n * 122
        s.body(
            _round((215, y, 985, y + 108), 8),
            lit(wood, 1.08 - n * 0.06),
            flat=True,
        )
        for _ in range(5):
            at = y + s.dice.uniform(14, 96)
            s.draw().line((225, at, 975, at + s.dice.uniform(-6, 6)), fill=lit(wood, 0.88), width=2)
    for x in (240, 925):
        s.body(_slab((x, 606, x + 40, 985)), lit(wood, 0.85), flat=True)
    s.label((410, 660, 790, 930), g.title, g.brand)


def _tray(s: Scene, g: Goods) -> None:
    """A chilled tray: ice, fillets or fish, a film with a sleeve."""
    s.shadow(200, 1000, 960, depth=48)
    s.body(lambda d: d.rounded_rectangle((190, 420, 1010, 970), 70, fill=255), (58, 62, 70), flat=True)
    s.body(lambda d: d.rounded_rectangle((225, 450, 975, 935), 54, fill=255), (226, 236, 242), flat=True)
    draw = s.draw()
    for _ in range(60):
        x, y, r = s.dice.uniform(250, 930), s.dice.uniform(470, 900), s.dice.uniform(14, 34)
        draw.polygon(
            [(x, y - r), (x + r, y), (x, y + r), (x - r, y)], fill=lit((214, 228, 238), s.dice.uniform(0.9, 1.3))
        )
    for n in range(4):
        x = 300 + n * 165
        s.body(_round((x, 490, x + 130, 900), 62), mix(s.main, s.pale, 0.7))
        for k in range(5):
            draw.arc((x + 14, 520 + k * 74, x + 116, 600 + k * 74), 200, 340, fill=lit(s.main, 1.35), width=5)
    s.label((440, 545, 760, 840), g.title, g.brand)
    s.glow(lambda d: d.polygon([(60, 118), (90, 118), (66, 228), (58, 228)], fill=255), 110, 5)


def _book(s: Scene, g: Goods) -> None:
    s.shadow(330, 920)
    s.body(lambda d: d.polygon([(860, 250), (905, 285), (905, 985), (860, 960)], fill=255), (246, 241, 230), flat=True)
    draw = s.draw()
    for n in range(9):
        draw.line((864 + n * 4.6, 258 + n * 3.4, 864 + n * 4.6, 960 + n * 2.4), fill=(212, 204, 188), width=1)
    s.body(lambda d: d.rounded_rectangle((320, 245, 866, 962), 16, fill=255), shine=0.35)
    weave(s, lambda d: d.rounded_rectangle((320, 245, 866, 962), 16, fill=255), 7)
    s.body(lambda d: d.rectangle((320, 245, 378, 962), fill=255), lit(s.main, 0.72), flat=True)
    s.body(lambda d: d.rectangle((800, 245, 824, 985), fill=255), lit(s.main, 1.4), flat=True)
    s.label((430, 370, 760, 680), g.title, g.brand)


def _pen(s: Scene, g: Goods) -> None:
    s.shadow(240, 980, 940, depth=30)
    s.body(lambda d: d.rounded_rectangle((240, 690, 960, 950), 26, fill=255), mix(s.pale, s.main, 0.7), flat=True)
    s.body(lambda d: d.rounded_rectangle((265, 712, 935, 928), 16, fill=255), lit(s.main, 0.5), flat=True)
    for n, y in enumerate((745, 835)):
        s.body(
            _round((320, y, 800, y + 52), 26),
            lit(s.main, 1.1 - 0.25 * n),
            flat=True,
        )
        s.body(_facet([(795, y + 4), (890, y + 26), (795, y + 48)]), (214, 184, 110), flat=True)
        s.draw().rectangle((540, y, 556, y + 52), fill=(222, 196, 128))
        s.draw().line((340, y + 12, 780, y + 12), fill=lit(s.main, 1.6), width=4)
    s.label((390, 280, 810, 610), g.title, g.brand)


def _headset(s: Scene, g: Goods) -> None:
    s.shadow(330, 890)
    s.body(lambda d: d.arc((330, 190, 870, 900), 180, 360, fill=255, width=58), s.main)
    s.draw().arc((352, 212, 848, 880), 185, 355, fill=lit(s.main, 1.4), width=6)
    for x in (290, 740):
        s.body(_round((x, 540, x + 170, 880), 82), lit(s.main, 1.12))
        s.body(_round((x + 28, 575, x + 142, 845), 56), lit(s.main, 0.6))
    text(s.draw(), (600, 720), g.brand, 54, lit(s.main, 0.9), 260)
    text(s.draw(), (600, 790), g.title[:8], 36, mix(s.main, s.pale, 0.7), 260)


def _charger(s: Scene, g: Goods) -> None:
    s.shadow(390, 830)
    s.draw().arc((560, 560, 1120, 1180), 190, 300, fill=lit(s.main, 0.8), width=22)
    s.body(
        lambda d: d.rounded_rectangle((370, 330, 830, 960), 92, fill=255), mix(s.main, (250, 250, 250), 0.42), shine=0.7
    )
    s.body(
        lambda d: d.rounded_rectangle((400, 360, 800, 930), 72, fill=255), mix(s.main, (252, 252, 252), 0.3), shine=0.4
    )
    for n in range(3):
        s.body(
            _round((470 + n * 92, 420, 546 + n * 92, 452), 15),
            (44, 46, 52),
            flat=True,
        )
    text(s.draw(), (600, 600), g.brand, 44, lit(s.main, 0.65), 320)
    for n, line in enumerate((g.title[:7], g.title[7:14])):
        text(s.draw(), (600, 690 + n * 60), line, 50, lit(s.main, 0.5), 340)
    s.draw().ellipse((588, 850, 612, 874), fill=(96, 190, 130))


def _toy(s: Scene, g: Goods) -> None:
    s.shadow(250, 960)
    paints = [s.main, lit(s.main, 1.3), (206, 150, 74), (112, 146, 120), (184, 96, 82), (120, 142, 170)]
    for n, (x, y) in enumerate(((255, 760), (485, 760), (715, 760), (370, 540), (600, 540))):
        colour = paints[(n + len(g.title)) % len(paints)]
        s.body(
            _facet([(x + 200, y), (x + 240, y - 34), (x + 240, y + 170), (x + 200, y + 210)]),
            lit(colour, 0.7),
            flat=True,
        )
        s.body(
            _facet([(x, y), (x + 44, y - 34), (x + 240, y - 34), (x + 200, y)]),
            lit(colour, 1.35),
            flat=True,
        )
        s.body(_round((x, y, x + 204, y + 210), 12), colour, flat=True)
        text(s.draw(), (x + 102, y + 104), (g.title * 2)[n], 110, lit(colour, 1.7), 180)
    roof = paints[len(g.brand) % 4 + 2]
    s.body(lambda d: d.polygon([(430, 505), (600, 290), (790, 505)], fill=255), roof, flat=True)


def _board(s: Scene, g: Goods) -> None:
    s.shadow(250, 980, 975, depth=40)
    s.body(lambda d: d.rounded_rectangle((250, 330, 950, 975), 60, fill=255), lit(s.main, 0.62), flat=True)
    s.body(lambda d: d.rounded_rectangle((250, 310, 950, 945), 60, fill=255), lit(s.main, 1.15), flat=True)
    grain(s, (262, 345, 938, 915))
    s.body(lambda d: d.rounded_rectangle((530, 352, 670, 402), 25, fill=255), lit(s.main, 0.5), flat=True)
    s.label((400, 500, 800, 810), g.title, g.brand)


SHAPES: Final[dict[str, Callable[[Scene, Goods], None]]] = {
    "cake": _cake, "tin": _tin, "pouch": _pouch, "jar": _jar, "box": _box, "pump": _pump, "tube": _tube,
    "bottle": _bottle, "cup": _cup, "bowl": _bowl, "fold": _fold, "shirt": _shirt, "fruit": _fruit, "tray": _tray,
    "book": _book, "pen": _pen, "headset": _headset, "charger": _charger, "toy": _toy, "board": _board,
}  # fmt: skip
