from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "xintui.insight.analytics"
    label = "analytics"
    verbose_name = "经营分析"
