"""成长路径 growth: the public face."""

from xintui.promotion.growth.jobs import review, review_due
from xintui.promotion.growth.queries import path

__all__ = ["path", "review", "review_due"]
