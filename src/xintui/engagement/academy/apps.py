from django.apps import AppConfig


class AcademyConfig(AppConfig):
    name = "xintui.engagement.academy"
    label = "academy"
    verbose_name = "推客学院"

    def ready(self) -> None:
        """Links are made below, and ask here first."""
        from xintui.engagement.academy.facade import require_certified
        from xintui.promotion.attribution.facade import ask_first

        ask_first(require_certified)
