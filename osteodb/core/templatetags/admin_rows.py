"""Rows of an inline in a template of ours."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from osteodb.core.admin_rows import draw_row

register = template.Library()


@register.simple_tag
def row_fields(formset: Any, inline_form: Any) -> SafeString:
    """The fields of one row of an inline."""
    return draw_row(formset, inline_form)
