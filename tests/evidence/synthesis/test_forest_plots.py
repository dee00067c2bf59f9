"""Every forest plot of the shipped corpus, number by number."""

from __future__ import annotations

import pytest

from evidence.models import Comparison, Measurement
from tests.website.forest_checking import check, pictures
from tests.website.forest_reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded_corpus")]


@pytest.mark.parametrize("query", ["", "kind=comparisons", "agent=regorafenib", "window=50"])
def test_every_mark_of_every_plot_lies_at_its_number(query: str) -> None:
    compared = [check(*each) for each in pictures(query)]
    assert compared
    assert sum(compared) >= 2


def test_every_number_is_in_one_plot_or_left_out_with_its_reason() -> None:
    for query, rows in (
        ("", Measurement.objects.visible()),
        ("kind=comparisons", Comparison.objects.visible()),
    ):
        found = list(pictures(query))
        told = [one.pk for plot, _, _ in found for one in plot.numbers]
        assert len(told) == len(set(told))
        left_out = {out.number.pk for out in found[0][2].synthesis.left_out}
        assert {*told, *left_out} == set(rows.values_list("pk", flat=True))


def test_keys_of_groups_are_unique_and_do_not_hang_on_what_else_is_asked() -> None:
    whole = {tuple(one.pk for one in plot.numbers): plot.key for plot, _, _ in pictures()}
    assert len(set(whole.values())) == len(whole)
    some = {plot.key for plot, _, _ in pictures("endpoint=PFS")}
    assert some <= set(whole.values())


def test_a_benchmark_is_a_line_only_where_endpoint_time_and_disease_are_its_own() -> None:
    seen = []
    for plot, picture, _ in pictures():
        drawn = read(picture.svg, is_log=plot.group.alike.unit == "RATIO")
        marked = [one for one in drawn.lines if one.look == "pic-reference" and ":" in one.title]
        for line in (one for one in marked if "EFS" in one.title):
            assert plot.group.alike.endpoint == "EFS"
            assert plot.group.alike.estimator == "RATE_UNSPECIFIED"
            assert plot.group.alike.disease == "OSTEOSARCOMA"
            percent = float(line.title.rpartition(":")[2].strip(" %"))
            assert line.points[0][0] == pytest.approx(drawn.place(percent), abs=0.5)
            assert any(line.title.split(":")[0] in note for note in picture.notes)
            seen.append((int(plot.group.alike.months), percent))
    assert sorted(seen) == [(4, 7.0), (4, 12.0), (12, 20.0)]


def test_the_doubtful_side_of_a_disagreement_is_told_and_not_drawn() -> None:
    [(plot, picture)] = [
        (plot, picture)
        for plot, picture, _ in pictures()
        if any(out.reason == "DISPUTED" for out in plot.group.left_out)
    ]
    drawn = read(picture.svg)
    assert "≠ disputed: not drawn" in drawn.labels
    assert len(drawn.squares) == sum(one.state == "REPORTED" for one in plot.numbers) - 1
    assert any(note.startswith("≠ marks the doubtful side") for note in picture.notes)
