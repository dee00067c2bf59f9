"""How the values of a filter are read from an address: one, or several words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from osteodb.core.filter_values import UnknownTerm, did_you_mean


def refusal(written: str, unknown: UnknownTerm) -> ValidationError:
    """The form error of a word that is not known. Its text may hold a percent sign."""
    sentence = unknown.message + did_you_mean(written, unknown.known)
    allowed = unknown.known if unknown.list_all else ()
    return ValidationError("%(sentence)s", params={"sentence": sentence, "allowed": allowed})


class ManyInput(forms.SelectMultiple):
    """Reads a repeated parameter as a list."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [values] if isinstance(values, str) else [str(value) for value in values]


class TermsField(forms.Field):
    """Several words, each resolved to what it stands for; an unknown one is an error."""

    widget = ManyInput

    def __init__(self, *, resolve: Callable[[str], Any], split: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.resolve, self.split = resolve, split

    def _resolve_all(self, text: str) -> list[Any]:
        """The whole text if it is a known word, else its parts between commas."""
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not self.split or len(parts) == 1:
            return [self.resolve(text.strip() if not self.split else parts[0])]
        try:
            return [self.resolve(text.strip())]
        except UnknownTerm:
            return [self.resolve(part) for part in parts]

    def to_python(self, value: Sequence[str] | None) -> list[Any]:
        found: list[Any] = []
        for text in value or []:
            if not text.strip(" ,"):
                continue
            try:
                found.extend(self._resolve_all(text))
            except UnknownTerm as unknown:
                raise refusal(text.strip(), unknown) from None
        return found


class OneField(forms.Field):
    """One value, read by a function that raises UnknownTerm."""

    widget = forms.TextInput

    def __init__(self, *, read: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.read = read

    def to_python(self, value: str | None) -> Any:
        if value is None or not value.strip():
            return None
        try:
            return self.read(value.strip())
        except UnknownTerm as unknown:
            raise refusal(value.strip(), unknown) from None
