from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "xintui.trust.privacy"
    label = "privacy"
    verbose_name = "个人信息"
