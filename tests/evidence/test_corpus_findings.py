"""What the arithmetic and the comparison of sources bring in the corpus as shipped."""

from __future__ import annotations

import pytest

from evidence import services
from evidence.corpus.loading import Report
from evidence.models import Discrepancy, Measurement
from evidence.services.two_sources import measurement_clashes
from tests.evidence.stating import NOW

pytestmark = pytest.mark.django_db


def test_apfaos_interval_is_found_and_is_on_record_once(
    loaded_corpus: Report,
) -> None:
    number = Measurement.objects.get(
        version__statement__icontains="camrelizumab", estimator="CRUDE_PROPORTION", events=13, n=43
    )
    [finding] = number.findings.all()
    assert (finding.check_name, finding.weight) == ("INTERVAL", "DIFFERENCE")
    assert "17.2–46.1" in finding.expected
    report = services.check_evidence(now=NOW, open_discrepancies=True)
    on_it = Discrepancy.objects.filter(sides__measurement=number, kind="ARITHMETIC")
    assert [one.slug for one in on_it] == ["apfao-interval"]
    assert not [one for one in report.opened if one.sides.filter(measurement=number).exists()]


def test_the_two_medians_of_a091401_are_seen_to_differ_and_are_on_record_once(
    loaded_corpus: Report,
) -> None:
    pairs = [
        {clash.one.value_raw, clash.other.value_raw}
        for clash in measurement_clashes()
        if "nivolumab" in clash.one.arm_label
    ]
    assert {"2.1", "1.7"} in pairs
    assert {"4.4", "4.1"} in pairs
    opened = services.check_evidence(now=NOW, open_discrepancies=True).opened
    assert not [one for one in opened if "nivolumab" in one.title]
