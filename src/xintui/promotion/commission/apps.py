from django.apps import AppConfig


class CommissionConfig(AppConfig):
    name = "xintui.promotion.commission"
    label = "commission"
    verbose_name = "佣金"
