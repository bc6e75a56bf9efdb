from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "xintui.engagement.notifications"
    label = "notifications"
    verbose_name = "通知"
