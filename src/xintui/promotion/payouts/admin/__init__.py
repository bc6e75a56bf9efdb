"""Console pages: the queue of withdrawals with four eyes, tax as it was computed, limits, the quarterly report."""

from xintui.promotion.payouts.admin import desk, report, tables

__all__ = ["desk", "report", "tables"]
