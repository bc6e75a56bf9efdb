from django.apps import AppConfig


class PatternsConfig(AppConfig):
    name = "xintui.insight.patterns"
    label = "patterns"
    verbose_name = "优质模式"
