"""Numbers of licences: which kinds there are, what a number says of itself, and what is wrong with one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError


class Kind(StrEnum):
    """What is held: by a shop, by a product, by a person who promotes. The last is a bar code, no licence."""

    BUSINESS = "business"
    FOOD_MAKING = "food_making"
    FOOD_TRADE = "food_trade"
    FOOD_FILING = "food_filing"
    COSMETIC_MAKING = "cosmetic_making"
    DRUG_TRADE = "drug_trade"
    DEVICE_TRADE = "device_trade"
    DRUG = "drug"
    HEALTH_FOOD = "health_food"
    COSMETIC = "cosmetic"
    DEVICE = "device"
    MEDICAL_PERSON = "medical_person"
    FINANCE_PERSON = "finance_person"
    LAW_PERSON = "law_person"
    TEACHING_PERSON = "teaching_person"
    GTIN = "gtin"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a number and what it means; `says` is empty where it is only a serial."""

    name: str
    text: str
    says: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A number in its one spelling, taken apart. `doubts` do not refuse it: a person should look."""

    kind: Kind
    number: str
    parts: tuple[Part, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A number that a product bears."""

    kind: Kind
    number: str


@dataclass(eq=False)
class BadNumber(DomainError):
    """`number_of` is its kind; `place` counts characters from 1 in the one spelling, 0 is the number as a whole."""

    code: ClassVar[str] = "qualification.bad_number"
    says: ClassVar[str] = "{title}有误：{reason}"

    number_of: str
    title: str
    reason: str
    place: int = 0
    found: str = ""
    expected: str = ""
