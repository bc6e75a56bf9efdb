from django.apps import AppConfig


class DepositsConfig(AppConfig):
    name = "xintui.trust.deposits"
    label = "deposits"
    verbose_name = "保证金"
