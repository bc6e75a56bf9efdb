from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "xintui.foundation.payments"
    label = "payments"
    verbose_name = "支付"
