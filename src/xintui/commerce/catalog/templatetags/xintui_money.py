"""Money as a person reads it."""

from django import template

from xintui.kernel import money

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """`123456` → `1,234.56`."""
    return money.yuan(int(fen))
