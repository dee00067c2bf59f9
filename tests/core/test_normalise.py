"""Names meet in one normal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osteodb.core.normalise import normalise_name, sort_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TGF-β1", "TGF-beta 1"),
        ("BAY 73-4506", "bay73‑4506"),
        ("PD-L1", "PDL1"),
        ("Wnt/β-catenin", "WNT/beta-Catenin"),
        ("ＳＨＲ－1210", "SHR-1210"),
    ],
)
def test_two_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert normalise_name(one) == normalise_name(other)


def test_different_names_stay_apart() -> None:
    assert normalise_name("TGF-β1") != normalise_name("TGF-β2")
    assert normalise_name("STI-A1014") != normalise_name("STI-A1015")


@given(st.text())
def test_normalising_twice_changes_nothing_more(name: str) -> None:
    once = normalise_name(name)
    assert normalise_name(once) == once


@given(st.text())
def test_sorting_keys_are_stable(title: str) -> None:
    assert sort_key(sort_key(title)) == sort_key(title)
