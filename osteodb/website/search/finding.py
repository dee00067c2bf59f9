"""All hits for a question, by kind, and what to try where there are none."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from osteodb.website.search.evidence_hits import EVIDENCE, SOURCES
from osteodb.website.search.hits import Finder, Hit
from osteodb.website.search.nearby import Near, NearNumber, near_names, unknown_number
from osteodb.website.search.places import trials_numbered
from osteodb.website.search.therapy_hits import AGENTS, CLASSES, PATHWAYS, TARGETS
from osteodb.website.search.trial_hits import TRIALS
from therapies.wording import Wording, read_wording
from trials.models import Trial

FINDERS: tuple[Finder, ...] = (AGENTS, TARGETS, PATHWAYS, CLASSES, TRIALS, EVIDENCE, SOURCES)
KINDS = {finder.key: finder for finder in FINDERS}
NAMED = frozenset({"agents", "targets", "pathways", "therapy-classes"})
MOST_HITS, MOST_OF_ONE_KIND = 6, 50


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one kind, how many there are, and the list that has all of them."""

    key: str
    noun: str
    title: str
    count: int
    hits: list[Hit] = field(default_factory=list)
    kind_url: str = ""
    all_url: str = ""

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.count > len(self.hits)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a question found. `choices` are trials that share the number asked for; `groups` all
    kinds with a hit, of which those of `kind` are shown, or some of each."""

    question: str
    kind: str = ""
    choices: list[Trial] = field(default_factory=list)
    unknown_number: str = ""
    near_numbers: list[NearNumber] = field(default_factory=list)
    groups: list[HitGroup] = field(default_factory=list)
    near: list[Near] = field(default_factory=list)
    problem: str = ""

    @property
    def all_kinds_url(self) -> str:
        """The hits of all kinds."""
        return f"/search/?{urlencode({'q': self.question, 'all': 1})}"

    @property
    def count(self) -> int:
        """How many hits there are of all kinds."""
        return sum(group.count for group in self.groups)

    @property
    def shown(self) -> list[HitGroup]:
        """The groups whose hits are shown."""
        return [group for group in self.groups if group.hits]


def search(question: str, kind: str = "") -> SearchResult:
    """Hits by kind, the best first; nothing for an empty question."""
    if kind and kind not in KINDS:
        known = ", ".join(KINDS)
        return SearchResult(question, problem=f"There is no kind {kind[:80]!r}. Kinds: {known}.")
    if not question:
        return SearchResult(question, kind)
    wording = read_wording(question)
    groups = [_group(finder, wording, kind) for finder in FINDERS]
    groups = [group for group in groups if group.count]
    numbered = trials_numbered(question)
    unknown, near_by = ("", []) if numbered else unknown_number(question)
    return SearchResult(
        question,
        kind,
        numbered if len(numbered) > 1 else [],
        unknown,
        near_by,
        groups,
        _near(question, groups) if not (numbered or unknown) else [],
    )


def _near(question: str, groups: list[HitGroup]) -> list[Near]:
    """Names like the question, where nothing is called so: all of it, or its one word."""
    if groups and (len(question.split()) > 1 or NAMED & {group.key for group in groups}):
        return []
    return near_names(question)


def _group(finder: Finder, wording: Wording, kind: str) -> HitGroup:
    rows = finder.found(wording)
    count = rows.count()
    most = MOST_OF_ONE_KIND if kind else MOST_HITS
    wanted = count and kind in ("", finder.key)
    query = urlencode({"q": wording.text, "kind": finder.key})
    return HitGroup(
        finder.key,
        finder.noun,
        finder.title,
        count,
        finder.shown(rows, wording, most) if wanted else [],
        f"/search/?{query}",
        finder.all_url(wording),
    )
