"""Console pages: 找推客 for a shop; invitations, lists and how current the table is for the platform."""

from xintui.promotion.screening.admin import lists, pages

__all__ = ["lists", "pages"]
