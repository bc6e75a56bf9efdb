from django.apps import AppConfig


class PromotersConfig(AppConfig):
    name = "xintui.promotion.promoters"
    label = "promoters"
    verbose_name = "推客"
