"""素材 materials: the public face."""

from xintui.promotion.materials.queries import (
    for_promoters,
    get,
    house_posters,
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
from xintui.promotion.materials.sharing import (
    draw,
    draw_for_print,
    make_mini_code,
    may_print,
    poster,
    preview,
    sample,
    share,
)

__all__ = [
    "approve", "change", "create", "draw", "draw_for_print", "for_promoters", "get", "house_posters", "library",
    "make_mini_code", "may_print", "mini_code", "poster", "preview", "recall", "record_use", "refuse", "sample",
    "share", "shared", "submit", "titles", "upload", "usage", "versions", "withdraw",
]  # fmt: skip
