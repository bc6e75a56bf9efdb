"""State machines as tables of `(state, verb) → state`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

from xintui.kernel.errors import DomainError, Kind

S = TypeVar("S", bound=StrEnum)
V = TypeVar("V", bound=StrEnum)


@dataclass(eq=False)
class NoSuchMove(DomainError):
    """The verb does not exist in this state."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "state.no_such_move"
    says: ClassVar[str] = "当前状态「{state}」不能执行「{verb}」"

    state: str
    verb: str


class Flow(Generic[S, V]):
    """A readable life: `Flow({(S.PLACED, V.PAY): S.PAID, …})`."""

    def __init__(self, moves: Mapping[tuple[S, V], S]) -> None:
        self.moves = dict(moves)

    def after(self, state: S, verb: V) -> S:
        """The state that `verb` leads to. Raises `NoSuchMove`."""
        try:
            return self.moves[state, verb]
        except KeyError:
            raise NoSuchMove(state.value, verb.value) from None

    def allows(self, state: S, verb: V) -> bool:
        return (state, verb) in self.moves

    def verbs(self, state: S) -> list[V]:
        """What can be done now, in table order."""
        return [verb for (at, verb) in self.moves if at == state]
