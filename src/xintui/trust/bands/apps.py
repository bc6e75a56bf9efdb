from django.apps import AppConfig


class BandsConfig(AppConfig):
    name = "xintui.trust.bands"
    label = "bands"
    verbose_name = "保证金风险模型"
