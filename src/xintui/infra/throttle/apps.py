from django.apps import AppConfig


class ThrottleConfig(AppConfig):
    name = "xintui.infra.throttle"
    label = "throttle"
    verbose_name = "限流"
