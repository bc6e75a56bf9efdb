from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    name = "xintui.commerce.merchants"
    label = "merchants"
    verbose_name = "商家"
