"""开店清单: what a new shop still has to do, judged from facts whenever it is asked. Nothing is ticked by hand.

Modules above say what they know, as they do on the first page:

@onboarding_step("goods", "添加首件商品", page="merchant:catalog_product_changelist", order=30)
def has_goods(merchant_id: str) -> bool: ...
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from xintui.commerce.merchants.contracts import Step

Fact = Callable[[str], bool | None]


@dataclass(frozen=True)
class _Asked:
    order: int
    key: str
    title: str
    hint: str
    page: str
    optional: bool
    fact: Fact


_asked: dict[str, _Asked] = {}


def onboarding_step(
    key: str, title: str, *, page: str, order: int, hint: str = "", optional: bool = False
) -> Callable[[Fact], Fact]:
    """Decorator over a function merchant id → whether it is done, None where a shop need not do it.

    `page` is a name of the merchant console's pages; one that ends in `_change` is asked for the shop's own row.
    """

    def add(fact: Fact) -> Fact:
        _asked[key] = _Asked(order, key, title, hint, page, optional, fact)
        return fact

    return add


def checklist(merchant_id: str) -> tuple[Step, ...]:
    """Every step in the order a shop takes them."""
    asked = [(one, one.fact(merchant_id)) for one in sorted(_asked.values(), key=lambda one: one.order)]
    return tuple(
        Step(one.key, one.title, one.hint, _address(one.page, merchant_id), one.optional, done)
        for one, done in asked
        if done is not None
    )


def _address(page: str, merchant_id: str) -> str:
    name, _, query = page.partition("?")
    try:
        found = reverse(name, args=[merchant_id] if name.endswith("_change") else [])
    except NoReverseMatch:
        return ""
    return f"{found}?{query}" if query else found
