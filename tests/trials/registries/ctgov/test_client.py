"""The client against a real server that behaves, and that misbehaves in every known way."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry import Fault, RegistryServer
from tests.registry.query import expression
from tests.registry.support import Clock, quick_client
from trials.registries.base import (
    DataMoved,
    IncompleteSweep,
    MalformedRecord,
    MalformedResponse,
    RecordNotFound,
    RegistryRefused,
    RegistryUnavailable,
)
from trials.registries.ctgov.client import Client, Config, literal, nct
from trials.registries.http import Retries


def swept(client: Client) -> list[str]:
    """The numbers of one sweep, in their order, page after page."""
    return [record.registry_id for page in client.sweep("x") for record in page.records]


def test_a_sweep_brings_every_record_once_over_many_pages(registry: RegistryServer) -> None:
    found = swept(quick_client(registry, page_size=7))
    assert sorted(found) == sorted(registry.store.records)


def test_only_the_first_page_says_how_many_there_are(registry: RegistryServer) -> None:
    pages = list(quick_client(registry, page_size=15).sweep("x"))
    assert [page.total for page in pages] == [40, None, None]


def test_the_version_is_read_before_and_after(registry: RegistryServer) -> None:
    swept(quick_client(registry, page_size=15))
    paths = [request.path for request in registry.requests]
    assert (paths[0], paths[-1]) == ("/version", "/version")


def test_the_user_agent_says_who_asks_and_how_to_reach_us(registry: RegistryServer) -> None:
    quick_client(registry).version()
    assert registry.requests[0].headers["User-Agent"] == "OsteoDB/0.1 (tests@example.org)"


def test_without_a_contact_the_user_agent_is_the_name_alone() -> None:
    assert Config().user_agent == "OsteoDB/0.1"


def test_at_most_one_request_a_second_is_sent(registry: RegistryServer) -> None:
    clock = Clock()
    swept(quick_client(registry, clock, page_size=20))
    sent = len(registry.requests)
    assert clock.now - 1000.0 == pytest.approx(sent - 1)


@pytest.mark.parametrize("kind", ["empty_page", "false_token"])
def test_tokens_decide_and_not_emptiness(registry: RegistryServer, kind: str) -> None:
    registry.misbehave(Fault(kind, after=1))  # type: ignore[arg-type]
    assert len(swept(quick_client(registry, page_size=20))) == 40


def test_a_false_token_after_a_full_last_page_leads_to_an_empty_end(
    registry: RegistryServer,
) -> None:
    registry.misbehave(Fault("false_token", after=1, times=1))
    pages = list(quick_client(registry, page_size=20).sweep("x"))
    assert [len(page.records) for page in pages] == [20, 20, 0]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", status=429, times=2),
        Fault("status", status=503, times=3),
        Fault("status", status=403),
        Fault("status", path="/", status=429, each=3),
        Fault("maintenance", status=502, times=2),
        Fault("cut", times=2),
        Fault("cut_chunks", times=2),
        Fault("hang_up", times=2),
        Fault("reset", times=2),
        Fault("html"),
        Fault("nothing"),
        Fault("truncated"),
        Fault("not_json"),
        Fault("not_packed"),
        Fault("foreign"),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_a_passing_trouble_is_retried(registry: RegistryServer, fault: Fault) -> None:
    registry.misbehave(fault)
    assert len(swept(quick_client(registry))) == 40


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (Fault("status", status=503, times=-1), RegistryUnavailable, "answered 503"),
        (Fault("status", status=429, times=-1), RegistryUnavailable, "answered 429"),
        (Fault("hang_up", times=-1), RegistryUnavailable, "no answer"),
        (Fault("maintenance", times=-1), RegistryUnavailable, "a web page instead of a message"),
        (Fault("cut", times=-1), MalformedResponse, "cut off"),
        (Fault("cut_chunks", times=-1), MalformedResponse, "cut off"),
        (Fault("nothing", times=-1), MalformedResponse, "sent 0 bytes that are not its JSON"),
        (Fault("not_json", times=-1), MalformedResponse, "not its JSON"),
        (Fault("not_packed", times=-1), MalformedResponse, "not packed as it says"),
        (Fault("foreign", times=-1), MalformedResponse, "not its JSON"),
        (Fault("circle", times=-1), MalformedResponse, "page tokens in a circle"),
        (Fault("short_page", times=-1), IncompleteSweep, "announced 40 studies .* held 39"),
        (Fault("html", times=-1), MalformedResponse, "web page"),
        (Fault("truncated", times=-1), MalformedResponse, "not its JSON"),
        (Fault("oversized", times=-1, size=3_000_000), MalformedResponse, "larger than"),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_a_lasting_trouble_is_a_named_failure_with_a_reason(
    registry: RegistryServer, fault: Fault, error: type[Exception], words: str
) -> None:
    registry.misbehave(fault)
    with pytest.raises(error, match=words):
        swept(quick_client(registry, max_bytes=2_000_000))


def test_no_server_at_all_is_unavailable() -> None:
    config = Config(base_url="http://127.0.0.1:9/api/v2", retries=Retries(attempts=1))
    with pytest.raises(RegistryUnavailable, match="connection failed"):
        Client(config).version()


def test_a_refusal_is_not_asked_again(registry: RegistryServer) -> None:
    registry.misbehave(Fault("status", status=400, times=-1))
    with pytest.raises(RegistryRefused, match="Please come back later"):
        swept(quick_client(registry))
    assert len(registry.asked("/studies")) == 1


def test_retry_after_in_seconds_is_waited_for(registry: RegistryServer) -> None:
    clock = Clock()
    registry.misbehave(Fault("status", status=429, retry_after="37"))
    swept(quick_client(registry, clock))
    assert max(clock.slept) == pytest.approx(37, abs=0.1)


def test_retry_after_as_a_date_is_waited_for(registry: RegistryServer) -> None:
    clock = Clock()
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    registry.misbehave(
        Fault("status", status=503, retry_after=format_datetime(moment, usegmt=True))
    )
    swept(quick_client(registry, clock))
    assert max(clock.slept) == pytest.approx(90, abs=3)


def test_a_wait_longer_than_we_allow_ends_the_run_at_once(registry: RegistryServer) -> None:
    clock = Clock()
    registry.misbehave(Fault("status", status=429, retry_after="86400", times=-1))
    with pytest.raises(RegistryUnavailable, match="asks to wait 86400 s"):
        swept(quick_client(registry, clock))
    assert len(registry.asked("/studies")) == 1


def test_a_sweep_is_made_again_when_new_data_came_in_the_middle(registry: RegistryServer) -> None:
    registry.misbehave(Fault("move_data"))
    pages = list(quick_client(registry, page_size=20).sweep("x"))
    assert [page.attempt for page in pages] == [1, 1, 2, 2]


def test_data_that_never_stands_still_is_said_to_be_unclean(registry: RegistryServer) -> None:
    registry.misbehave(Fault("move_data", times=-1))
    seen: list[str] = []
    with pytest.raises(DataMoved, match="new data during the sweep"):
        for page in quick_client(registry).sweep("x"):
            seen += [record.registry_id for record in page.records]
    assert len(seen) == 3 * 40


def test_a_sweep_that_lacks_studies_is_made_again(registry: RegistryServer) -> None:
    registry.misbehave(Fault("short_page", after=1))
    pages = list(quick_client(registry, page_size=20).sweep("x"))
    assert [(page.attempt, len(page.records)) for page in pages] == [
        (1, 20),
        (1, 19),
        (2, 20),
        (2, 20),
    ]


def test_studies_that_come_on_two_pages_do_not_stand_in_for_missing_ones(
    registry: RegistryServer,
) -> None:
    registry.misbehave(Fault("repeated", times=-1))
    found = swept(quick_client(registry, page_size=20))
    assert (len(found), len(set(found))) == (82, 40)
    registry.misbehave(Fault("short_page", times=-1))
    registry.faults.reverse()
    with pytest.raises(IncompleteSweep):
        swept(quick_client(registry, page_size=20))


def test_a_slow_answer_is_waited_for_and_a_slower_one_asked_for_again(
    registry: RegistryServer,
) -> None:
    registry.misbehave(Fault("slow", seconds=0.1), Fault("slow", seconds=1.0))
    client = quick_client(registry, timeout=(5.0, 0.5), page_size=20)
    assert len(swept(client)) == 40
    assert len(registry.asked("/studies")) == 3


def test_a_refused_page_token_begins_the_sweep_anew(registry: RegistryServer) -> None:
    registry.misbehave(Fault("refuse_token", after=1))
    pages = list(quick_client(registry, page_size=20).sweep("x"))
    assert [page.attempt for page in pages] == [1, 2, 2]


def test_tokens_in_a_circle_are_noticed(registry: RegistryServer) -> None:
    registry.misbehave(Fault("empty_page", times=-1))
    with pytest.raises(MalformedResponse, match="in a circle"):
        swept(quick_client(registry))


def test_known_numbers_are_asked_for_in_batches(registry: RegistryServer) -> None:
    known = list(registry.store.records)
    pages = list(quick_client(registry, batch_size=15).fetch_many(known))
    assert sorted(one.registry_id for page in pages for one in page.records) == sorted(known)
    assert len(registry.requests) == 3


def test_an_absent_number_brings_nothing_and_an_alias_says_what_was_asked(
    registry: RegistryServer,
) -> None:
    registry.store.rename("NCT90000003", "NCT90000903")
    (page,) = quick_client(registry).fetch_many(["NCT90000003", "NCT00000001", "nct2389244"])
    found = {record.registry_id: record.asked_as for record in page.records}
    assert found == {"NCT90000903": "NCT90000003", "NCT02389244": ""}


def test_what_is_no_number_is_not_asked_for_and_does_not_spoil_the_batch(
    registry: RegistryServer,
) -> None:
    asked = ["nct2389244", "2013-003910-42", "NCT02389244", "NCT00000000"]
    unasked, page = quick_client(registry).fetch_many(asked)
    assert [one.registry_id for one in unasked.unreadable] == ["2013-003910-42", "NCT00000000"]
    assert "is no ClinicalTrials.gov number" in str(unasked.unreadable[0])
    assert [one.registry_id for one in page.records] == ["NCT02389244"]
    assert registry.requests[0].params["filter.ids"] == "NCT02389244"


def test_a_refused_batch_is_halved_until_the_one_at_fault_is_found(
    registry: RegistryServer,
) -> None:
    known = sorted(registry.store.records)
    registry.misbehave(Fault("refuse_batch", id=known[11], times=-1))
    pages = list(quick_client(registry).fetch_many(known))
    found = {one.registry_id for page in pages for one in page.records}
    faults = [fault for page in pages for fault in page.unreadable]
    assert found == set(known) - {known[11]}
    assert [fault.registry_id for fault in faults] == [known[11]]


def test_one_study_is_fetched_an_alias_is_followed_a_missing_one_is_named(
    registry: RegistryServer,
) -> None:
    registry.store.rename("NCT90000003", "NCT90000903")
    client = quick_client(registry)
    assert client.fetch("nct 2389244").registry_id == "NCT02389244"
    moved = client.fetch("NCT90000003")
    assert (moved.registry_id, moved.asked_as) == ("NCT90000903", "NCT90000003")
    with pytest.raises(RecordNotFound) as missing:
        client.fetch("NCT00000001")
    assert missing.value.registry_id == "NCT00000001"


def test_not_found_as_a_web_page_is_no_tombstone(registry: RegistryServer) -> None:
    registry.misbehave(Fault("maintenance", path="/studies/", status=404, times=-1))
    with pytest.raises(MalformedResponse, match="web page"):
        quick_client(registry).fetch("NCT00000001")
    registry.faults.clear()
    registry.misbehave(Fault("maintenance", path="/studies/", status=404))
    with pytest.raises(RecordNotFound):
        quick_client(registry).fetch("NCT00000001")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("other_study", path="/studies/", id="NCT90000004", times=-1), "NCT90000004 where"),
        (Fault("foreign", path="/studies/", times=-1), "without a usable number"),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_another_study_than_was_asked_for_is_no_alias_but_a_failure(
    registry: RegistryServer, fault: Fault, words: str
) -> None:
    registry.misbehave(fault)
    with pytest.raises(MalformedRecord, match=words) as error:
        quick_client(registry).fetch("NCT90000003")
    assert error.value.registry_id == "NCT90000003"
    fault.times = 2
    assert quick_client(registry).fetch("NCT90000003").registry_id == "NCT90000003"


@given(st.text(max_size=60))
def test_any_words_become_a_query_that_the_grammar_takes(text: str) -> None:
    query = literal(text)
    if query:
        expression(query, "query.cond")


# Without "osteosarcoma", whose synonyms the search adds.
WORDS = st.lists(
    st.one_of(
        st.sampled_from(["AND", "OR", "NOT", "(", ")", "[x]", '"', "\\", "AREA[Phase]", "NOT(a"]),
        st.text("abcXYZ019-/+.äß", min_size=1, max_size=8),
    ),
    max_size=8,
)


@given(WORDS)
def test_a_person_s_words_are_searched_for_as_words_and_never_as_operators(
    written: list[str],
) -> None:
    text = " ".join(written)
    words = re.sub(r'[()\[\]"\\]', " ", text).casefold().split()
    if not words:
        assert literal(text) == ""
        return
    matches = expression(literal(text), "query.cond")
    assert matches(" ".join(words))
    for word in words:
        rest = " ".join(one for one in words if one != word)
        assert matches(rest) == (word in rest)


def test_a_person_s_words_are_no_operators() -> None:
    assert literal('osteosarcoma (NOT "bone" [x] AND') == "osteosarcoma \\NOT bone x \\AND"
    assert literal("PD-1 / PD-L1") == "PD-1 / PD-L1"


def test_a_number_is_brought_to_the_registry_s_form() -> None:
    assert nct(" nct2389244 ") == "NCT02389244"
