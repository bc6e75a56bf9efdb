from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "xintui.promotion.rosters"
    label = "rosters"
    verbose_name = "推广名额"
