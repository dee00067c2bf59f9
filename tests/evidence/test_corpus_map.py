"""The evidence map of the shipped corpus: each cell is its list, each gap an empty list."""

from __future__ import annotations

import pytest

from evidence.corpus.loading import Report
from tests.website.test_evidence_map import assert_cells_are_their_lists, assert_gaps_are_gaps


@pytest.mark.parametrize(
    "query", ["", "by=level", "by=kind", "count=numbers", "model_system=PATIENT"]
)
def test_every_cell_counts_the_rows_of_its_list(query: str, loaded_corpus: Report) -> None:
    page = assert_cells_are_their_lists(query)
    assert len(page.rows) > 50


def test_no_gap_hides_a_statement(loaded_corpus: Report) -> None:
    assert_gaps_are_gaps("by=level")
