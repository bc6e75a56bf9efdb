from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "xintui.promotion.payouts"
    label = "payouts"
    verbose_name = "提现"
