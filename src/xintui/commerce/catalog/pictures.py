"""Pictures are never served as they came: checked, scaled and encoded again, so that nothing hides in them."""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime

from xintui.commerce.catalog import rules
from xintui.commerce.catalog.contracts import BadPicture
from xintui.commerce.catalog.models import Picture
from xintui.commerce.catalog.services import save_picture
from xintui.foundation.identity.contracts import Principal


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """WebP without metadata."""

    data: bytes
    width: int
    height: int


def clean_picture(content: bytes) -> CleanPicture:
    """JPEG, PNG or WebP in; checked, scaled, encoded again. Raises `BadPicture`."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # dear to load, and few processes look at pictures

    if len(content) > rules.PICTURE_BYTES:
        raise BadPicture("超过 8 MB")
    try:
        picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
        if picture.width * picture.height > rules.PIXEL_LIMIT:  # before a single pixel is decoded
            raise BadPicture("像素过多")
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError, ValueError):
        raise BadPicture("不是有效的 JPEG、PNG 或 WebP 图片") from None
    upright.thumbnail((rules.PICTURE_EDGE, rules.PICTURE_EDGE))
    out = io.BytesIO()
    upright.save(out, "WEBP", quality=82)
    return CleanPicture(out.getvalue(), upright.width, upright.height)


def upload(merchant_id: str, content: bytes, *, now: datetime, by: Principal | None = None) -> str:
    """The new picture's id. Raises `BadPicture`."""
    clean = clean_picture(content)
    picture = Picture(
        id=hashlib.sha256(clean.data).hexdigest()[:40], merchant_id=merchant_id, mime="image/webp",
        content=clean.data, width=clean.width, height=clean.height, created_at=now,
    )  # fmt: skip
    return save_picture(picture, by)
