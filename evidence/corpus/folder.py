"""Where the corpus files lie, and their text as bytes see it: no line ending is translated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from evidence.corpus.reading import FILES

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "corpus"


def read_texts_of(folder: Path) -> dict[str, str]:
    """The text of each corpus file that is there, by its name without ".yaml"."""
    names = (name for names in FILES.values() for name in names)
    paths = {name: folder / f"{name}.yaml" for name in names}
    return {name: path.read_bytes().decode() for name, path in paths.items() if path.is_file()}


def write_texts(folder: Path, texts: Mapping[str, str]) -> int:
    """Write the files that differ, and make the folder where there is none; how many differed."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = read_texts_of(folder)
    different = {name: text for name, text in texts.items() if stored.get(name) != text}
    for name, text in different.items():
        (folder / f"{name}.yaml").write_bytes(text.encode())
    return len(different)
