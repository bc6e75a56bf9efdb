"""Pictures are never kept as they came: checked, scaled and encoded again, so that nothing hides in them."""

import io
from dataclasses import dataclass
from typing import Final

PIXEL_LIMIT: Final = 40_000_000
BYTES: Final = 8_000_000


class Unfit(ValueError):
    """Why a picture cannot be used, for the module that asked to say in its own words."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """WebP without metadata."""

    data: bytes
    width: int
    height: int


def clean(content: bytes, *, edge: int, quality: int = 82) -> CleanPicture:
    """JPEG, PNG or WebP in; checked, scaled to `edge`, encoded again. Raises `Unfit`."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # dear to load, and few processes look at pictures

    if len(content) > BYTES:
        raise Unfit("超过 8 MB")
    try:
        picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
        if picture.width * picture.height > PIXEL_LIMIT:  # before a single pixel is decoded
            raise Unfit("像素过多")
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except Unfit:
        raise
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError, ValueError):
        raise Unfit("不是有效的 JPEG、PNG 或 WebP 图片") from None
    upright.thumbnail((edge, edge))
    out = io.BytesIO()
    upright.save(out, "WEBP", quality=quality)
    return CleanPicture(out.getvalue(), upright.width, upright.height)
