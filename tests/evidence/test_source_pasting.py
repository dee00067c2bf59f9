"""The page on which citations are pasted: a preview first, then one POST; nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evidence.models import Source
from tests.admin_support import FormReader, address, said, sign_in
from tests.evidence.citation_server import CitationServer
from tests.evidence.test_citing_in import BIBTEX, NBIB, RIS
from tests.universe import Universe

RETRACTED = NBIB + "PT  - Retracted Publication\n"


@pytest.fixture
def alice(shared_universe: Universe) -> Client:
    """A browser of Alice, who writes."""
    return sign_in("curator", "alice")


def page() -> str:
    """The address of the page."""
    return reverse("admin:evidence_source_paste")


def sent_back(answer: Any) -> dict[str, Any]:
    """What the form of an answer would send unchanged."""
    reader = FormReader("paste")
    reader.feed(answer.content.decode())
    values = dict(reader.values)
    values.pop("file", None)
    return values


def preview(browser: Client, text: str) -> Any:
    """The preview of a text."""
    return browser.post(page(), {"step": "preview", "text": text})


def add(browser: Client, answer: Any, **changes: Any) -> Any:
    """Send a preview back, with some of it changed (None: not sent)."""
    given = {**sent_back(answer), "step": "add", **changes}
    return browser.post(
        page(), {name: value for name, value in given.items() if value is not None}, follow=True
    )


def outcomes(answer: Any) -> list[str]:
    """What becomes of each entry of a preview."""
    return [str(row.plan.outcome) for row in answer.context["page"].rows]


def test_the_list_and_the_form_lead_to_the_page(alice: Client) -> None:
    for other in (address(Source, "changelist"), address(Source, "add")):
        assert f'href="{page()}"' in alice.get(other).content.decode()
    assert page() == "/admin/evidence/source/paste/"
    assert alice.get(page()).status_code == 200


def test_who_may_not_add_sources_gets_neither_link_nor_page(shared_universe: Universe) -> None:
    reader = sign_in("reader", "a-reader")
    assert reader.get(page()).status_code in (302, 403)
    before = Source.objects.count()
    assert preview(reader, RIS).status_code in (302, 403)
    assert Source.objects.count() == before


def test_entries_are_previewed_and_nothing_is_added_yet(alice: Client) -> None:
    before = Source.objects.count()
    answer = preview(alice, f"{RIS}\n31013172\n{BIBTEX}\n90000009\nnonsense")
    assert outcomes(answer) == ["new", "already here", "new", "refused"]
    text = answer.content.decode()
    assert "In vitro &amp; beyond: p &lt; 3" in text
    assert "The look-up of a PMID is not configured: paste the entry instead." in text
    assert "is not understood: “nonsense”" in text
    known = Source.objects.get(pmid="31013172")
    assert f'href="{address(Source, "change", known.pk)}"' in text
    assert Source.objects.count() == before


def test_one_post_adds_what_is_ticked_with_what_was_chosen(alice: Client) -> None:
    answer = preview(alice, f"{RIS}\n{BIBTEX}\n{NBIB}")
    chosen = {"kind-0": "REVIEW", "slug-0": "my-own-slug", "take-1": None}
    done = add(alice, answer, **chosen)
    assert done.redirect_chain == [(address(Source, "changelist"), 302)]
    assert said(done) == "2 sources were added: Beispiel AB 2020, Beispiel A 2020."
    first = Source.objects.get(pmid="90000001")
    assert (first.kind, first.slug) == ("REVIEW", "my-own-slug")
    assert not Source.objects.filter(pmid="90000002").exists()
    assert outcomes(preview(alice, NBIB)) == ["already here"]


def test_one_source_leads_to_its_page(alice: Client) -> None:
    done = add(alice, preview(alice, RIS))
    source = Source.objects.get(pmid="90000001")
    assert done.redirect_chain == [(address(Source, "change", source.pk), 302)]


def test_a_retraction_is_suggested_and_never_set_unasked(alice: Client) -> None:
    answer = preview(alice, RETRACTED)
    assert "PubMed: Retracted Publication" in answer.content.decode()
    assert "mark-0" not in sent_back(answer)
    add(alice, answer)
    assert Source.objects.get(pmid="90000003").retraction == "UNCHECKED"


def test_a_retraction_that_was_ticked_is_set(alice: Client) -> None:
    add(alice, preview(alice, RETRACTED), **{"mark-0": "on"})
    source = Source.objects.get(pmid="90000003")
    assert source.retraction == "RETRACTED"
    assert source.retraction_note.startswith("PubMed: Retracted Publication (as pasted 20")


def test_a_refusal_adds_nothing_and_keeps_everything_typed(alice: Client) -> None:
    answer = preview(alice, f"{RIS}\n{NBIB}")
    typed = {"slug-0": "my-own", "slug-1": "davis2019", "kind-0": "GUIDELINE", "mark-1": None}
    before = Source.objects.count()
    again = add(alice, answer, **typed)
    assert Source.objects.count() == before
    assert said(again).startswith("Nothing was added. NBIB entry, line 19: ")
    kept = sent_back(again)
    assert {name: kept[name] for name in ("slug-0", "slug-1", "kind-0", "take-0", "take-1")} == {
        "slug-0": "my-own", "slug-1": "davis2019", "kind-0": "GUIDELINE", "take-0": "on",
        "take-1": "on",
    }  # fmt: skip
    assert kept["text"].split() == f"{RIS}\n{NBIB}".split()
    assert again.context["page"].rows[1].refused
    assert "2 sources were added" in said(add(alice, again, **{"slug-1": ""}))


def test_sending_a_preview_twice_adds_once(alice: Client) -> None:
    answer = preview(alice, RIS)
    add(alice, answer)
    again = add(alice, answer)
    assert said(again) == "Nothing was added: no new entry is ticked."
    assert outcomes(again) == ["already here"]
    assert Source.objects.filter(pmid="90000001").count() == 1


@pytest.mark.parametrize(
    "changes", [{"text": NBIB}, {"entries": "forged"}, {"entries": None}], ids=str
)
def test_what_was_not_previewed_is_not_added(alice: Client, changes: dict[str, Any]) -> None:
    before = Source.objects.count()
    again = add(alice, preview(alice, RIS), **changes)
    assert said(again) == "This is not what was previewed: look at it again."
    assert outcomes(again) == ["new"]
    assert Source.objects.count() == before


def test_a_file_is_put_behind_the_text(alice: Client, tmp_path: Any) -> None:
    path = tmp_path / "some.nbib"
    path.write_bytes(b"\xef\xbb\xbf" + NBIB.replace("\n", "\r\n").encode())
    with path.open("rb") as file:
        answer = alice.post(page(), {"step": "preview", "text": RIS, "file": file})
    assert outcomes(answer) == ["new", "new"]
    assert "2 sources were added" in said(add(alice, answer))


def test_a_file_that_is_no_text_is_told_and_the_text_stays(alice: Client, tmp_path: Any) -> None:
    path = tmp_path / "some.ris"
    path.write_bytes(b"PK\x03\x04\xff\xfe")
    with path.open("rb") as file:
        answer = alice.post(page(), {"step": "preview", "text": RIS, "file": file})
    assert "The file is not text in UTF-8" in answer.content.decode()
    assert sent_back(answer)["text"].split() == RIS.split()


@pytest.mark.parametrize("text", ["", "\x00", "A\u202eB", "<script>alert(1)</script>", "9" * 2_000])
def test_nonsense_is_answered_with_a_sentence(alice: Client, text: str) -> None:
    answer = preview(alice, text)
    assert answer.status_code == 200
    assert answer.context["page"].problems
    assert "<script>alert" not in answer.content.decode()


def test_markup_in_a_citation_is_text(alice: Client) -> None:
    evil = '<script>alert("x")</script>"><img src=x onerror=y>'
    answer = preview(alice, RIS.replace("beyond", evil).replace("https://example.org/paper", evil))
    text = answer.content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_a_doi_is_looked_up_once_and_added_as_it_was_seen(alice: Client, settings: Any) -> None:
    with CitationServer().running() as server:
        settings.OSTEODB_DOI_URL = server.url
        server.says("/10.5555/MadeUp.1", RIS)
        answer = preview(alice, "doi:10.5555/madeup.1\n10.5555/MadeUp.1")
    assert "A DOI alone is looked up." in answer.content.decode()
    assert outcomes(answer) == ["refused", "new"]
    add(alice, answer)
    assert Source.objects.get(pmid="90000001").doi == "10.5555/MadeUp.1"
    assert len(server.asked) == 2
