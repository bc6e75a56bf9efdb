from django.apps import AppConfig


class AddressesConfig(AppConfig):
    name = "xintui.commerce.addresses"
    label = "addresses"
    verbose_name = "收货地址"
