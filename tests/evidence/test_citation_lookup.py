"""A PMID or DOI is looked up only where an installation says so, and a bad answer is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from evidence.citing_in import Entry, read_pasted
from evidence.citing_in.lookup import LookupConfig, look_up
from tests.evidence.citation_server import CitationServer, cut, dripping, endless, silent

NBIB = "\nPMID- {}\nTI  - Made-up paper {}\nPT  - Journal Article\nAU  - Beispiel A\n"
RIS = "TY  - JOUR\nDO  - {}\nTI  - Made-up paper\nAU  - Beispiel, Anna\nPY  - 2020\nER  - \n"
PAGE = "<!DOCTYPE html><html><body>We will be back soon</body></html>"
INSTEAD = ": paste the entry instead."


@pytest.fixture
def server() -> Iterator[CitationServer]:
    """A server that knows nothing yet."""
    with CitationServer().running() as running:
        yield running


def config(server: CitationServer, timeout: float = 5.0) -> LookupConfig:
    """Both services at the test's server."""
    return LookupConfig(
        pubmed_url=server.url, doi_url=server.url, contact="curator@example.org", timeout=timeout
    )


def asked(text: str, server: CitationServer, timeout: float = 5.0) -> list[Entry]:
    """What looking up the identifiers of a paste gives."""
    return look_up(read_pasted(text).entries, config(server, timeout))


def test_without_a_setting_nobody_is_asked_and_the_person_is_told() -> None:
    found = look_up(read_pasted("90000001\n10.5555/a\nPMC9000001").entries, LookupConfig())
    assert [one.notes for one in found] == [
        (f"The look-up of a PMID is not configured{INSTEAD}",),
        (f"The look-up of a DOI is not configured{INSTEAD}",),
        (f"A PMCID alone is not looked up{INSTEAD}",),
    ]
    assert all(one.is_bare for one in found)


def test_pmids_are_asked_for_in_one_request_that_says_who_asks(server: CitationServer) -> None:
    server.says("/efetch.fcgi", NBIB.format(90000002, "two") + NBIB.format(90000001, "one"))
    found = asked("90000001 90000002 90000003", server)
    assert [one.title for one in found] == ["Made-up paper one", "Made-up paper two", ""]
    assert found[0].where == "line 1, looked up at PubMed"
    assert found[2].notes == (f"PubMed gives nothing for PMID 90000003{INSTEAD}",)
    [(_path, params, headers)] = server.asked
    assert params == {
        "db": "pubmed", "id": "90000001,90000002,90000003", "rettype": "medline",
        "retmode": "text", "tool": "OsteoDB", "email": "curator@example.org",
    }  # fmt: skip
    assert headers["user-agent"] == "OsteoDB/0.1 (curator@example.org)"


def test_a_doi_is_followed_to_its_agency_and_asked_for_as_ris(server: CitationServer) -> None:
    server.says("/10.5555/A(1)", "", status=302, Location="/agency/10.5555/a?x=1")
    server.says("/agency/10.5555/a", RIS.format("10.5555/a(1)"))
    [found] = asked("10.5555/A(1)", server)
    assert (found.title, found.doi) == ("Made-up paper", "10.5555/a(1)")
    assert [one[2]["accept"] for one in server.asked] == ["application/x-research-info-systems"] * 2


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((404, {}, b"Not found"), "PubMed does not know it"),
        ((200, {}, PAGE.encode()), "PubMed answered with a web page instead of a citation"),
        ((200, {}, b""), "PubMed answered 200 without a citation"),
        ((200, {}, b"PMID- \xff"), "PubMed answered in an encoding that is not UTF-8"),
        ((200, {}, b"id: 1 Error occurred"), "PubMed gives nothing for PMID 90000001"),
        (
            (429, {"Retry-After": "7"}, b"Slow down"),
            "PubMed answered 429 to /efetch.fcgi: Slow down (asks to wait 7 s)",
        ),
        (
            (503, {}, PAGE.encode()),
            "PubMed answered 503 to /efetch.fcgi: a web page instead of a message",
        ),
        ((400, {}, b"Bad id"), "PubMed refused /efetch.fcgi: Bad id"),
    ],
)
def test_an_answer_that_is_no_citation_is_told_in_words(
    server: CitationServer, answer: Any, told: str
) -> None:
    server.answers["/efetch.fcgi"] = answer
    [found] = asked("90000001", server)
    assert found.is_bare
    assert found.notes == (told + INSTEAD,)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (silent, "it took too long"),
        (dripping, "took longer than 0.5 seconds"),
        (cut, "was cut off"),
        (endless, "is larger than"),
    ],
)
def test_nobody_waits_longer_than_the_setting_says(
    server: CitationServer, behaviour: Callable[[Any], None], told: str
) -> None:
    server.answers["/efetch.fcgi"] = behaviour
    began = time.monotonic()
    [found] = asked("90000001", server, timeout=0.5)
    assert time.monotonic() - began < 2
    assert found.is_bare
    assert told in found.notes[0]


def test_a_server_that_is_not_there_is_told(server: CitationServer) -> None:
    [found] = look_up(
        read_pasted("10.5555/a").entries, LookupConfig(doi_url="http://127.0.0.1:9", timeout=1)
    )
    assert "the connection failed or was cut" in found.notes[0]


def test_who_is_silent_once_is_not_asked_for_the_next_doi(server: CitationServer) -> None:
    server.says("/10.5555/a", RIS.format("10.5555/a"))
    server.answers["/10.5555/b"] = silent
    found = asked("10.5555/a\n10.5555/b\n10.5555/c", server, timeout=1)
    assert [one.is_bare for one in found] == [False, True, True]
    assert found[2].notes[0].startswith("Not asked any more (")
    assert [path for path, _params, _headers in server.asked] == ["/10.5555/a", "/10.5555/b"]


def test_an_unknown_doi_does_not_stop_the_next_one(server: CitationServer) -> None:
    server.says("/10.5555/b", RIS.format("10.5555/b"))
    found = asked("10.5555/a\n10.5555/b", server)
    assert found[0].notes == (f"The DOI system does not know it{INSTEAD}",)
    assert found[1].title == "Made-up paper"


def test_another_document_than_the_one_asked_for_is_not_taken(server: CitationServer) -> None:
    server.says("/10.5555/a", RIS.format("10.5555/other"))
    server.says("/efetch.fcgi", NBIB.format(90000009, "nine"))
    by_doi, by_pmid = asked("10.5555/a\n90000001", server)
    assert by_doi.notes == (f"The DOI system answered with another DOI, 10.5555/other{INSTEAD}",)
    assert by_pmid.notes == (f"PubMed gives nothing for PMID 90000001{INSTEAD}",)


def test_redirects_end_and_never_lead_to_an_unencrypted_stranger(server: CitationServer) -> None:
    server.says("/10.5555/a", "", status=302, Location="/10.5555/a")
    server.says("/10.5555/b", "", status=302, Location="http://127.0.0.1:9/secret")
    server.says("/10.5555/c", "", status=302, Location="file:///etc/passwd")
    found = asked("10.5555/a\n10.5555/b\n10.5555/c", server)
    circle = f"The DOI system leads in a circle{INSTEAD}"
    stranger = f"The DOI system leads to an address that is not encrypted{INSTEAD}"
    assert [one.notes[0] for one in found] == [circle, stranger, stranger]
