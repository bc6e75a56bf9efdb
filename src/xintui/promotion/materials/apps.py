from django.apps import AppConfig


class MaterialsConfig(AppConfig):
    name = "xintui.promotion.materials"
    label = "materials"
    verbose_name = "素材"
