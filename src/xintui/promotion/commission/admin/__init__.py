"""Console pages: the books, and what waits in them."""

from xintui.promotion.commission.admin import books, holds

__all__ = ["books", "holds"]
