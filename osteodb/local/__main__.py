"""`python -m osteodb.local`, which is what `make run` runs."""

from __future__ import annotations

import importlib
import os
import sys

from osteodb.local import configuration, supervisor


def main() -> int:
    """Check the settings first: a senseless one is refused before anything is started."""
    environment = configuration.local_environment(os.environ)
    os.environ.update({"DATABASE_URL": "postgres:///made-at-start", **environment})
    importlib.import_module("osteodb.settings")
    supervisor.listen_for_stop()
    return supervisor.Supervisor(environment).run()


if __name__ == "__main__":
    sys.exit(main())
