"""The Celery app: a doorbell for runs, never the queue of record."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("arete")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_logging(**_told: object) -> None:
    """Leave logging as the settings have it; Celery would add handlers of its own."""
