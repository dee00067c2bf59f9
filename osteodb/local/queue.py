"""The file queue of a local run: kombu's, but a reader never meets a half-written file.

kombu opens a message's file under its final name and writes it afterwards; a worker that looks in
between reads nothing and ends with a decoding error. Here a file appears whole, by renaming.
"""

from __future__ import annotations

import fcntl
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps

SCHEME = "filesystem"


class Channel(filesystem.Channel):
    """Messages and exchange tables as files that are complete as soon as they can be seen."""

    # kombu names the argument differently in this class and in the one above it.
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        # Named by the clock, so that a queue that outlived a restart keeps its order.
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str
    ) -> None:
        self.control_folder.mkdir(parents=True, exist_ok=True)
        with (self.control_folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = [tuple(binding) for binding in self.get_table(exchange)]
            binding = (routing_key or "", pattern or "", queue or "")
            if binding not in known:
                file = self._exchange_file(exchange)  # type: ignore[attr-defined] # not in the stubs
                _write_whole(file, dumps([binding, *known]))


class Transport(filesystem.Transport):
    """kombu's transport with the channel above."""

    Channel = Channel


def _write_whole(file: Path, text: str) -> None:
    """Write beside the place and move it there; the name in between matches no queue."""
    unfinished = file.with_name(f"{file.name}.{uuid.uuid4().hex}.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.rename(file)
