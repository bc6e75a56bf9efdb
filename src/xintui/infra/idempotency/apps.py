from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "xintui.infra.idempotency"
    label = "idempotency"
    verbose_name = "请求幂等"
