"""The picture that stands where a mini-program code would: a QR code a phone can read, WeChat's own shape it is not."""

import io
from typing import Final
from urllib.parse import urlencode

SCHEME: Final = "weixin://dl/business/?"
"""The plain scheme by which WeChat opens a page of a mini-program: what the picture says is what it would do."""


def address_of(appid: str, scene: str, page: str, version: str) -> str:
    """Where scanning the code leads."""
    told = {"appid": appid, "path": page, "query": urlencode({"scene": scene}), "env_version": version}
    return SCHEME + urlencode(told)


def wxacode(address: str, width: int, colour: tuple[int, int, int], *, hyaline: bool) -> tuple[str, bytes]:
    """A picture of `width` × `width` and its type: JPEG on white, or PNG without a ground."""
    import segno
    from PIL import Image

    modules = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=2)]
    ground = (255, 255, 255, 0 if hyaline else 255)
    small = Image.new("RGBA", (len(modules), len(modules)), ground)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                small.putpixel((x, y), (*colour, 255))
    picture = small.resize((width, width), Image.Resampling.NEAREST)
    out = io.BytesIO()
    if hyaline:
        picture.save(out, "PNG")
        return "image/png", out.getvalue()
    picture.convert("RGB").save(out, "JPEG", quality=90)
    return "image/jpeg", out.getvalue()
