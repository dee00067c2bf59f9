"""The twelve disagreements of the corpus, asked of the database."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from evidence.corpus.disagreements import KNOWN, Shown, shown
from evidence.models import Discrepancy, DiscrepancySide, Measurement
from therapies.models import AgentTarget

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded_corpus")]


def test_there_are_twelve() -> None:
    assert [one.number for one in KNOWN] == list(range(1, 13))


def failing(rows: list[Shown]) -> dict[int, list[str]]:
    return {
        one.number: [words for ok, words in one.facts if not ok] for one in rows if not one.holds
    }


def test_all_twelve_are_shown_as_agreed(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(shown()) == {}
    call_command("known_disagreements")
    printed = capsys.readouterr().out
    assert "✗" not in printed and printed.count("✓") > 30


def test_a_number_that_is_no_longer_disputed_is_told() -> None:
    DiscrepancySide.objects.filter(discrepancy__slug="lussier-percentage").update(is_disputed=False)
    assert set(failing(shown())) == {7}
    with pytest.raises(CommandError, match="Not as agreed: 7"):
        call_command("known_disagreements")


def test_a_changed_number_and_a_changed_target_are_told() -> None:
    Measurement.objects.filter(key="pfs6-km").update(value=49)
    AgentTarget.objects.filter(agent__name="socazolimab").delete()
    Discrepancy.objects.filter(slug="alp-1").update(slug="another")
    assert set(failing(shown())) == {2, 4, 12}
