from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "xintui.infra.outbox"
    label = "outbox"
    verbose_name = "发件箱"
