"""A stand-in for ClinicalTrials.gov that behaves as its OpenAPI document 2.0.3 says.

It is a real HTTP server, can run in its own process (`python -m tests.registry`), and can be told
to misbehave in every way that was ever seen or can be feared. Its records are made here.
"""

from tests.registry.faults import Fault
from tests.registry.server import RegistryServer
from tests.registry.store import Store

__all__ = ["Fault", "RegistryServer", "Store"]
