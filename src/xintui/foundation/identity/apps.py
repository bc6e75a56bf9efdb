from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "xintui.foundation.identity"
    label = "identity"
    verbose_name = "账号与角色"
