"""门槛: who stands above and may keep a promoter from a new link. Modules below are asked by name in `services`."""

from collections.abc import Callable, Sequence
from typing import Final

from xintui.promotion.attribution.contracts import NewLink

Gate = Callable[[Sequence[NewLink]], None]
_gates: Final[list[Gate]] = []


def ask_first(gate: Gate) -> None:
    """Have `gate(asked)` judge every new link: it raises a `DomainError`, or nothing. Said when the house starts."""
    if gate not in _gates:
        _gates.append(gate)


def passed(asked: Sequence[NewLink]) -> None:
    """Raises what the first gate in the way raises."""
    for gate in _gates:
        gate(asked)
