"""The Celery application: `celery -A osteodb worker` and `celery -A osteodb beat`."""

from __future__ import annotations

import os
from pathlib import Path

from celery import Celery
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

from osteodb.local import queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osteodb.settings")

TRANSPORT_ALIASES[queue.SCHEME] = f"{queue.__name__}:Transport"
app = Celery("osteodb")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

for _folder in ("data_folder_in", "control_folder"):
    # The file queue of a local run does not make its own folders.
    _path = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {}).get(_folder)
    if _path:
        Path(_path).mkdir(parents=True, exist_ok=True)
