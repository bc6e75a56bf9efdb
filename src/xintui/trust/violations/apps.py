from django.apps import AppConfig


class ViolationsConfig(AppConfig):
    name = "xintui.trust.violations"
    label = "violations"
    verbose_name = "违规"
