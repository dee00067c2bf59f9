"""The registries whose records come as files, by the names that commands use."""

from __future__ import annotations

from trials.registries.ctgov.adapter import CtgovAdapter
from trials.registries.ctis.adapter import CtisAdapter
from trials.registries.euctr.adapter import EuctrAdapter
from trials.registries.files import FileAdapter
from trials.registries.ictrp.adapter import IctrpAdapter
from trials.registries.isrctn.adapter import IsrctnAdapter

FILE_ADAPTERS: dict[str, type[FileAdapter]] = {
    "ctgov": CtgovAdapter,
    "ctis": CtisAdapter,
    "euctr": EuctrAdapter,
    "ictrp": IctrpAdapter,
    "isrctn": IsrctnAdapter,
}
