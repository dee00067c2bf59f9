"""Rows of an inline drawn quickly: each field once by the theme, then filled in for every row.

A form with a hundred numbers has some thousand fields, and the theme renders a handful of templates
for each. Here one empty row is drawn by the theme's own templates; that mould is then filled with
the names, values and errors of each row, so that a row looks and behaves as the theme's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.helpers import InlineAdminForm
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import (
    AdminURLFieldWidget,
    AutocompleteMixin,
    RelatedFieldWidgetWrapper,
)
from django.db.models import Model
from django.forms.widgets import Input
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from unfold.fields import UnfoldAdminReadonlyField

if TYPE_CHECKING:
    BaseChoice = forms.ModelChoiceField[Any]
else:
    BaseChoice = forms.ModelChoiceField

NUMBER = "__prefix__"  # stands in a mould for the number of the row
SLOT = "__contents__"
GAPS = re.compile(r">\s+<")
CHOSEN = re.compile(r" (selected|checked)(?=[ >])")
READ_ONLY = re.compile(r'(<div class="readonly[^>]*>).*(</div>\s*</div>\s*)$', re.DOTALL)
CELL = (
    '<div class="field-line flex flex-col grow group group/line px-3 py-2.5 field-{}{}">'
    "{}{}{}</div>"
)
SAID = '<div class="mt-2 text-red-600 text-xs dark:text-red-500">{}</div>'
Fill = Callable[[str, forms.BoundField], str]
Draw = Callable[[Any], str]  # a row's form -> its cell, or what stands between two cells


class KnownChoiceField(BaseChoice):
    """A relation whose rows are fetched once for all forms of a formset."""

    known: Mapping[str, Model] = {}

    def to_python(self, value: Any) -> Any:
        """The row, without a query where it is known."""
        return self.known.get(str(value)) or super().to_python(value)


class OwnRowField(KnownChoiceField):
    """Which row of its parent a form is about: none, where somebody took that row out meanwhile.

    What was typed about it then counts as a new row, and is not lost.
    """

    def clean(self, value: Any) -> Any:
        """The row, if it is still there."""
        return self.known.get(str(value))


class KnownRows:
    """A formset whose forms do not ask the database one by one for what they point to."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Let each relation of a form know the rows of all forms."""
        super().add_fields(form, index)  # type: ignore[misc]
        formset: Any = self
        pk = form.fields[formset._pk_field.name]
        own = OwnRowField(pk.queryset, initial=pk.initial, required=False, widget=forms.HiddenInput)
        form.fields[formset._pk_field.name] = own
        for name, field in form.fields.items():
            if isinstance(field, KnownChoiceField):
                field.known = self._own_rows if field is own else self._named_by(name, field)

    @cached_property
    def _own_rows(self) -> dict[str, Model]:
        formset: Any = self
        return {str(row.pk): row for row in formset.get_queryset()}

    @cached_property
    def _found(self) -> dict[str, dict[str, Model]]:
        return {}

    def _named_by(self, name: str, field: Any) -> dict[str, Model]:
        """The rows that any form names in this field: one query."""
        if name not in self._found:
            formset: Any = self
            pks = {str(getattr(row, f"{name}_id")) for row in self._own_rows.values()}
            if formset.is_bound:
                total = formset.total_form_count()
                typed = (f"{formset.prefix}-{at}-{name}" for at in range(total))
                pks |= {formset.data.get(one, "") for one in typed}
            wanted = [one for one in pks if one.isdecimal() and len(one) < 19]
            rows = field.queryset.filter(pk__in=wanted) if wanted else ()
            self._found[name] = {str(row.pk): row for row in rows}
        return self._found[name]


def draw_row(formset: Any, inline_form: Any) -> SafeString:
    """The fields of one row of an inline, `formset` being the admin's wrapper of its formset."""
    mould = getattr(formset, "osteodb_mould", None)
    if mould is None:
        mould = formset.osteodb_mould = list(_mould_of(formset))
    form = inline_form.form
    drawn = "".join(one if isinstance(one, str) else one(form) for one in mould)
    return mark_safe(drawn)  # noqa: S308  the theme's own, in which values were escaped


def _numbered(html: str, form: Any) -> str:
    """A piece of a mould for the row of this form. What was typed is filled in afterwards."""
    return html.replace(NUMBER, form.prefix.rpartition("-")[2])


def _mould_of(formset: Any) -> Iterator[str | Draw]:
    """What a row is made of: the theme's blocks, and cells to be filled from a form."""
    form = formset.formset.empty_form
    form.initial = {}
    for field in form.fields.values():
        field.initial = None
    shown = list(formset.readonly_fields)
    if not formset.has_change_permission:
        shown += flatten_fieldsets(formset.fieldsets)
    row = InlineAdminForm(formset.formset, form, formset.fieldsets, {}, None, shown, formset.opts)
    yield '<fieldset class="module relative"><div>'
    for fieldset in row:
        for line in fieldset:
            many = f" grid lg:grid-cols-{len(line.fields)}" if len(line.fields) > 1 else ""
            hidden = "" if line.has_visible_field else " hidden"
            yield f'<div class="form-row field-row group/row{many}{hidden}">'
            for field in line:
                yield _read_only(field, formset.opts) if _is_read_only(field) else _open(field)
            yield "</div>"
    yield "</div></fieldset>"


def _is_read_only(field: Any) -> bool:
    return bool(getattr(field, "is_readonly", False))


def _drawn(field: Any) -> str:
    """A cell by the theme."""
    kind = "checkbox" if field.is_checkbox else "field"
    html = render_to_string(f"unfold/helpers/fieldset_row_{kind}.html", {"field": field})
    return GAPS.sub("><", html.strip())


def _read_only(field: Any, opts: Any) -> Draw:
    """A cell with a value that is only shown."""
    name = field.field["field"]
    html = READ_ONLY.sub(rf"\1{SLOT}\2", _drawn(field))

    def draw(form: Any) -> str:
        shown = UnfoldAdminReadonlyField(form, name, is_first=False, model_admin=opts).contents()
        text = conditional_escape("-" if str(shown) in ("", "None") else shown)
        return CELL.format(name, "", _numbered(html, form).replace(SLOT, text), "", "")

    return draw


def _open(field: Any) -> Draw:
    """A cell with a field to type in."""
    name, widget = field.field.name, field.field.field.widget
    inner = widget.widget if isinstance(widget, RelatedFieldWidgetWrapper) else widget
    fill = _fill_for(inner)
    if fill is None:
        return _slow(name)
    html = CHOSEN.sub("", _drawn(field))
    end = len(html)
    for _ in range(2 if field.is_checkbox else 1):  # errors stand inside the theme's last block
        end = html.rindex("</div>", 0, end)
    head, tail = html[:end], html[end:]

    def draw(form: Any) -> str:
        bound = form[name]
        body, errors = fill(_numbered(head, form), bound), bound.errors
        if not errors:
            return CELL.format(name, "", body, "", tail)
        body = body.replace(' name="', ' aria-invalid="true" name="', 1)
        return CELL.format(name, " errors", body, SAID.format(errors), tail)

    return draw


def _slow(name: str) -> Draw:
    """A cell whose widget shows more than a value: drawn by the theme for each row."""
    from django.contrib.admin import helpers

    def draw(form: Any) -> str:
        lines: Any = helpers.Fieldline(form, name, model_admin=None)
        field = next(iter(lines))
        return CELL.format(name, " errors" if form[name].errors else "", _drawn(field), "", "")

    return draw


def _fill_for(widget: forms.Widget) -> Fill | None:
    if isinstance(widget, AdminURLFieldWidget):
        return None
    kinds: tuple[tuple[Any, Fill], ...] = (
        (AutocompleteMixin, _fill_relation),
        (forms.Select, _fill_choice),
        (forms.Textarea, _fill_text),
        (forms.CheckboxInput, _fill_box),
        (Input, _fill_input),
    )
    return next((fill for kind, fill in kinds if isinstance(widget, kind)), None)


def _fill_relation(html: str, bound: forms.BoundField) -> str:
    value = bound.value()
    if value in (None, ""):
        return html
    field: Any = bound.field
    row = getattr(field, "known", {}).get(str(value))
    row = row or field.queryset.filter(pk=value).first()
    if row is None:
        return html
    label = escape(field.label_from_instance(row))
    return html.replace(
        "</select>", f'<option value="{row.pk}" selected>{label}</option></select>', 1
    )


def _fill_choice(html: str, bound: forms.BoundField) -> str:
    widget: Any = bound.field.widget
    widget = getattr(widget, "widget", widget)
    value = widget.format_value(bound.value())
    for one in value if isinstance(value, (list, tuple)) else [value]:
        option = f'<option value="{escape(one)}"'
        html = html.replace(f"{option}>", f"{option} selected>", 1)
    return html


def _fill_text(html: str, bound: forms.BoundField) -> str:
    value = bound.field.widget.format_value(bound.value())
    return html.replace("</textarea>", f"\n{escape(value)}</textarea>", 1) if value else html


def _fill_box(html: str, bound: forms.BoundField) -> str:
    widget: Any = bound.field.widget
    return html.replace(" name=", " checked name=", 1) if widget.check_test(bound.value()) else html


def _fill_input(html: str, bound: forms.BoundField) -> str:
    value = bound.field.widget.format_value(bound.value())
    return html.replace(" name=", f' value="{escape(value)}" name=', 1) if value else html
