from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "xintui.foundation.evidence"
    label = "evidence"
    verbose_name = "可验证账本"
