from django.apps import AppConfig


class QualificationConfig(AppConfig):
    name = "xintui.trust.qualification"
    label = "qualification"
    verbose_name = "资质"
