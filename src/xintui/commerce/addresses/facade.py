"""收货地址 addresses: the public face."""

from xintui.commerce.addresses.queries import book, get
from xintui.commerce.addresses.services import add, change, forget, make_default, remove

__all__ = ["add", "book", "change", "forget", "get", "make_default", "remove"]
