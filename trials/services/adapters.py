"""Which registries there are, and their adapters with this installation's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from osteodb.core.errors import InvalidInput
from trials.models import ICTRP, RecordOrigin, Registry
from trials.registries.base import Adapter, ParsedTrial, RecordReader
from trials.registries.ctgov.adapter import CtgovAdapter
from trials.registries.ctgov.client import Config as CtgovConfig
from trials.registries.ctis.adapter import CtisAdapter
from trials.registries.ctis.client import Config as CtisConfig
from trials.registries.euctr.adapter import EuctrAdapter
from trials.registries.euctr.client import Config as EuctrConfig
from trials.registries.files import FileAdapter
from trials.registries.http import CONNECT_WITHIN, Retries
from trials.registries.ictrp.adapter import IctrpAdapter
from trials.registries.isrctn.adapter import IsrctnAdapter
from trials.registries.isrctn.client import Config as IsrctnConfig


@dataclass(frozen=True, slots=True)
class Feed:
    """A way in which records come: its name in commands, its code in the database, its adapters.

    `ask` makes the adapter that can be asked over the network, `read` the one that reads files.
    """

    name: str
    code: str
    read: Callable[[], FileAdapter]
    ask: Callable[[], Adapter] | None = None


def _ctgov() -> CtgovAdapter:
    return CtgovAdapter.from_config(
        CtgovConfig(
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


def _ctis() -> CtisAdapter:
    return CtisAdapter.from_config(CtisConfig(contact=settings.OSTEODB_CONTACT, retries=patience()))


def _euctr() -> EuctrAdapter:
    return EuctrAdapter.from_config(
        EuctrConfig(contact=settings.OSTEODB_CONTACT, retries=patience())
    )


def _isrctn() -> IsrctnAdapter:
    return IsrctnAdapter.from_config(
        IsrctnConfig(contact=settings.OSTEODB_CONTACT, retries=patience())
    )


FEEDS = (
    Feed("ctgov", Registry.NCT, _ctgov, _ctgov),
    Feed("ctis", Registry.CTIS, _ctis, _ctis),
    Feed("euctr", Registry.EUCTR, _euctr, _euctr),
    Feed("isrctn", Registry.ISRCTN, _isrctn, _isrctn),
    Feed("ictrp", ICTRP, IctrpAdapter),
)


def _feed(name: str, feeds: Mapping[str, Feed], what: str) -> Feed:
    for feed in feeds.values():
        if name in (feed.name, feed.code):
            return feed
    known = ", ".join(feeds)
    raise InvalidInput(f"“{name}” is no registry {what}; there is: {known}.")


READ = {feed.name: feed for feed in FEEDS}
ASKED = {name: feed for name, feed in READ.items() if feed.ask}


def registry_code(name: str) -> str:
    """A feed's value in the database ("NCT") for its name in commands ("ctgov").

    Takes either. Raises InvalidInput for a registry that OsteoDB has no adapter for.
    """
    return _feed(name, READ, "that OsteoDB reads").code


def adapter_for(name: str) -> Adapter:
    """The adapter that can be asked, by either of the registry's names. Raises InvalidInput."""
    code = _feed(name, ASKED, "that can be synced").code
    return next(feed.ask() for feed in FEEDS if feed.code == code and feed.ask)


def can_be_asked(name: str) -> bool:
    """Whether a registry answers over the network; WHO's export comes as a file only."""
    return any(name in (feed.name, feed.code) for feed in ASKED.values())


def file_adapter_for(name: str) -> FileAdapter:
    """The adapter that reads a registry's files, by either of its names. Raises InvalidInput."""
    return _feed(name, READ, "whose files can be read").read()


def channel_of(adapter: RecordReader) -> str:
    """How an adapter's records came: WHO's are copies, all others the registry's own word."""
    return RecordOrigin.COPY if adapter.registry == ICTRP else RecordOrigin.REGISTRY


def parser_of(registry: str, channel: str) -> Callable[[Mapping[str, Any]], ParsedTrial]:
    """The parser of a registry's records that came one way. Raises InvalidInput."""
    return _reader(ICTRP if channel == RecordOrigin.COPY else registry).parse


@cache
def _reader(code: str) -> FileAdapter:
    """Made once: parsing depends on no setting."""
    return file_adapter_for(code)
