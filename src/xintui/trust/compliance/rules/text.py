"""Reading text the way a person reads it: tricks of spelling are undone before any rule looks at it."""

import unicodedata
from dataclasses import dataclass
from typing import Final

# Marks that people put between characters to get past a filter. Sentence marks stay: they keep clauses apart.
_DECORATION: Final = frozenset(".-_*·~|/\\+^'\"`•・…=#@&<>()[]{}【】（）「」『』《》“”‘’〜—–‖¦※★☆●○◆◇■□▲△")

# Traditional characters and look-alikes of the characters that the rules use; not a general converter.
_SIMPLE: Final = str.maketrans(
    "轉發領請贊讚幫獎團隊級錢線紅見後賺穩萬個碼複製現獲點擊戶邀參與為會員禮積話費優惠證還裏羣訊訂單減購買養費種層數國媽廣",
    "转发领请赞赞帮奖团队级钱线红见后赚稳万个码复制现获点击户邀参与为会员礼积话费优惠证还里群讯订单减购买养费种层数国妈广",
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """The text as rules see it, and for each of its characters the place in the original."""

    text: str
    places: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where normalised [start, end) stands in the original."""
        return self.places[start], self.places[end - 1] + 1


def normalise(original: str) -> Normalised:
    """NFKC, lower case, simplified; without blanks, invisible characters, combining marks and decoration."""
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(original):
        for c in unicodedata.normalize("NFKC", char).lower().translate(_SIMPLE):
            if c not in _DECORATION and unicodedata.category(c)[0] not in "ZCM":
                kept.append(c)
                places.append(place)
    return Normalised("".join(kept), tuple(places), original)
