from django.apps import AppConfig


class PointsConfig(AppConfig):
    name = "xintui.trust.points"
    label = "points"
    verbose_name = "信任银行"
