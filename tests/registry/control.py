"""Orders to a stand-in that runs in another process, as POST to /control/<order> with JSON."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

from tests.registry.faults import Fault

if TYPE_CHECKING:
    from tests.registry.server import RegistryServer


def control(server: RegistryServer, order: str, given: dict[str, Any]) -> dict[str, Any]:
    """Carry out one order and say how things stand."""
    match order:
        case "set":
            server.store.set(given["id"], given["path"], given["value"])
        case "put":
            server.store.put(given["record"])
        case "withdraw":
            server.store.withdraw(given["id"])
        case "rename":
            server.store.rename(given["id"], given["new"])
        case "publish":
            server.store.publish()
        case "misbehave":
            server.misbehave(Fault(**given))
        case "behave":
            server.faults.clear()
        case "look":
            pass
        case _:
            raise ValueError(f"no such order: {order}")
    return {
        "timestamp": server.store.timestamp,
        "records": len(server.store.records),
        "requests": len(server.requests),
        "faults": [fault.as_json() for fault in server.faults if fault.times],
    }


def order(url: str, name: str, **given: Any) -> dict[str, Any]:
    """Send an order to the stand-in whose base address is `url`."""
    root = url.removesuffix("/api/v2")
    request = urllib.request.Request(
        f"{root}/control/{name}",
        data=json.dumps(given).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
        return found
