from django.apps import AppConfig


class GraphConfig(AppConfig):
    name = "xintui.trust.graph"
    label = "graph"
    verbose_name = "信用图谱"
