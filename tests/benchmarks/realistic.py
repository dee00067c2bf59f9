"""Made-up trials as large as real ones, in a file.

The records of `tests.registry.records` say what a trial says, in few words. Here each gets texts,
places, outcomes and posted results until it is as large as the mean of the 448 real osteosarcoma
records the project was built with: 19.1 kB of JSON, with 9.5 places and 7.1 outcomes.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from tests.registry.records import Record, generate
from trials.registries.http import Reply

# What makes the search for contacts look closer, and how many of the real records have it.
SUSPECT = (("telephone interview", 0.25), ("grade 2+", 0.28), ("12-345-6789", 0.06))
PLACES, OUTCOMES = (-4, 17), (1, 8)
WORDS = [
    "patients",
    "with",
    "measurable",
    "disease",
    "who",
    "received",
    "at",
    "least",
    "one",
    "dose",
    "of",
    "study",
    "treatment",
    "and",
    "had",
    "adequate",
    "marrow",
    "liver",
    "renal",
    "function",
    "within",
    "days",
    "before",
    "enrolment",
    "after",
    "surgery",
    "or",
    "prior",
    "chemotherapy",
    "are",
    "followed",
    "until",
    "progression",
    "death",
    "withdrawal",
    "unacceptable",
    "toxicity",
    "whichever",
    "occurs",
    "first",
    "as",
    "assessed",
    "by",
    "local",
    "investigator",
    "imaging",
    "every",
    "weeks",
    "the",
    "primary",
    "analysis",
    "will",
    "include",
    "all",
    "participants",
    "recurrent",
    "refractory",
    "high",
    "grade",
    "tumour",
    "tissue",
    "blood",
    "samples",
    "taken",
    "at",
    "baseline",
    "cycle",
    "two",
    "three",
    "four",
    "each",
    "twelve",
    "months",
    "dose",
    "level",
    "escalation",
    "cohort",
]


def realistic(count: int, *, seed: int = 1) -> Iterator[Record]:
    """So many invented trials of a real size, always the same ones for a seed."""
    for index, record in enumerate(generate(count, seed=seed)):
        chance = random.Random(f"{seed}/{index}/size")  # noqa: S311 - the same every time
        if "descriptionModule" in record["protocolSection"]:  # not one the registry withholds
            _fill(record, chance, index)
        yield record


def _fill(record: Record, chance: random.Random, index: int) -> None:
    protocol = record["protocolSection"]
    protocol["descriptionModule"]["briefSummary"] += "\n\n" + _text(chance, 90)
    protocol["descriptionModule"]["detailedDescription"] = _text(chance, 260)
    protocol["eligibilityModule"]["eligibilityCriteria"] += (
        "\n\n* "
        + "\n* ".join(_text(chance, 18) for _ in range(25))
        + " ".join(words for words, share in SUSPECT if chance.random() < share)
    )
    protocol["outcomesModule"]["secondaryOutcomes"] += [
        {
            "measure": f"Outcome {number} of {index}: {_text(chance, 6)}",
            "timeFrame": "Up to 5 years",
            "description": _text(chance, 45),
        }
        for number in range(chance.randint(*OUTCOMES))
    ]
    for group in protocol["armsInterventionsModule"]["armGroups"]:
        group["description"] = _text(chance, 40)
    for given in protocol["armsInterventionsModule"]["interventions"]:
        given["description"] = _text(chance, 18)
    places = protocol["contactsLocationsModule"]["locations"]
    places += [_elsewhere(places[0], index, number) for number in range(chance.randint(*PLACES))]
    record["derivedSection"]["interventionBrowseModule"] = {
        "meshes": [{"id": "T000002", "term": _text(chance, 3)}],
        "ancestors": [{"id": f"T{number:06d}", "term": _text(chance, 4)} for number in range(15)],
    }
    if record["hasResults"]:
        record["resultsSection"]["adverseEventsModule"] = _adverse_events(chance)


def _elsewhere(place: Mapping[str, Any], index: int, number: int) -> Record:
    facility = f"Example Clinic {index % 97}-{number} of {place['city']}"
    return {**place, "facility": facility, "zip": f"{10_000 + number}"}


def _adverse_events(chance: random.Random) -> Record:
    """What makes real posted results large: a table of many rows."""
    return {
        "frequencyThreshold": "5",
        "otherEvents": [
            {
                "term": _text(chance, 3),
                "organSystem": _text(chance, 3),
                "sourceVocabulary": "Example 1.0",
                "assessmentType": "SYSTEMATIC_ASSESSMENT",
                "stats": [
                    {
                        "groupId": f"EG00{group}",
                        "numAffected": chance.randrange(40),
                        "numAtRisk": 40,
                    }
                    for group in range(3)
                ],
            }
            for _ in range(150)
        ],
    }


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize()


def write(records: Iterator[Record], file: Path) -> float:
    """Write one record a line; returns the mean size of one in bytes."""
    count = size = 0
    with gzip.open(file, "wb", compresslevel=1) as stream:
        for record in records:
            line = orjson.dumps(record)
            stream.write(line + b"\n")
            count, size = count + 1, size + len(line)
    return size / count


def lines(file: Path) -> Iterator[bytes]:
    """The records of a file as bytes, read anew each time."""
    with gzip.open(file) as stream:
        for line in stream:
            yield line.rstrip()


class PagedFile:
    """A registry's pages straight from a file: no network, and no more in memory than a page."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.waiting: Iterator[bytes] = iter(())

    def get(self, url: str, params: Mapping[str, str]) -> Reply:
        """The version, or the next page; a token only says that the listing goes on."""
        if url.endswith("/version"):
            body = b'{"apiVersion": "2.0.3", "dataTimestamp": "2026-03-03T09:00:00"}'
        else:
            body = self.page(params.get("pageToken", ""), int(params["pageSize"]))
        return Reply(200, {"content-type": "application/json"}, body)

    def page(self, token: str, size: int) -> bytes:
        """So many records as the registry wraps them."""
        if not token:
            self.waiting = lines(self.file)
        found = [*islice(self.waiting, size)]
        more = b', "nextPageToken": "%d"' % (int(token or 0) + 1) if len(found) == size else b""
        return b'{"studies": [' + b",".join(found) + b"]" + more + b"}"
