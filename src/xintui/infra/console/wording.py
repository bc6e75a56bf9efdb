"""Template words of the consoles: yuan, and a title for a row whose model has none."""

import re
from typing import Any, Final

from django import template
from django.db.models import Model
from django.template.loader import render_to_string

from xintui.infra.console import cells
from xintui.kernel.money import yuan

ID: Final = re.compile(r"\b[a-z]{3}[0-9A-Z]{18}([0-9A-Z]{8})\b")
register = template.Library()
register.filter("money", cells.money)
register.filter("short", cells.short)
register.filter("moment", cells.moment)
register.filter("ago", cells.ago)
register.filter("copied", cells.copied)


@register.filter
def counted(number: int) -> str:
    """`12,345`."""
    return f"{number:,}"


@register.simple_tag
def to(key: str, says: str, site: str) -> Any:
    """A neighbour by its name, leading to its page."""
    return cells.named(key, {key: says}, whole=False, site=site)


@register.simple_tag
def panel(section: Any) -> Any:
    """A section of the first page that brings its own template."""
    return render_to_string(section.template, dict(section.data))


@register.filter
def sum_of(fen: int) -> str:
    """`-123456` → `-¥1,234.56`."""
    return f"-¥{yuan(-fen)}" if fen < 0 else f"¥{yuan(fen)}"


@register.filter
def titled(part: Any) -> Any:
    """A row's own words, or what kind of row it is and the end of its number."""
    if not isinstance(part, Model):
        return part
    if "shown_as" in vars(part):  # what its page knows better than the row
        return vars(part)["shown_as"]
    own = str(part)
    key = str(part.pk)
    if type(part).__str__ is not Model.__str__ and own != key:
        return ID.sub(r"\1", own)
    return f"{part._meta.verbose_name} {key[-8:] if len(key) > 16 else key}"


@register.filter
def steps(parts: Any) -> list[Any]:
    """The way to this page without a group that is called like its list (订单 › 订单)."""
    found = list(parts)
    return [one for one, following in zip(found, [*found[1:], None], strict=True)
            if following is None or str(one.get("title")) != str(following.get("title"))]  # fmt: skip
