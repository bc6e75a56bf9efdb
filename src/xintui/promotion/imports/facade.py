"""导入 imports: the public face. `online_retail.convert` is used as it is: it needs no settings and no database."""

from xintui.promotion.imports.settlement import Job, Settled, settle

__all__ = ["Job", "Settled", "settle"]
