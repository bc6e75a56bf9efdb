from django.apps import AppConfig


class GrowthConfig(AppConfig):
    name = "xintui.promotion.growth"
    label = "growth"
    verbose_name = "成长路径"
