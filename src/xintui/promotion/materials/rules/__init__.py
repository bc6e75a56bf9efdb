"""What may be a material, its life, and where the parts of a poster stand."""

from xintui.promotion.materials.rules.library import FLOW, PICTURE_LIMIT, check, texts_of
from xintui.promotion.materials.rules.poster import KINDS, check_template, enlarged, pictures_of, place, words_of

__all__ = [
    "FLOW", "KINDS", "PICTURE_LIMIT", "check", "check_template", "enlarged", "pictures_of", "place", "texts_of",
    "words_of",
]  # fmt: skip
