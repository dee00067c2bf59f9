"""Country names of registries, as ISO codes."""

from __future__ import annotations

import pytest

from trials.registries.countries import country_code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("France", "FR"),
        ("united states", "US"),
        ("Korea, Republic of", "KR"),
        ("South Korea", "KR"),
        ("Iran, Islamic Republic of", "IR"),
        ("Turkey", "TR"),
        ("Turkey (Türkiye)", "TR"),
        ("Russia", "RU"),
        ("Czech Republic", "CZ"),
        ("Taiwan", "TW"),
        ("  United   Kingdom ", "GB"),
    ],
)
def test_a_country_is_known_by_the_names_registries_use(name: str, code: str) -> None:
    assert country_code(name) == code


def test_a_name_that_is_no_country_is_not_guessed() -> None:
    assert country_code("Atlantis") is None
    assert country_code("Former Serbia and Montenegro") is None
