"""双维度筛选 screening: the public face."""

from xintui.promotion.screening.jobs import expire_due, rebuild, refresh_due
from xintui.promotion.screening.queries import (
    blocked,
    cells,
    compare,
    fields,
    find,
    invitation,
    invitations,
    invitations_to,
    listed_of,
    seen,
    sent_today,
    shortlist,
    standing,
    visibility,
)
from xintui.promotion.screening.rules.language import parse, said, shown, written
from xintui.promotion.screening.services.deciding import block, forget, show, unblock
from xintui.promotion.screening.services.inviting import answer, invite, withdraw
from xintui.promotion.screening.services.listing import export, keep, let_go
from xintui.promotion.screening.services.refreshing import again, mark, refresh
from xintui.promotion.screening.tables import Terms, book, terms

__all__ = [
    "Terms", "again", "answer", "block", "blocked", "book", "cells", "compare", "expire_due", "export", "fields",
    "find", "forget", "invitation", "invitations", "invitations_to", "invite", "keep", "let_go", "listed_of", "mark",
    "parse", "rebuild", "refresh", "refresh_due", "said", "seen", "sent_today", "shortlist", "show", "shown",
    "standing", "terms", "unblock", "visibility", "withdraw", "written",
]  # fmt: skip
