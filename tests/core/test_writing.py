"""One row saved: what the database refuses comes back in words."""

from __future__ import annotations

import pytest

from osteodb.core.errors import InvalidInput
from osteodb.core.writing import save_checked
from therapies.models import TherapyClass

pytestmark = pytest.mark.django_db


def test_every_broken_rule_of_a_row_is_told_at_once() -> None:
    save_checked(TherapyClass(slug="tki", name="TKI", path="tki"))
    twin = TherapyClass(slug="", name="TKI", path="tki")
    with pytest.raises(InvalidInput) as refusal:
        save_checked(twin)
    assert set(refusal.value.fields) == {"slug", "name", "path"}


def test_a_row_that_only_the_database_refuses_is_told_in_words_and_the_rest_goes_on() -> None:
    save_checked(TherapyClass(slug="tki", name="TKI", path="tki"))
    with pytest.raises(InvalidInput, match="already exists"):
        save_checked(TherapyClass(slug="tki", name="Other", path="other"))
    save_checked(TherapyClass(slug="car-t", name="CAR-T", path="car-t"))
    assert TherapyClass.objects.count() == 2
