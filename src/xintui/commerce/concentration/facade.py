"""售后集中 concentration: the public face."""

from xintui.commerce.concentration.jobs import look_due
from xintui.commerce.concentration.queries import cases, days, lines, one, promoted, reasons, some, still
from xintui.commerce.concentration.services import appeal, appeal_decided, clear, confirm, look, note_held
from xintui.commerce.concentration.tables import terms

__all__ = [
    "appeal", "appeal_decided", "cases", "clear", "confirm", "days", "lines", "look", "look_due", "note_held", "one",
    "promoted", "reasons", "some", "still", "terms",
]  # fmt: skip
