"""成长路径 growth: the public face."""

from xintui.promotion.growth.jobs import review, review_due
from xintui.promotion.growth.queries import path
from xintui.promotion.growth.services import appeal, appeal_decided

__all__ = ["appeal", "appeal_decided", "path", "review", "review_due"]
