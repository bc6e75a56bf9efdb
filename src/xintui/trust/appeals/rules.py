"""An appeal's life."""

from typing import Final

from xintui.kernel.states import Flow
from xintui.trust.appeals.contracts import State, Verb

FLOW: Final[Flow[State, Verb]] = Flow(
    {
        (State.OPEN, Verb.GRANT): State.GRANTED,
        (State.OPEN, Verb.REFUSE): State.REFUSED,
        (State.OPEN, Verb.WITHDRAW): State.WITHDRAWN,
    }
)
