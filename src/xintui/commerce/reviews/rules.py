"""What a review may be, and how many make an average."""

from typing import Final

from xintui.commerce.reviews.contracts import BadReview, Score

TEXT_LIMIT: Final = 500
PICTURE_LIMIT: Final = 6


def check(stars: int, text: str, pictures: tuple[str, ...]) -> None:
    """Raises `BadReview`."""
    if not 1 <= stars <= 5:
        raise BadReview("星级应为 1 到 5")
    if len(text) > TEXT_LIMIT:
        raise BadReview(f"文字最多 {TEXT_LIMIT} 个字")
    if len(pictures) > PICTURE_LIMIT or len(set(pictures)) != len(pictures):
        raise BadReview(f"图片最多 {PICTURE_LIMIT} 张，且不能重复")


def check_words(text: str) -> None:
    """For what has nothing but words: a later review, a reply. Raises `BadReview`."""
    if not 1 <= len(text.strip()) <= TEXT_LIMIT:
        raise BadReview(f"文字应有 1 到 {TEXT_LIMIT} 个字")


def score(stars: tuple[int, int, int, int, int]) -> Score:
    """The average in tenths, rounded half up in whole numbers.

    >>> score((0, 0, 0, 1, 1)).average_x10
    45
    """
    count = sum(stars)
    total = sum(number * given for number, given in enumerate(stars, 1))
    return Score(count, (total * 20 + count) // (2 * count) if count else 0, stars)


def mask(name: str) -> str:
    """`李雷` → `李**`: a first sign and stars whatever the length; who has no name is a buyer."""
    return f"{name.strip()[:1]}**" if name.strip() else "匿名买家"
