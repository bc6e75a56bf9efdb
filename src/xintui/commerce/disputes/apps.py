from django.apps import AppConfig


class DisputesConfig(AppConfig):
    name = "xintui.commerce.disputes"
    label = "disputes"
    verbose_name = "投诉与纠纷"
