"""What the tests of the admin share: signing in, reading a form as a browser would, sending it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from osteodb.core.models import User
from osteodb.core.permissions import sync_permissions


def sign_in(role: str, username: str = "") -> Client:
    """A browser in which somebody of this role is signed in."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person(role, username))
    return browser


def person(role: str, username: str = "") -> User:
    """Somebody of this role, without a password: hashing one takes longer than most tests."""
    group = Group.objects.get(name=role)
    if not group.permissions.exists():
        sync_permissions()
    user, is_new = User.objects.get_or_create(
        username=username or f"test-{role}",
        defaults={"is_staff": True, "is_superuser": role == "administrator"},
    )
    if is_new:
        user.groups.add(group)
    return user


def address(model: type[Model], page: str, *args: Any) -> str:
    """The address of an admin page: changelist, add, change, history or do."""
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def own_models() -> list[type[Model]]:
    """Every model with a page in the admin, in a steady order."""
    return sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


class FormReader(HTMLParser):
    """The values a browser would send back unchanged."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, False
        self.values: dict[str, Any] = {}
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("id") == self.form
        if not self.inside:
            return
        name = given.get("name", "")
        if tag == "textarea":
            self.textarea = name
            self.values[name] = ""
        elif tag == "select":
            self.select = name
            self.values.setdefault(name, [] if "multiple" in given else "")
        elif tag == "option" and "selected" in given and self.select:
            self._choose(given.get("value", ""))
        elif tag == "input" and name and "disabled" not in given:
            self._input(name, given)

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                self.values[name] = given.get("value") or "on"
        elif kind not in ("submit", "button"):
            self.values[name] = given.get("value", "")

    def _choose(self, value: str) -> None:
        chosen = self.values[self.select]
        if isinstance(chosen, list):
            chosen.append(value)
        else:
            self.values[self.select] = value

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea:
            self.values[self.textarea] = self.values[self.textarea].removeprefix("\n")
            self.textarea = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.inside = False


def values_of(browser: Client, model: type[Model], *args: Any) -> dict[str, Any]:
    """What the form of a page holds: that of a new row, or of the row with this key."""
    page = address(model, "change" if args else "add", *args)
    reader = FormReader(f"{model._meta.model_name}_form")
    reader.feed(browser.get(page).content.decode())
    return {name: value for name, value in reader.values.items() if "__prefix__" not in name}


def save(browser: Client, model: type[Model], *args: Any, **given: Any) -> Any:
    """Open a form, change some of its values and send it; the answer, redirects followed."""
    page = address(model, "change" if args else "add", *args)
    return browser.post(page, {**values_of(browser, model, *args), **given}, follow=True)


def said(answer: Any) -> str:
    """The messages of an answer, as one text."""
    return " ".join(str(message) for message in answer.context["messages"])


def refused(answer: Any) -> str:
    """All errors at fields and forms of an answer that shows a form again, as one text."""
    context = answer.context
    forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        forms += formset.formset.forms
    return " ".join(
        str(sentence) for form in forms for errors in form.errors.values() for sentence in errors
    )
