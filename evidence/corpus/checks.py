"""Everything that can be wrong with the corpus files without asking the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from evidence import rules
from evidence.corpus.coverage import REVIEW
from evidence.corpus.drafting import draft_from
from evidence.corpus.reading import FILES, KINDS, Corpus, Entry, FileProblem, ValuePath
from evidence.corpus.shapes import SHAPES
from evidence.corpus.specs import Found, Known
from evidence.rules import ARROW_KINDS
from osteodb.core.errors import InvalidInput
from therapies import rules as therapy_rules
from trials.services.registration import GivenIdentifier

E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}")
TELEPHONE = re.compile(r"\+\d[\d ()/-]{7,}\d|\b(?:tel|phone|fax)\b\.?:?\s*\d", re.IGNORECASE)


def problems(corpus: Corpus) -> list[FileProblem]:
    """Every problem of every file, in the order of files and lines."""
    found = list(corpus.problems)
    known = _known(corpus)
    for entry in corpus.all():
        shape = [*SHAPES[entry.kind].check(entry.data, (), known), *_persons(entry.data, ())]
        shape = shape or list(_rules(entry, corpus))
        found += [entry.problem(path, message) for path, message in shape]
    return in_order(found)


def in_order(found: Iterable[FileProblem]) -> list[FileProblem]:
    """Problems in the order of files and lines, as a person mends them."""
    names = [name for kind in KINDS for name in FILES[kind]]
    order = {f"{name}.yaml": number for number, name in enumerate(names)}
    return sorted(found, key=lambda one: (order.get(one.file, -1), one.line, one.message))


def _known(corpus: Corpus) -> Known:
    """The keys that entries may name, those of measurements and records with their entry's."""
    known = {kind: set(corpus.entries[kind]) for kind in KINDS}
    for name, kind, part in (
        ("measurements", "evidence", "measurements"),
        ("comparisons", "evidence", "comparisons"),
        ("records", "trials", "records"),
    ):
        known[name] = {
            f"{entry.key}/{one['key']}"
            for entry in corpus.entries[kind].values()
            for one in _list(entry.data.get(part))
            if isinstance(one, dict) and isinstance(one.get("key"), str)
        }
    return known


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _persons(value: Any, path: ValuePath) -> Found:
    """Persons' contact details are never stored, wherever they stand."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _persons(one, (*path, name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _persons(one, (*path, index))
    elif isinstance(value, str) and (E_MAIL.search(value) or TELEPHONE.search(value)):
        yield path, "looks like an e-mail address or a telephone number: leave it out."


def _rules(entry: Entry, corpus: Corpus) -> Found:
    """The rules of a form, for an entry whose shape is right."""
    check = RULES.get(entry.kind)
    return check(entry, corpus) if check else iter(())


def _draft(entry: Entry, corpus: Corpus) -> Found:
    wanted = "mechanisms.yaml" if entry.data["kind"] in ARROW_KINDS else "evidence.yaml"
    if entry.file != wanted:
        yield ("kind",), f"a statement of this kind stands in {wanted}."
    ends = list(_assertion_ends(entry.data))
    yield from ends
    if not ends:
        numbers: dict[tuple[str, str], int] = {}  # there is no database yet: any will do

        def resolve(kind: str, key: str) -> int:
            return numbers.setdefault((kind, key), len(numbers) + 1)

        draft = draft_from(entry, corpus, resolve)
        yield from ((one.path, one.message) for one in rules.problems(draft))


def _source(entry: Entry, corpus: Corpus) -> Found:
    """The review's number of a source is said once, at the source."""
    data = entry.data
    for index, one in enumerate(data.get("links", []) if entry.key == REVIEW else []):
        if one["kind"] == "CITES" and one.get("reference", "").isdigit() and "note" not in one:
            yield ("links", index), f"say this as the review_reference of “{one['to']}”."
    yield from _ties(entry)
    names = [one for one in ("review_reference", "review_reference_probable") if one in data]
    if len(names) > 1:
        yield (names[1],), "a number is either confirmed or probable."
    review = corpus.entries["sources"].get(REVIEW)
    if names and review is None:
        yield (names[0],), "there is no source called “review” whose number this could be."
    elif names and review:
        for one in review.data.get("links", []):
            if one["to"] == entry.key and one["kind"] == "CITES":
                yield (names[0],), "the links of “review” already say how it cites this source."


def _ties(entry: Entry) -> Found:
    ties = [(one["kind"], one["to"]) for one in entry.data.get("links", [])]
    for index, tie in enumerate(ties):
        if tie in ties[:index]:
            yield ("links", index), "the same tie stands twice."
        elif tie[1] == entry.key:
            yield ("links", index), "a source has no tie to itself."


def _agent(entry: Entry, _corpus: Corpus) -> Found:
    schemes = [one["scheme"] for one in entry.data.get("identifiers", [])]
    for index, scheme in enumerate(schemes):
        if scheme in schemes[:index]:
            yield ("identifiers", index, "scheme"), f"{scheme} stands twice."
    for index, one in enumerate(entry.data.get("identifiers", [])):
        field = agent_field(one["scheme"])
        for message in therapy_rules.agent_problems({field: one["value"]}).values():
            yield ("identifiers", index, "value"), message


def _target(entry: Entry, _corpus: Corpus) -> Found:
    for scheme, value in entry.data.get("identifiers", {}).items():
        for message in therapy_rules.target_problems({target_field(scheme): value}).values():
            yield ("identifiers", scheme), message


def _discrepancy(entry: Entry, _corpus: Corpus) -> Found:
    decided = entry.data.get("state", "OPEN") != "OPEN"
    if decided and not entry.data.get("explanation"):
        yield ("state",), "what is explained or resolved needs its explanation."


def _assertion_ends(data: dict[str, Any]) -> Found:
    for index, one in enumerate(data.get("assertions", [])):
        for end in ("subject", "object"):
            if len(one[end]) != 1:
                yield ("assertions", index, end), "name one target, agent or pathway."


def _trial(entry: Entry, _corpus: Corpus) -> Found:
    """A trial's numbers must be numbers of their registry, and its records about one of them."""
    data = entry.data
    own = set()
    for index, one in enumerate(data["identifiers"]):
        try:
            own.add((one["registry"], given_identifier(one).value))
        except InvalidInput as error:
            yield ("identifiers", index, "value"), str(error)
    for index, record in enumerate(data.get("records", [])):
        try:
            number = (record["of"]["registry"], given_identifier(record["of"]).value)
        except InvalidInput as error:
            yield ("records", index, "of"), str(error)
            continue
        if number not in own:
            yield ("records", index, "of"), "is about a number that the trial does not have."


def given_identifier(one: dict[str, Any], **source: str) -> GivenIdentifier:
    """A number of a trial as the corpus writes it."""
    kind = one.get("kind", "")
    return GivenIdentifier(registry=one["registry"], raw=one["value"], kind=kind, **source)


def agent_field(scheme: str) -> str:
    """The field of an agent that holds an identifier of this scheme."""
    return "rxcui" if scheme == "RXCUI" else f"{scheme.lower()}_id"


def target_field(scheme: str) -> str:
    """The field of a target that holds an identifier of this scheme."""
    return f"{scheme.lower()}_id"


RULES: Mapping[str, Callable[[Entry, Corpus], Found]] = {
    "sources": _source,
    "evidence": _draft,
    "agents": _agent,
    "targets": _target,
    "trials": _trial,
    "discrepancies": _discrepancy,
}
