"""Forms of the admin: they show what a service refused, at the field it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from osteodb.core.errors import InvalidInput, OsteoDBError

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Any]
else:
    BaseForm = forms.ModelForm

SHORT_TEXTS: dict[Any, Any] = {
    models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
}


class LinesField(forms.CharField):
    """A list of words, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The lines as a list, empty ones dropped."""
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare words, not line ends."""
        lines = [line.strip() for line in (data or "").splitlines() if line.strip()]
        return list(initial or []) != lines


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a service refused: form prefix -> field -> sentences ("" is the main form, no field)."""

    said: dict[str, dict[str, list[str]]]


def refuse(request: HttpRequest, error: OsteoDBError, prefix: str) -> None:
    """Remember a refusal, so that the form with this prefix is shown again with it."""
    fields = error.fields if isinstance(error, InvalidInput) else {}
    remember(request, Refusal({prefix: fields or {"": [str(error)]}}))


def remember(request: HttpRequest, refusal: Refusal) -> None:
    """Keep a refusal for the second showing of the form."""
    request.osteodb_refusal = refusal  # type: ignore[attr-defined]


class RefusableForm(BaseForm):
    """A form that shows what a service refused, at the field it speaks of."""

    request: ClassVar[HttpRequest]

    def clean(self) -> dict[str, Any] | None:
        """Add what was refused of this form at the first attempt."""
        cleaned = super().clean()
        refusal: Refusal | None = getattr(self.request, "osteodb_refusal", None)
        said = refusal.said.get(self.prefix or "", {}) if refusal else {}
        for name, sentences in said.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
        return cleaned
