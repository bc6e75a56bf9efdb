"""An invitation's life."""

from typing import Final

from xintui.kernel.states import Flow
from xintui.promotion.screening.contracts import State, Verb

FLOW: Final[Flow[State, Verb]] = Flow(
    {
        (State.OPEN, Verb.ACCEPT): State.ACCEPTED,
        (State.OPEN, Verb.DECLINE): State.DECLINED,
        (State.OPEN, Verb.WITHDRAW): State.WITHDRAWN,
        (State.OPEN, Verb.EXPIRE): State.EXPIRED,
    }
)
