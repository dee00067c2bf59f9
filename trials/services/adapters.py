"""Which registries there are, and their adapters with this installation's settings."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from osteodb.core.errors import InvalidInput
from trials.registries.base import Adapter
from trials.registries.ctgov.adapter import CtgovAdapter
from trials.registries.ctgov.client import Config
from trials.registries.ctgov.parser import REGISTRY as NCT
from trials.registries.http import CONNECT_WITHIN, Retries


def _ctgov() -> Adapter:
    return CtgovAdapter.from_config(
        Config(
            base_url=settings.CTGOV_BASE_URL,
            contact=settings.OSTEODB_CONTACT,
            interval=settings.OSTEODB_REGISTRY_INTERVAL,
            timeout=(CONNECT_WITHIN, settings.OSTEODB_REGISTRY_TIMEOUT),
            retries=patience(),
        )
    )


def patience() -> Retries:
    """How often and how patiently this installation asks a registry again."""
    return Retries.up_to(
        attempts=settings.OSTEODB_REGISTRY_ATTEMPTS,
        longest_pause=settings.OSTEODB_REGISTRY_BACKOFF,
        longest_hold=settings.OSTEODB_REGISTRY_LONGEST_WAIT,
    )


ADAPTERS: dict[str, tuple[str, Callable[[], Adapter]]] = {"ctgov": (NCT, _ctgov)}


def registry_code(name: str) -> str:
    """The registry's value in the database ("NCT") for its name in commands ("ctgov").

    Takes either. Raises InvalidInput for a registry that cannot be synced.
    """
    for short, (code, _make) in ADAPTERS.items():
        if name in (short, code):
            return code
    known = ", ".join(ADAPTERS)
    raise InvalidInput(f"“{name}” is no registry that can be synced; there is: {known}.")


def adapter_for(name: str) -> Adapter:
    """The adapter of a registry, by either of its names. Raises InvalidInput."""
    code = registry_code(name)
    return next(make() for one, make in ADAPTERS.values() if one == code)
