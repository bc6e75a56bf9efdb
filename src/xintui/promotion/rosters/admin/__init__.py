"""Console pages: a shop's rosters and who sits on them, the form; for the platform to read."""

from xintui.promotion.rosters.admin import lists, pages

__all__ = ["lists", "pages"]
