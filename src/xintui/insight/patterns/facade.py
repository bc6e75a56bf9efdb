"""优质模式 patterns: the public face."""

from xintui.insight.patterns.queries import found, stock_days, turnovers
from xintui.insight.patterns.services import count, count_due
from xintui.insight.patterns.tables import terms

__all__ = ["count", "count_due", "found", "stock_days", "terms", "turnovers"]
