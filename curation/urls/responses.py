"""Responses, endpoints and samplings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
