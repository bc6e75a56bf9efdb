"""经营分析 analytics: the public face."""

from xintui.insight.analytics.queries import board
from xintui.insight.analytics.services import on_paid, on_received, on_refunded, rebuild, refresh

__all__ = ["board", "on_paid", "on_received", "on_refunded", "rebuild", "refresh"]
