"""The catalog over HTTP: goods, and what the first page shows."""

from xintui.commerce.catalog.http.goods import ProductOut

__all__ = ["ProductOut"]
