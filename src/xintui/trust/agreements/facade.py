"""协议 agreements: the public face."""

from xintui.trust.agreements.queries import accepted, due
from xintui.trust.agreements.services import accept
from xintui.trust.agreements.tables import current, document, versions

__all__ = ["accept", "accepted", "current", "document", "due", "versions"]
