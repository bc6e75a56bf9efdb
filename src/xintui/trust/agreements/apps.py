from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "xintui.trust.agreements"
    label = "agreements"
    verbose_name = "协议"
