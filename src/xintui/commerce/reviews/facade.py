"""评价 reviews: the public face."""

from xintui.commerce.reviews.queries import of_buyer, of_product, of_shop, score_of
from xintui.commerce.reviews.services import add_more, forget, hide, reply, show, upload, write, write_many

__all__ = [
    "add_more", "forget", "hide", "of_buyer", "of_product", "of_shop", "reply", "score_of", "show", "upload",
    "write", "write_many",
]  # fmt: skip
