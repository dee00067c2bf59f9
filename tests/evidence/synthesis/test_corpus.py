"""What the shipped corpus pools to keeps to the rules, whatever is curated into it."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from evidence.models import Measurement
from evidence.synthesis.asking import question
from evidence.synthesis.reading import Reading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded_corpus")]


def reading(query: str = "") -> Reading:
    return question(QueryDict(query)).answer()


def test_only_what_a_clinical_plot_may_draw_is_pooled() -> None:
    plottable = set(Measurement.objects.plottable().values_list("pk", flat=True))
    found = reading().synthesis
    rows = [one for group in (*found.groups, *found.alone) for one in group.rows]
    assert rows
    assert {one.pk for one in rows} <= plottable


def test_every_number_of_the_corpus_is_told_once() -> None:
    found = reading().synthesis
    groups = (*found.groups, *found.alone)
    told = [one.pk for group in groups for one in group.rows]
    told += [out.number.pk for group in groups for out in group.left_out]
    told += [out.number.pk for out in found.left_out]
    assert sorted(told) == sorted(Measurement.objects.visible().values_list("pk", flat=True))


def test_the_two_six_month_figures_of_apfao_are_never_in_one_group() -> None:
    found = reading("agent=camrelizumab&endpoint=PFS").synthesis
    for group in (*found.groups, *found.alone):
        assert len({one.estimator for one in group.rows}) == 1


def test_mixed_sarcoma_is_never_with_osteosarcoma() -> None:
    for query in ("", "therapy_class=vegfr-tki", "agent=nivolumab"):
        for group in reading(query).synthesis.groups:
            assert len({one.scope == "MIXED_SARCOMA" for one in group.rows}) == 1


def test_the_placebo_arm_of_regobone_is_in_no_pooled_result() -> None:
    for group in reading("trial=NCT02389244").synthesis.groups:
        assert not any(one.regimen == "Placebo" and group.pooled for one in group.rows)
