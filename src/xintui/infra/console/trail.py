"""记录: who did what to the thing at hand, when, and what was before and after. The trail itself is identity's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from xintui.infra.console import cells
from xintui.infra.console.names import word


@dataclass(frozen=True)
class TrailLine:
    at: datetime
    who: str
    what: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str

    @property
    def change(self) -> SafeString | str:
        """Each key with what it was and what it became, in words."""
        keys = list(dict.fromkeys([*self.before, *self.after]))
        rows = ((word("key", key), self._told(key)) for key in keys)
        return format_html('<dl class="xt-tree">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))

    def _told(self, key: str) -> SafeString | str:
        now = cells.tree(self.after.get(key), key)
        if key not in self.before:
            return now
        was = cells.tree(self.before[key], key)
        return was if key in self.after and was == now else format_html("{} → {}", was, now)


Reader = Callable[[HttpRequest, str, str], Sequence[TrailLine]]
_readers: list[Reader] = []


def on_trail(reader: Reader) -> None:
    """Have `reader(request, kind of object, its id)` tell the newest lines first, as far as the person may see them."""
    _readers.append(reader)


def trail(request: HttpRequest, kind: str, key: str) -> list[TrailLine]:
    return [line for reader in _readers for line in reader(request, kind, key)]
