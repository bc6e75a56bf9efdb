"""What other modules may know about agreements."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one text. `everyone`: whoever uses the platform agrees to it; else only who has agreed before."""

    code: str
    version: str
    title: str
    summary: str
    clauses: tuple[str, ...]
    source: str
    valid_from: date
    everyone: bool


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Somebody agreed to a version."""

    code: str
    version: str
    at: datetime
    device: str


@dataclass(eq=False)
class NoSuchDocument(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "agreements.no_such_document"
    says: ClassVar[str] = "没有这份协议或版本"

    document: str


@dataclass(eq=False)
class NotInForce(DomainError):
    """Only the text in force can be agreed to: a page that was open too long shows an old one."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "agreements.not_in_force"
    says: ClassVar[str] = "协议已更新为 {version} 版，请阅读后再同意"

    version: str
