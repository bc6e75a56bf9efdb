from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "xintui.commerce.quality"
    label = "quality"
    verbose_name = "商品质量"
