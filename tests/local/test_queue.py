"""The file queue: messages arrive whole, in order, and only once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Exchange, Queue

import osteodb.celery


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    """A connection to a queue in an empty folder, by the address that the settings use."""
    assert osteodb.celery.app.main == "osteodb"
    messages = tmp_path / "messages"
    messages.mkdir()
    options = {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(tmp_path / "control"),
        "polling_interval": 0.01,
    }
    return Connection("filesystem://", transport_options=options)


def test_messages_arrive_in_order(connection: Connection) -> None:
    arrived = []
    with connection.SimpleQueue("in-order") as queue:
        for number in range(20):
            queue.put({"number": number})
        for _ in range(20):
            message = queue.get(timeout=2)
            arrived.append(message.payload["number"])
            message.ack()
    assert arrived == list(range(20))


def test_a_reader_never_meets_a_half_written_message(
    connection: Connection, tmp_path: Path
) -> None:
    count, arrived = 300, []

    def read() -> None:
        with connection.clone().SimpleQueue("whole") as queue:
            for _ in range(count):
                message = queue.get(timeout=10)
                arrived.append(message.payload["number"])
                message.ack()

    reader = threading.Thread(target=read)
    with connection.SimpleQueue("whole") as queue:
        reader.start()
        for number in range(count):
            queue.put({"number": number, "padding": "x" * 20_000})
    reader.join(timeout=30)
    assert sorted(arrived) == list(range(count))
    assert not list((tmp_path / "messages").iterdir())


def test_bindings_made_at_the_same_time_are_all_kept(connection: Connection) -> None:
    many = Exchange("many", type="direct")

    def bind(number: int) -> None:
        with connection.clone() as own:
            Queue(f"queue-{number}", many, routing_key="all")(own.default_channel).declare()

    threads = [threading.Thread(target=bind, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    channel: Any = connection.default_channel
    table = channel.get_table("many")
    assert sorted(entry[2] for entry in table) == sorted(f"queue-{n}" for n in range(12))
