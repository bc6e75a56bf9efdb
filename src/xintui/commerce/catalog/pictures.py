"""Pictures are never served as they came: checked, scaled and encoded again, so that nothing hides in them."""

import hashlib
import io
from datetime import datetime

from xintui.commerce.catalog import rules
from xintui.commerce.catalog.contracts import BadPicture
from xintui.commerce.catalog.models import Picture
from xintui.commerce.catalog.services import save_picture
from xintui.foundation.identity.contracts import Principal


def upload(merchant_id: str, content: bytes, *, now: datetime, by: Principal | None = None) -> str:
    """The new picture's id. JPEG, PNG or WebP in; WebP without metadata out. Raises `BadPicture`."""
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
    data = out.getvalue()
    picture_id = hashlib.sha256(data).hexdigest()[:40]
    return save_picture(
        Picture(
            id=picture_id,
            merchant_id=merchant_id,
            mime="image/webp",
            content=data,
            width=upright.width,
            height=upright.height,
            created_at=now,
        ),
        by,
    )
