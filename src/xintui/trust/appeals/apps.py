from django.apps import AppConfig


class AppealsConfig(AppConfig):
    name = "xintui.trust.appeals"
    label = "appeals"
    verbose_name = "申诉"
