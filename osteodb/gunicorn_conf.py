"""How the web server runs: `gunicorn -c python:osteodb.gunicorn_conf`.

The application is loaded once, before the workers are forked: settings that stop the start stop it
with their sentence, and what was loaded is frozen out of the garbage collector's rounds.
"""

import gc
import os
from typing import Any

bind = f"{os.environ.get('OSTEODB_BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
wsgi_app = "osteodb.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("OSTEODB_WEB_WORKERS", "2"))
threads = 4
preload_app = True
timeout = 60
graceful_timeout = 20
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """Keep the collector off everything that was there before the first request."""
    gc.freeze()
