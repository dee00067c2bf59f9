"""How the web server runs: `gunicorn -c python:osteodb.gunicorn_conf`.

The application is loaded once, before the workers are forked: settings that stop the start stop it
with their sentence, and what was loaded is frozen out of the garbage collector's rounds.
"""

import gc
import os
from typing import Any

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osteodb.settings")

bind = f"{settings.OSTEODB_BIND}:{settings.PORT}"
wsgi_app = "osteodb.wsgi"
worker_class = "gthread"
workers = settings.OSTEODB_WEB_WORKERS
threads = 4
preload_app = True
timeout = 60
graceful_timeout = 20
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """Keep the collector off everything that was there before the first request."""
    gc.freeze()
