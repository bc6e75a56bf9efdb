from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "xintui.commerce.catalog"
    label = "catalog"
    verbose_name = "商品"
