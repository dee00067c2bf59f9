"""What the stand-in can be told to do wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal[
    "status",  # answer with `status`, in plain text, with Retry-After where `retry_after` is given
    "cut",  # promise the whole body, send half of it, and hang up
    "cut_chunks",  # half of the body in one chunk, and no chunk that says it was the last
    "hang_up",  # close the connection without an answer
    "reset",  # reset the connection in the middle of the headers
    "slow",  # answer well, but only after `seconds`
    "hold",  # answer well, but only when the test lets go (`RegistryServer.holding`)
    "html",  # a web page with 200
    "maintenance",  # a web page with `status`, in the way of a proxy
    "nothing",  # 200 without a body
    "truncated",  # half of the JSON, with a length that fits
    "not_json",  # JSON with a hole in it
    "not_packed",  # an answer that says it is packed and is not
    "foreign",  # good JSON of somebody else
    "oversized",  # white space without end, up to `size` bytes
    "other_study",  # the study `id`, whatever was asked for
    "empty_page",  # an empty page with a token that leads to the page that was meant
    "false_token",  # a token after the last page, leading to an empty page without one
    "circle",  # a new token on every page, each leading to the page that is already there
    "nothing_found",  # a well-formed answer that there is no such study
    "short_page",  # a page without its last study
    "repeated",  # a page with each of its studies twice, and the first page's first one once more
    "move_data",  # answer well, then publish new data
    "refuse_token",  # 400 to a page token
    "refuse_batch",  # 400 to a list of ids that holds `id`
    "broken_record",  # send the record `id` with a shape that contradicts the document
]


@dataclass(slots=True)
class Fault:
    """One misbehaviour: what, where, how often, and after how many good answers.

    `path` is the start of the path below the base address; `times` -1 means for ever. With `each`,
    every different request is answered wrongly that often and then well: a storm.
    """

    kind: Kind
    path: str = "/studies"
    times: int = 1
    after: int = 0
    status: int = 503
    retry_after: str = ""
    size: int = 0
    id: str = ""
    seconds: float = 0.0
    each: int = 0
    met: dict[str, int] = field(default_factory=dict)

    def takes(self, path: str, params: Mapping[str, str]) -> bool:
        """Whether this fault applies to a request now; counts down as it is asked."""
        if self.times == 0 or not path.startswith(self.path):
            return False
        if self.each:
            request = f"{path} {sorted(params.items())}"
            self.met[request] = self.met.get(request, 0) + 1
            return self.met[request] <= self.each
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= self.times > 0
        return True

    def as_json(self) -> dict[str, Any]:
        """The fault as the control address takes it."""
        return asdict(self)
