"""How a question in words is read: which of them name an agent or a target, which are only words.

"YN968D1 progression" asks about rivoceranib, whatever a text calls it, and about progression.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from osteodb.core.full_text import Words, any_phrase, has_operators, words_query
from osteodb.core.normalise import normalise_name
from therapies.models import AgentName, TargetName

LONGEST_NAME = 4  # words of a question that are tried together as one name
MOST_WORDS = 24  # of a question in which names are looked for
MOST_PHRASES = 16  # other names of one thing that are looked for in texts
SHORT = 4  # letters below which a word of a sentence is a name only where it is written as one


@dataclass(slots=True)
class Named:
    """An agent or targets that some words of a question name, with what else they are called."""

    written: str
    label: str = ""
    agents: set[int] = field(default_factory=set)
    targets: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    @property
    def reason(self) -> str:
        """Why what is about it was found: "about rivoceranib (YN968D1)"."""
        same = self.label.casefold() == self.written.casefold()
        return f"about {self.label}" if same else f"about {self.label} ({self.written})"

    @property
    def words(self) -> Words:
        """Any of its names in a text."""
        others = sorted(self.names - {self.written}, key=lambda name: (len(name), name))
        return any_phrase([self.written, *others[:MOST_PHRASES]])


@dataclass(frozen=True, slots=True)
class Wording:
    """A question: all of it, the things it names, and the words that are left."""

    text: str
    named: tuple[Named, ...] = ()
    rest: str = ""

    @property
    def normal(self) -> str:
        """All of it as one name."""
        return normalise_name(self.text)

    @property
    def words(self) -> Words:
        """What a text has to say: the words that are left, and each thing by any of its names."""
        found = words_query(self.rest) if self.rest else None
        for one in self.named:
            found = one.words if found is None else found & one.words
        return words_query(self.text) if found is None else found

    @property
    def parts(self) -> list[tuple[Words, Named | None]]:
        """What has to be met, one by one: by the words of a text, or by being about the thing."""
        parts: list[tuple[Words, Named | None]] = [(one.words, one) for one in self.named]
        if self.rest or not parts:
            parts.append((words_query(self.rest or self.text), None))
        return parts


def read_wording(text: str) -> Wording:
    """The question as it is understood. One written with operators is taken as it is written."""
    pieces = text.split()[:MOST_WORDS]
    if not pieces or has_operators(text):
        return Wording(text, rest=text)
    runs = _runs(pieces)
    known = _known({normal for _, _, normal in runs})
    named, taken = [], set[int]()
    for start, end, normal in runs:
        if normal in known and taken.isdisjoint(range(start, end)):
            taken |= set(range(start, end))
            named.append(_named(" ".join(pieces[start:end]), known[normal]))
    rest = [piece for at, piece in enumerate(text.split()) if at not in taken]
    return Wording(text, tuple(named), " ".join(rest))


def _runs(pieces: list[str]) -> list[tuple[int, int, str]]:
    """Neighbouring words that may be one name, the longest first, with their normal form."""
    runs = []
    for length in range(min(LONGEST_NAME, len(pieces)), 0, -1):
        for start in range(len(pieces) - length + 1):
            words = " ".join(pieces[start : start + length])
            normal = normalise_name(words)
            alone = length == len(pieces)
            if normal and (alone or len(normal) >= SHORT or words == words.upper()):
                runs.append((start, start + length, normal))
    return runs


Row = tuple[str, int, str, str]  # "agent" or "target", its id, what it is called first, its name


def _known(normals: set[str]) -> dict[str, list[Row]]:
    """For each normal form that is a name: all names of everything that is called so."""
    found: dict[str, list[Row]] = {}
    for kind, model, label in (("agent", AgentName, "name"), ("target", TargetName, "symbol")):
        current = {f"{kind}__names__normalised__in": normals, f"{kind}__merged_into": None}
        rows = model._default_manager.filter(**current)
        for called, pk, title, name in rows.values_list(
            f"{kind}__names__normalised", f"{kind}_id", f"{kind}__{label}", "name"
        ).order_by("name"):
            found.setdefault(called, []).append((kind, pk, title, name))
    return found


def _named(written: str, rows: Iterable[Row]) -> Named:
    one, labels = Named(written), dict[str, None]()
    for kind, pk, label, name in rows:
        (one.agents if kind == "agent" else one.targets).add(pk)
        one.names.add(name)
        labels.setdefault(label)
    one.label = " or ".join(labels)
    return one
