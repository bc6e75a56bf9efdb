from django.apps import AppConfig


class ConcentrationConfig(AppConfig):
    name = "xintui.commerce.concentration"
    label = "concentration"
    verbose_name = "售后集中"
