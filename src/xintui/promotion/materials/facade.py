"""素材 materials: the public face."""

from xintui.promotion.materials.queries import (
    for_promoters,
    get,
    library,
    mini_code,
    shared,
    titles,
    usage,
    versions,
)
from xintui.promotion.materials.services import (
    approve,
    change,
    create,
    recall,
    record_use,
    refuse,
    submit,
    upload,
    withdraw,
)
from xintui.promotion.materials.sharing import draw, make_mini_code, poster, preview, share

__all__ = [
    "approve", "change", "create", "draw", "for_promoters", "get", "library", "make_mini_code", "mini_code", "poster",
    "preview", "recall", "record_use", "refuse", "share", "shared", "submit", "titles", "upload", "usage", "versions",
    "withdraw",
]  # fmt: skip
