"""What a class of goods asks of whoever sells it, of the product itself and of whoever speaks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from xintui.kernel.errors import DomainError
from xintui.kernel.errors import Kind as Answer
from xintui.trust.qualification.contracts.numbers import Kind

AnyOf = tuple[Kind, ...]
"""One of these is enough."""


@dataclass(frozen=True, slots=True)
class KindTerms:
    """`of`: merchant, product, promoter or code. `by_rule`: it may pass without a person. `personal`: kept sealed.

    `years`: for how long such a paper is given, 0 where it is for good or differs.
    """

    kind: Kind
    title: str
    of: str
    by_rule: bool
    personal: bool
    years: int
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class PromoterAsks:
    """Speaking for it on these channels asks one of these; passing a link on elsewhere asks nothing."""

    any_of: AnyOf
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Class:
    """A class of goods. `merchant` and `product`: each entry must be met, by any one of its kinds."""

    code: str
    title: str
    categories: tuple[str, ...]
    low_risk: bool
    merchant: tuple[AnyOf, ...]
    product: tuple[AnyOf, ...]
    promoter: PromoterAsks | None
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Terms:
    """A dated version of the catalogue."""

    version: str
    valid_from: date
    source: str
    verified_on: date
    remind_days: tuple[int, ...]
    check_months: int
    first_look_days: int
    kinds: Mapping[Kind, KindTerms]
    classes: tuple[Class, ...]

    def asks(self, category: str) -> Class | None:
        """The class that a category belongs to; most belong to none."""
        return next((one for one in self.classes if category in one.categories), None)


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is missing; one of `any_of` would do. `who` is merchant, product or promoter."""

    who: str
    any_of: AnyOf
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Need:
    """What a class asks of a holder and which of its certificates meets it (none: missing)."""

    of: Class
    any_of: AnyOf
    says: str
    met_by: str


@dataclass(eq=False)
class Unqualified(DomainError):
    """Goods of this category cannot be put on the shelf yet."""

    kind: ClassVar[Answer] = Answer.CONFLICT
    code: ClassVar[str] = "qualification.missing"
    says: ClassVar[str] = "「{category}」类商品还缺：{missing}"

    category: str
    missing: str
    kinds: list[str]


@dataclass(eq=False)
class UnqualifiedPromoter(DomainError):
    """Speaking for these goods on this channel asks a professional qualification."""

    kind: ClassVar[Answer] = Answer.CONFLICT
    code: ClassVar[str] = "qualification.promoter_missing"
    says: ClassVar[str] = "在该渠道讲解「{category}」类商品需要先备案：{missing}；在聊天里转发链接不受影响"

    category: str
    missing: str
    kinds: list[str]
