"""The judgement of attribution: signed codes, who counts as a person, who wins. Pure functions."""

import base64
import hmac
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from xintui.promotion.attribution.contracts import BadWindow, Candidate, ChosenBy, ClickRule, Window

CODE_VERSION: Final = 1
HANDLE_BYTES: Final = 8
MAC_BYTES: Final = 12
"""96 bits of HMAC-SHA-256: guessing one takes 2^95 tries on average, and each try is a request."""
CODE_LENGTH: Final = 28
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{28}")


def _mac(key: bytes, version: int, handle: bytes, promoter_id: str) -> bytes:
    message = b"xintui.link" + bytes([version]) + handle + promoter_id.encode()
    return hmac.digest(key, message, "sha256")[:MAC_BYTES]


def sign(key: bytes, handle: bytes, promoter_id: str) -> str:
    """The code of a link: version, handle and MAC. 21 bytes make exactly 28 characters: one spelling only."""
    assert len(handle) == HANDLE_BYTES
    raw = bytes([CODE_VERSION]) + handle + _mac(key, CODE_VERSION, handle, promoter_id)
    return base64.urlsafe_b64encode(raw).decode()


def handle_in(code: str) -> str | None:
    """The handle (hex) a code claims, or None when it does not even look like a code."""
    if not _CODE.fullmatch(code):
        return None
    raw = base64.urlsafe_b64decode(code)
    return raw[1 : 1 + HANDLE_BYTES].hex() if raw[0] == CODE_VERSION else None


def is_signed(keys: Sequence[bytes], code: str, promoter_id: str) -> bool:
    """Whether one of our keys signed this code for this promoter; compared in constant time."""
    if not _CODE.fullmatch(code):
        return False
    raw = base64.urlsafe_b64decode(code)
    handle, mac = raw[1 : 1 + HANDLE_BYTES], raw[1 + HANDLE_BYTES :]
    return any([hmac.compare_digest(mac, _mac(key, raw[0], handle, promoter_id)) for key in keys])  # noqa: C419


def is_machine(user_agent: str, purpose: str, agents: Sequence[str], purposes: Sequence[str]) -> bool:
    """A crawler, a previewer or a prefetch: nobody has looked. No user agent at all is a machine too."""
    agent = user_agent.lower()
    return not agent or any(part in agent for part in agents) or any(word in purpose.lower() for word in purposes)


def labelled(text: str, label: str) -> str:
    """The copy with its disclosure in front, once."""
    return text if text.startswith(label) else f"{label} {text}".rstrip()


def checked_window(click_days: int, lock_days: int) -> None:
    """Bounds of what a shop may set. Raises `BadWindow`."""
    if not 1 <= click_days <= 90:
        raise BadWindow("click_days")
    if not 0 <= lock_days <= 365:
        raise BadWindow("lock_days")


def judged(candidates: Sequence[Candidate], window: Window, now: datetime) -> tuple[Candidate, ...]:
    """The candidates with the reason why they do not count, oldest click first.

    `excluded` set by the caller (promoter not active) stays.
    """
    since = now - timedelta(days=window.click_days)
    out = []
    for one in sorted(candidates, key=lambda c: (c.at, c.touch_id)):
        late = not one.is_lock and one.at < since
        out.append(replace(one, excluded=one.excluded or ("outside_window" if late else "")))
    return tuple(out)


def choose(candidates: Sequence[Candidate], window: Window) -> tuple[Candidate, ChosenBy] | None:
    """Who gets the order: a running lock (锁客) first, else the last (or first) click inside the window.

    Takes what `judged` returned. Clicks at the same instant: the later touch id counts as later.
    """
    counting = [one for one in candidates if not one.excluded]
    locks = [one for one in counting if one.is_lock]
    if locks:
        return locks[-1], ChosenBy.LOCK
    if not counting:
        return None
    ordered = sorted(counting, key=lambda c: (c.at, c.touch_id))
    if window.click_rule is ClickRule.LAST:
        return ordered[-1], ChosenBy.LAST_CLICK
    return ordered[0], ChosenBy.FIRST_CLICK


def sentence(window: Window, chosen: tuple[Candidate, ChosenBy] | None, self_purchase: bool) -> str:
    """The explanation a person reads."""
    if chosen is None:
        return "没有有效的推广点击，不计推客。"
    one, by = chosen
    why = {
        ChosenBy.LOCK: "顾客在锁客期内，归属锁定的推客",
        ChosenBy.LAST_CLICK: f"{window.click_days} 天内最后一次有效点击",
        ChosenBy.FIRST_CLICK: f"{window.click_days} 天内第一次有效点击",
    }[by]
    own = "；买家即推客本人（自购），不计佣金" if self_purchase else ""
    return f"按店铺归因规则第 {window.version} 版：{why}，归 {one.promoter_id}{own}。"
