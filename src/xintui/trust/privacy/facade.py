"""个人信息 privacy: the public face."""

from xintui.trust.privacy.queries import allows, erasure, exports, history, refused, standings
from xintui.trust.privacy.services.consents import decide, require
from xintui.trust.privacy.services.erasures import (
    ask_to_leave,
    carry_out,
    due_erasures,
    end_frozen,
    for_duty,
    look,
    stay,
)
from xintui.trust.privacy.services.exports import ask, end_exports, finish, give_up, next_asked, open_export
from xintui.trust.privacy.tables import days, retention

__all__ = [
    "allows", "ask", "ask_to_leave", "carry_out", "days", "decide", "due_erasures", "end_exports", "end_frozen",
    "erasure", "exports", "finish", "for_duty", "give_up", "history", "look", "next_asked", "open_export",
    "refused", "require", "retention", "standings", "stay",
]  # fmt: skip
