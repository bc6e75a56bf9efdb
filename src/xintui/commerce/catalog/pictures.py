"""Pictures of goods: what everybody may see, under the hash of its bytes."""

import hashlib
from datetime import datetime

from xintui.commerce.catalog import rules
from xintui.commerce.catalog.contracts import BadPicture
from xintui.commerce.catalog.models import Picture
from xintui.commerce.catalog.services import save_picture
from xintui.foundation.identity.contracts import Principal
from xintui.infra import pictures
from xintui.infra.pictures import CleanPicture


def clean_picture(content: bytes) -> CleanPicture:
    """JPEG, PNG or WebP in; checked, scaled, encoded again. Raises `BadPicture`."""
    try:
        return pictures.clean(content, edge=rules.PICTURE_EDGE)
    except pictures.Unfit as reason:
        raise BadPicture(str(reason)) from None


def upload(merchant_id: str, content: bytes, *, now: datetime, by: Principal | None = None) -> str:
    """The new picture's id. Raises `BadPicture`."""
    clean = clean_picture(content)
    picture = Picture(
        id=hashlib.sha256(clean.data).hexdigest()[:40], merchant_id=merchant_id, mime="image/webp",
        content=clean.data, width=clean.width, height=clean.height, created_at=now,
    )  # fmt: skip
    return save_picture(picture, by)
