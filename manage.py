#!/usr/bin/env python
"""Django's command line; without DATABASE_URL it works on the database of `make run`."""

import os
import sys

from osteodb.local.configuration import adopt_local_run

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osteodb.settings")
    adopt_local_run(os.environ)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
