"""Share copy: no reward, threat or lock around sharing itself, no recruiting, no promised income (T-15)."""

import re
from datetime import date
from functools import cache
from typing import Final

from xintui.trust.compliance.contracts import CopyRefused, Decision, Finding, blocked
from xintui.trust.compliance.rules.books import Book, load_book
from xintui.trust.compliance.rules.text import Normalised, normalise

_LINK: Final = re.compile(r"https?://|www\.|[a-z0-9-]+\.(?:com|cn|net|top|vip|xyz|cc|shop)\b", re.IGNORECASE)


def lint_share_copy(text: str, on: date) -> tuple[Finding, ...]:
    """Every place in a share text, title or poster that WeChat's rules or the law forbid, in the order of the text."""
    seen = normalise(text)
    book = load_book("share_words", on)
    found = [
        _finding(rule, match, seen)
        for rule, pattern in _patterns(book)
        for match in pattern.finditer(seen.text)
        if match.group()
    ]
    return tuple(sorted(found, key=lambda finding: (finding.start, finding.id)))


def require_usable(text: str, on: date) -> None:
    """Raises `CopyRefused` with every reason and the words in question."""
    if stops := blocked(lint_share_copy(text, on)):
        reasons = "；".join(f"「{stop.matched}」{stop.title}（{stop.article}）" for stop in stops)
        raise CopyRefused(reasons, tuple(stop.id for stop in stops))


def bears_address(text: str) -> bool:
    """Whether somebody wrote a web address into words: what is shared leads by the promoter's own link alone (T-15)."""
    return _LINK.search(text) is not None


@cache
def _patterns(book: Book) -> tuple[tuple[dict[str, str], re.Pattern[str]], ...]:
    """The rules with their patterns compiled; `{name}` in a pattern stands for a word list of the same file."""
    lists = {name: "(?:" + "|".join(words) + ")" for name, words in book.content["lists"].items()}
    found = []
    for rule in book.content["rules"]:
        pattern = "|".join(rule["patterns"])
        for name, words in lists.items():
            pattern = pattern.replace("{" + name + "}", words)
        found.append((rule, re.compile(pattern)))
    return tuple(found)


def _finding(rule: dict[str, str], match: re.Match[str], seen: Normalised) -> Finding:
    start, end = seen.span(match.start(), match.end())
    return Finding(
        id=rule["id"],
        decision=Decision(rule["decision"]),
        title=rule["title"],
        article=rule["article"],
        says=rule["says"],
        matched=seen.original[start:end],
        start=start,
        end=end,
    )
