"""Console pages: shops, their staff, and how far a new shop has come."""

from xintui.commerce.merchants.admin import joining, shops, staff

__all__ = ["joining", "shops", "staff"]
