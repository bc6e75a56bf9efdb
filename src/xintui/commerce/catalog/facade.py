"""商品 catalog: the public face."""

from xintui.commerce.catalog.home import home, pick, picks, unpick
from xintui.commerce.catalog.jobs import refresh_hot, refresh_sales
from xintui.commerce.catalog.papers import PAPER_KINDS, bar, on_certificate, set_papers
from xintui.commerce.catalog.pictures import clean_picture, upload
from xintui.commerce.catalog.queries import (
    StockMove,
    categories,
    categories_of,
    category_names,
    get,
    goods_of,
    history,
    kept_pictures,
    on_sale,
    papers,
    picture,
    stock_moves,
    titles,
    window,
)
from xintui.commerce.catalog.services import (
    add_sku,
    adjust_stock,
    change_price,
    close_windows,
    create_product,
    edit_product,
    list_product,
    open_windows,
    retire_sku,
    set_category,
    set_return_class,
    unlist_product,
)
from xintui.commerce.catalog.stock import REFUSED, StockChange, move, out_of_stock
from xintui.commerce.catalog.terms import return_class, return_classes

__all__ = [
    "PAPER_KINDS",
    "REFUSED", "StockChange", "StockMove", "add_sku", "adjust_stock", "bar", "categories", "categories_of",
    "category_names", "change_price", "clean_picture", "close_windows", "create_product", "edit_product", "get",
    "goods_of", "history", "home", "kept_pictures", "list_product", "move", "on_certificate", "on_sale",
    "open_windows", "out_of_stock", "papers", "pick", "picks", "picture", "refresh_hot", "refresh_sales",
    "retire_sku", "return_class", "return_classes", "set_category", "set_papers", "set_return_class", "stock_moves",
    "titles", "unlist_product", "unpick", "upload", "window",
]  # fmt: skip
