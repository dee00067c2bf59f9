"""Write docs/models/: a page per app, made from the models, so it cannot disagree with them."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Field, Model

APPS = ("core", "therapies", "trials", "evidence")


def is_documented(model: type[Model]) -> bool:
    """Tables of ours, without the history tables that repeat their model's fields."""
    return not hasattr(model, "pgh_tracked_model") and not model._meta.auto_created


def field_row(field: Field[Any, Any]) -> str:
    """One line of the table: name, what it holds, and what it means."""
    holds = f"→ {field.related_model.__name__}" if field.is_relation else field.get_internal_type()  # type: ignore[union-attr]
    if field.choices:
        holds = ", ".join(str(value) for value, _ in field.flatchoices)
    meaning = str(field.help_text or field.verbose_name)
    return f"| `{field.name}` | {holds} | {meaning} |"


def section(model: type[Model]) -> list[str]:
    """One model: its meaning, its fields, and what the database refuses."""
    fields = [
        field
        for field in (*model._meta.concrete_fields, *model._meta.local_many_to_many)
        if not field.primary_key
    ]
    rules = [f"`{rule.name}`" for rule in model._meta.constraints]
    triggers = [f"`{trigger.name}`" for trigger in getattr(model._meta, "triggers", [])]
    kept = [name for name in triggers if "append_only" in name]
    lines = [f"## {model.__name__}", "", inspect.getdoc(model) or "", ""]
    lines += ["| field | holds | meaning |", "|---|---|---|", *map(field_row, fields), ""]
    if rules or kept:
        lines += [f"The database holds: {', '.join([*rules, *kept])}.", ""]
    return lines


def page(label: str) -> str:
    """The text of one app's page."""
    config = apps.get_app_config(label)
    about = inspect.getdoc(importlib.import_module(f"{config.name}.models")) or ""
    lines = [f"# {config.verbose_name}", "", about, ""]
    for model in config.get_models():
        if is_documented(model):
            lines += section(model)
    return "\n".join(lines).rstrip() + "\n"


class Command(BaseCommand):
    """`manage.py write_model_docs [--check]`"""

    help = "Write docs/models/*.md from the models; --check only says whether they are true."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "models"
        wanted = {folder / f"{label}.md": page(label) for label in APPS}
        stale = [
            path.name
            for path, text in wanted.items()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        if check:
            if stale:
                raise CommandError(f"{', '.join(stale)} no longer true: run `make docs`.")
            return
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in wanted.items():
            path.write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(stale)} of {len(wanted)} pages rewritten.")
