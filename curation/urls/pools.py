"""Pools and canaries."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
