"""Numbers read from left to right: a shape is a row of stretches, each saying which characters it takes.

Reading stops at the first character that does not fit, so a refusal can say which one it is and what belongs there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from xintui.trust.qualification.contracts.numbers import Part

DIGITS: Final = "0123456789"
CODE: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100: no I, O, S, V, Z, which look like digits."""
_LOOKALIKES: Final = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2", "L": "1", "B": "8"}


@dataclass(frozen=True)
class Stretch:
    """`width` characters of `takes`; or, with `words`, one of these as a whole with its meaning."""

    name: str
    takes: str = DIGITS
    width: int = 1
    words: Mapping[str, str] | None = None
    means: Callable[[str], str | None] | None = None
    """What the stretch says; None: that cannot be."""
    optional: bool = False


@dataclass(frozen=True)
class Miss:
    """Where reading stopped: a place from 0, what stands there ("" is the end) and what belongs there."""

    place: int
    found: str
    expected: str
    reason: str


def literal(text: str) -> Stretch:
    return Stretch("标识", words={text: ""})


def read(shape: tuple[Stretch, ...], number: str) -> tuple[Part, ...] | Miss:
    """The whole number in its parts, or where it stops to fit."""
    parts: list[Part] = []
    at = 0
    for one in shape:
        found = _words(one, number, at) if one.words is not None else _run(one, number, at)
        if isinstance(found, Miss):
            if one.optional:
                continue
            return found
        parts.append(found)
        at += len(found.text)
    if at < len(number):
        return Miss(at, number[at], "", f"应为 {at} 位，多出「{number[at:]}」")
    return tuple(parts)


def _words(one: Stretch, number: str, at: int) -> Part | Miss:
    assert one.words is not None
    for text, says in sorted(one.words.items(), key=lambda pair: -len(pair[0])):
        if number.startswith(text, at):
            return Part(one.name, text, says)
    wanted = "、".join(one.words)
    short = wanted if len(wanted) <= 40 else f"{one.name}代码"
    # The longest beginning that does fit is not wrong: blame the first character after it.
    kept = max(_common(text, number[at:]) for text in one.words)
    place = at + kept
    return Miss(
        place, number[place : place + 1], short, f"第 {place + 1} 位（{one.name}）应为「{short}」{_is(number, place)}"
    )


def _run(one: Stretch, number: str, at: int) -> Part | Miss:
    for place in range(at, at + one.width):
        char = number[place : place + 1]
        if char and char in one.takes:
            continue
        wanted = (
            "数字"
            if one.takes == DIGITS
            else "数字或大写字母（不含 I、O、S、V、Z）"
            if one.takes == CODE
            else one.takes
        )
        hint = f"，是否应为「{like}」" if (like := _LOOKALIKES.get(char, "")) and like in one.takes else ""
        return Miss(place, char, wanted, f"第 {place + 1} 位（{one.name}）应为{wanted}{_is(number, place)}{hint}")
    text = number[at : at + one.width]
    says = one.means(text) if one.means else ""
    if says is None:
        return Miss(at, text, one.name, f"第 {at + 1} 至 {at + one.width} 位「{text}」不是有效的{one.name}")
    return Part(one.name, text, says)


def _is(number: str, place: int) -> str:
    return f"，现为「{number[place]}」" if place < len(number) else f"，编号到第 {len(number)} 位就结束了"


def _common(text: str, rest: str) -> int:
    n = 0
    while n < min(len(text), len(rest)) and text[n] == rest[n]:
        n += 1
    return n
