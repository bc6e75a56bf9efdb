"""Every address the server answers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
