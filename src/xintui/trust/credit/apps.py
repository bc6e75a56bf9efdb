from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "xintui.trust.credit"
    label = "credit"
    verbose_name = "信用"
