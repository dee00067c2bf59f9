"""What the stand-in can be told to do wrong."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal[
    "status",  # answer with `status`, in plain text, with Retry-After where `retry_after` is given
    "cut",  # promise the whole body, send half of it, and hang up
    "hang_up",  # close the connection without an answer
    "html",  # a web page with 200
    "truncated",  # half of the JSON, with a length that fits
    "oversized",  # white space without end, up to `size` bytes
    "empty_page",  # an empty page with a token that leads to the page that was meant
    "false_token",  # a token after the last page, leading to an empty page without one
    "move_data",  # answer well, then publish new data
    "refuse_token",  # 400 to a page token
    "refuse_batch",  # 400 to a list of ids that holds `id`
    "broken_record",  # send the record `id` with a shape that contradicts the document
]


@dataclass(slots=True)
class Fault:
    """One misbehaviour: what, where, how often, and after how many good answers.

    `path` is the start of the path below the base address; `times` -1 means for ever.
    """

    kind: Kind
    path: str = "/studies"
    times: int = 1
    after: int = 0
    status: int = 503
    retry_after: str = ""
    size: int = 0
    id: str = ""

    def takes(self, path: str) -> bool:
        """Whether this fault applies to a request now; counts down as it is asked."""
        if self.times == 0 or not path.startswith(self.path):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= self.times > 0
        return True

    def as_json(self) -> dict[str, Any]:
        """The fault as the control address takes it."""
        return asdict(self)
