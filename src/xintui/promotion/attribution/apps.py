from django.apps import AppConfig


class AttributionConfig(AppConfig):
    name = "xintui.promotion.attribution"
    label = "attribution"
    verbose_name = "归因"
