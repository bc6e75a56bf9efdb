"""Expected refusals: a stable code, a sentence and the facts. A bug is an assert instead."""

from dataclasses import dataclass, fields
from enum import Enum
from typing import ClassVar


class Kind(Enum):
    """What sort of "no" it is; the value is the HTTP status that says the same."""

    INVALID = 422
    FORBIDDEN = 403
    UNAUTHENTICATED = 401
    NOT_FOUND = 404
    CONFLICT = 409
    LIMITED = 429
    UNAVAILABLE = 503


@dataclass(eq=False)
class DomainError(Exception):
    """An expected refusal.

    A subclass is a plain (never frozen: Python writes `__traceback__` on a raised exception) dataclass that
    declares `kind`, a stable `code` (`<module>.<reason>`) and a one-sentence Chinese `says`
    template over its own fields. The fields are the facts.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "domain.refused"
    says: ClassVar[str] = "操作未被接受"

    @property
    def facts(self) -> dict[str, object]:
        """The refusal's fields by name, ready for JSON."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def __str__(self) -> str:
        return self.says.format(**self.facts)

    def __reduce__(self) -> tuple[object, ...]:
        # Exception would rebuild itself from positional arguments and forget the named ones on the way to a process.
        return type(self), tuple(self.facts.values())
