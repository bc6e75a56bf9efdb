from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    name = "xintui.engagement.followups"
    label = "followups"
    verbose_name = "客户跟进"
