"""Template words of the consoles: yuan, and a title for a row whose model has none."""

from typing import Any

from django import template
from django.db.models import Model

from xintui.infra.console import cells
from xintui.kernel.money import yuan

register = template.Library()
register.filter("money", cells.money)
register.filter("short", cells.short)


@register.filter
def sum_of(fen: int) -> str:
    """`-123456` → `-¥1,234.56`."""
    return f"-¥{yuan(-fen)}" if fen < 0 else f"¥{yuan(fen)}"


@register.filter
def titled(part: Any) -> Any:
    """A row's own words, or what kind of row it is and the end of its number."""
    if not isinstance(part, Model):
        return part
    own = str(part)
    key = str(part.pk)
    if type(part).__str__ is not Model.__str__ and own != key:
        return own
    return f"{part._meta.verbose_name} {key[:3] + '…' + key[-8:] if len(key) > 16 else key}"
