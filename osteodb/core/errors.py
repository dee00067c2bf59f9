"""The error family of OsteoDB: what a service raises when it refuses.

Every anticipated failure is a named subclass that carries a sentence for a person. Anything that is
not one of these is a fault, and is logged as one.
"""

from __future__ import annotations


class OsteoDBError(Exception):
    """A refusal with a sentence that can be shown to the person who asked."""


class NotPermitted(OsteoDBError):
    """This person may not do this."""


class InvalidInput(OsteoDBError):
    """What was given breaks a rule. `problems` lists every broken rule, not only the first.

    `fields` says which rule concerns which field, so that a form can show it there.
    """

    def __init__(
        self,
        message: str,
        problems: list[str] | None = None,
        *,
        fields: dict[str, list[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.problems = problems or [message]
        self.fields = fields or {}


class Conflict(OsteoDBError):
    """What was given contradicts what is already there; a person has to decide."""
