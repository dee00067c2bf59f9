"""`python -m tests.registry --port N [--records FILE | --generate COUNT]`: the stand-in by itself.

Prints its base address and serves until it is stopped.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.registry.corpus import corpus_records
from tests.registry.records import generate
from tests.registry.server import RegistryServer
from tests.registry.store import Store


def main() -> None:
    """Read the arguments, make the store, serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.registry", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--records", type=Path, help="a JSON-lines file, plain or .gz")
    parser.add_argument("--generate", type=int, default=25, help="how many records to make")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--everything-matches", action="store_true", help="every record matches every query"
    )
    given = parser.parse_args()
    if given.records:
        store = Store.from_file(given.records)
    else:
        store = Store([*corpus_records(), *generate(given.generate, seed=given.seed)])
    server = RegistryServer(store, port=given.port, everything_matches=given.everything_matches)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    try:
        server.http.serve_forever(poll_interval=0.05)
    except KeyboardInterrupt:
        server.http.server_close()


if __name__ == "__main__":
    main()
