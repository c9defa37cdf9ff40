"""Domains and cells."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
