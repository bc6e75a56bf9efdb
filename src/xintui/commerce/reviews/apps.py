from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "xintui.commerce.reviews"
    label = "reviews"
    verbose_name = "评价"
