"""What a message says, when it may make a noise, and what WeChat's answers mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from xintui.engagement.notifications.contracts import Quiet, Sending, Template
from xintui.kernel.times import SHANGHAI, accounting_date, day_start

PLACE: Final = re.compile(r"\{(\w+)\}")
LENGTHS: Final = {"thing": 20, "character_string": 32, "phrase": 5, "name": 10, "number": 32, "time": 32, "date": 32}
"""How many characters WeChat takes in each kind of field; more is refused with 47003."""
RETRY: Final = timedelta(minutes=5)
DAY_MINUTES: Final = 24 * 60


def places(template: Template) -> set[str]:
    """The facts that a template wants."""
    texts = (template.title, template.words, template.page, *template.wechat.values())
    return {name for text in texts for name in PLACE.findall(text)}


def fill(text: str, facts: Mapping[str, str]) -> str:
    """`已付款 ¥{amount}` with the facts in their places. A fact that is missing is a bug, said by `KeyError`."""
    return PLACE.sub(lambda found: facts[found.group(1)], text)


def fit(field: str, text: str) -> str:
    """The text as a field of that kind takes it: one line, no longer than allowed, never empty.

    >>> fit("thing1", "明前龙井特级西湖龙井茶叶礼盒装二百五十克")
    '明前龙井特级西湖龙井茶叶礼盒装二百五十克'
    >>> fit("phrase3", "等待商家处理")
    '等待商家…'
    """
    kind = field.rstrip("0123456789")
    line = " ".join(text.split()) or "—"
    most = LENGTHS.get(kind, 20)
    return line if len(line) <= most else line[: most - 1] + "…"


def wechat_data(template: Template, facts: Mapping[str, str]) -> dict[str, str]:
    """The fields of the subscribe message."""
    return {field: fit(field, fill(text, facts)) for field, text in template.wechat.items()}


def goods(titles: list[str]) -> str:
    """`明前龙井` or `明前龙井等 3 件商品`: what an order is called."""
    first = titles[0] if titles else "商品"
    return first if len(titles) < 2 else f"{first}等 {len(titles)} 种商品"


def yuan(fen: int) -> str:
    """`12345` → `123.45`."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def loud_from(at: datetime, quiet: Quiet) -> datetime:
    """The first instant, not before `at`, at which somebody may be disturbed."""
    if quiet.start == quiet.end:
        return at
    day = day_start(accounting_date(at))
    minute = int((at.astimezone(SHANGHAI) - day).total_seconds() // 60)
    inside = (
        quiet.start <= minute < quiet.end if quiet.start < quiet.end else minute >= quiet.start or minute < quiet.end
    )
    if not inside:
        return at
    tomorrow = minute >= quiet.end
    return day + timedelta(days=int(tomorrow), minutes=quiet.end)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer means: where the message stands, when it may be tried again, what becomes of the permission."""

    state: Sending
    again_at: datetime | None = None
    give_back: bool = False
    forget: bool = False
    """WeChat holds no permission: whatever we counted is wrong."""
    alarm: bool = False
    """Somebody has to change the settings: no message of this template can go out."""


USER_REFUSED: Final = 43101
NO_SUCH_USER: Final = 40003
WRONG: Final = frozenset({40037, 41028, 41029, 41030, 47003, 48001, 40013, 40125})
STALE: Final = frozenset({40001, 40014, 42001})
DAY_QUOTA: Final = frozenset({45009})


def verdict(errcode: int, now: datetime) -> Verdict:
    """What a definite "no" means. Nothing went out, so the permission is still there unless WeChat says otherwise."""
    if errcode == USER_REFUSED:
        return Verdict(Sending.REFUSED, forget=True)
    if errcode == NO_SUCH_USER:
        return Verdict(Sending.FAILED, give_back=True)
    if errcode in DAY_QUOTA:
        tomorrow = day_start(accounting_date(now) + timedelta(days=1))
        return Verdict(Sending.WAITING, again_at=tomorrow, give_back=True)
    if errcode in STALE:
        return Verdict(Sending.WAITING, again_at=now + RETRY, give_back=True)
    return Verdict(Sending.FAILED, give_back=True, alarm=True)
