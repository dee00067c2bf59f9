"""The world with more mechanism in it, for one test: rolled back after it."""

from __future__ import annotations

import pytest

from tests.evidence.mechanisms.world import add_mechanism
from tests.universe import Universe


@pytest.fixture
def mechanism(shared_universe: Universe) -> Universe:
    """The world with the statements of `world.py`; they stand in `versions` by name."""
    shared_universe.versions.update(add_mechanism(shared_universe))
    return shared_universe
