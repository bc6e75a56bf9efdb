from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "xintui.promotion.screening"
    label = "screening"
    verbose_name = "找推客"
