"""Near-duplicates, benchmarks and removals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
