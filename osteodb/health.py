"""Ask a running OsteoDB whether it is well: `python -m osteodb.health` ends with 0 if so.

Used by the containers' health checks and by `make run`. It asks on the loopback, but under a host
name that the site accepts, so that no exception to ALLOWED_HOSTS is needed.
"""

from __future__ import annotations

import http.client
import os
import sys


def accepted_host(allowed_hosts: str) -> str:
    """A host name that a list like ALLOWED_HOSTS lets through."""
    first = allowed_hosts.split(",")[0].strip().lstrip(".")
    return "localhost" if first in {"", "*"} else first


def is_well(port: int, allowed_hosts: str = "", patience: float = 5) -> bool:
    """Whether the site on this machine answers, and its database too."""
    site = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        site.request("GET", "/healthz", headers={"Host": accepted_host(allowed_hosts)})
        return site.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        site.close()


if __name__ == "__main__":
    well = is_well(int(os.environ.get("PORT") or 8000), os.environ.get("ALLOWED_HOSTS", ""))
    sys.exit(0 if well else 1)
