"""申诉 appeals: the public face."""

from xintui.trust.appeals.queries import about, appeals, of, one
from xintui.trust.appeals.services import decide, file, withdraw

__all__ = ["about", "appeals", "decide", "file", "of", "one", "withdraw"]
