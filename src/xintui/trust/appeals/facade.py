"""申诉 appeals: the public face."""

from xintui.trust.appeals.queries import about, appeals, of, one
from xintui.trust.appeals.services import decide, expedite, file, withdraw

__all__ = ["about", "appeals", "decide", "expedite", "file", "of", "one", "withdraw"]
