"""Drafts over REST: the whole life with two keys, every refusal, two clients at once, bad JSON."""

from __future__ import annotations

import copy
import json
import logging
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from evidence.api import drafts
from evidence.api.draft_json import read_draft
from evidence.models import DraftRevision, EvidenceItem, EvidenceVersion
from osteodb.core.models import ApiToken, AuditEvent, InterestStatement, User
from osteodb.core.services import declare_interests
from osteodb.core.tokens import create_token, revoke_token
from tests.evidence.stating import Desk
from trials.models import Arm

pytestmark = pytest.mark.django_db
EVERY = ("READ_DRAFTS", "WRITE_DRAFTS", "REVIEW")
BODY: dict[str, Any] = {
    "kind": "EFFICACY",
    "statement": "Invented: 13 of 43 responded to alphanib.",
    "level": "B",
    "direction": "SUPPORTS",
    "model_system": "PATIENT",
    "trials": ["NCT01234567"],
    "agents": ["ALF-1"],
    "regimens": ["alphanib"],
    "locators": [{"key": "abstract", "source": "1", "section": "abstract", "sentence": 3}],
    "populations": [
        {"key": "all", "label": "All", "n": 43, "scope": "OSTEOSARCOMA_ONLY", "setting": "RELAPSE"}
    ],
    "measurements": [
        {
            "key": "orr", "population": "all", "locator": "abstract", "endpoint": "ORR",
            "estimator": "CRUDE_PROPORTION", "unit": "PERCENT", "value_raw": "30.2%",
            "value": 30.2, "events": 13, "n": 43, "trial": "nct 01234567",
        }
    ],
}  # fmt: skip


class Program:
    """A program with a key of somebody."""

    def __init__(self, user: User, scopes: tuple[str, ...] = EVERY) -> None:
        now = timezone.now()
        count = ApiToken.objects.count()
        self.token, self.secret = create_token(
            name=f"script {count}", scopes=scopes, days=30, by=user, now=now
        )
        self.user = user

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body) if body is not None else ""
        return Client(SERVER_NAME="localhost").generic(
            method, f"/api/v1/{path}", content, content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **headers},
        )  # fmt: skip

    def get(self, path: str) -> Any:
        return self.send("GET", path)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any, etag: str = "") -> Any:
        return self.send("PUT", path, body, **({"If-Match": etag} if etag else {}))


@pytest.fixture
def alice(desk: Desk) -> Program:
    return Program(desk.alice)


@pytest.fixture
def bob(desk: Desk) -> Program:
    declare_interests(has_interests=False, text="", by=desk.bob, now=timezone.now())
    return Program(desk.bob)


def but(**changes: Any) -> dict[str, Any]:
    """The body with some of its fields changed."""
    return {**copy.deepcopy(BODY), **changes}


def with_number(**changes: Any) -> dict[str, Any]:
    """The body with some fields of its measurement changed."""
    body = but()
    body["measurements"][0] |= changes
    return body


def made(answer: Any, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    return dict(answer.json())


def saved_by_alice() -> int:
    return DraftRevision.objects.filter(saved_by__username="alice").count()


def refused(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    error = answer.json()["error"]
    assert set(error) == {"code", "status", "message", "problems", "candidates"}
    assert error["message"]
    return dict(error)


def places(error: dict[str, Any]) -> list[str]:
    return [one["parameter"] for one in error["problems"]]


# --- The whole life -------------------------------------------------------------------------------


def test_a_statement_is_written_reviewed_published_revised_and_retracted(
    alice: Program, bob: Program
) -> None:
    first = alice.post("drafts/", BODY)
    draft = made(first)
    key = draft["public_id"]
    assert first["Location"] == f"http://localhost/api/v1/drafts/{key}/"
    assert first["ETag"] == draft["etag"]
    assert (draft["state"], draft["version"], draft["author"]) == ("DRAFT", 1, "alice")
    assert draft["problems"] == []

    changed = {**draft["draft"], "statement": "Invented: 30% responded."}
    saved = made(alice.put(f"drafts/{key}/", changed, draft["etag"]), 200)
    assert saved["draft"]["statement"] == "Invented: 30% responded."
    assert saved["etag"] != draft["etag"]
    assert made(alice.post(f"drafts/{key}/submit/"), 200)["state"] == "IN_REVIEW"
    back = made(bob.post(f"drafts/{key}/return/", {"comment": "Which table?"}), 200)
    assert (back["state"], back["review_comment"]) == ("DRAFT", "Which table?")
    made(alice.post(f"drafts/{key}/submit/"), 200)
    done = bob.post(f"drafts/{key}/publish/", {"comment": "Checked."})
    assert made(done, 200)["state"] == "PUBLISHED"
    assert done["ETag"] == done.json()["etag"]

    reader = Client(SERVER_NAME="localhost").get(done.json()["url"])
    assert reader.json()["measurements"][0]["value"] == {
        "printed": "30.2%", "number": 30.2, "months": None,
    }  # fmt: skip
    second = made(alice.post("drafts/", {"item": key}))
    assert (second["public_id"], second["version"], second["based_on"]) == (key, 2, 1)
    assert second["draft"] == saved["draft"], "a copy of what is published"
    given_up = alice.post(f"drafts/{key}/withdraw/", {"reason": "Not needed."})
    assert made(given_up, 200)["state"] == "WITHDRAWN"
    gone = bob.post(f"evidence/{key}/retract/", {"reason": "Invented."})
    assert made(gone, 200)["state"] == "RETRACTED"
    actions = AuditEvent.objects.filter(object_id=key).order_by("pk")
    assert [(one.actor_name, one.action) for one in actions] == [
        ("System alice", "save_draft"), ("System alice", "save_draft"),
        ("System alice", "submit"), ("System bob", "return_to_author"),
        ("System alice", "submit"), ("System bob", "publish"), ("System alice", "save_draft"),
        ("System alice", "withdraw"), ("System bob", "retract"),
    ]  # fmt: skip


def test_what_is_read_can_be_sent_back_and_changes_nothing(alice: Program, desk: Desk) -> None:
    arm = Arm.objects.create(trial=desk.trial, label="Alphanib arm")
    body = with_number(arm=arm.label, ci_raw="17.2–46.1", ci_low="17.2", ci_high=46.1, ci_level=95)
    body |= {"note": "n", "rating": 3, "pathways": ["VEGF"], "therapy_classes": ["VEGFR TKI"]}
    body["populations"].append(
        {**body["populations"][0], "key": "some", "parent": "all", "minimum_age_years": "12.5"}
    )
    draft = made(alice.post("drafts/", body))
    version = EvidenceVersion.objects.get(item__public_id=draft["public_id"])
    number = version.measurements.get()
    assert (number.arm, number.trial, str(number.ci_low)) == (arm, desk.trial, "17.200000")
    assert draft["draft"]["trials"] == [desk.trial.public_id]
    assert draft["draft"]["agents"] == ["alphanib"]
    assert draft["draft"]["locators"][0]["source"] == "paper"
    again = made(alice.put(f"drafts/{draft['public_id']}/", draft["draft"], draft["etag"]), 200)
    assert again["draft"] == draft["draft"]
    former, latest = DraftRevision.objects.filter(version=version).order_by("number")
    assert {**former.content, "measurements": 0} == {**latest.content, "measurements": 0}
    assert version.measurements.get().pk == number.pk, "the number is the same row"


def test_an_arrow_is_written_too(alice: Program) -> None:
    arrow = {
        "key": "a", "locator": "abstract", "subject": {"agent": "alphanib"},
        "relation": "INHIBITS", "object": {"target": "VEGFR2"}, "model_system": "MOUSE",
        "pathway": "vegf", "donor_cell": "kdr",
    }  # fmt: skip
    lab = {"kind": "MECHANISM", "level": "D", "model_system": "MOUSE"}
    body = but(**lab, measurements=[], populations=[], assertions=[arrow])
    draft = made(alice.post("drafts/", body))
    assert draft["problems"] == []
    [found] = draft["draft"]["assertions"]
    assert (found["subject"], found["object"]) == ({"agent": "alphanib"}, {"target": "kdr"})
    both = {**arrow, "subject": {"agent": "alphanib", "target": "kdr"}}
    error = refused(alice.post("drafts/", but(**lab, assertions=[both])), 400)
    assert places(error) == ["assertions[0].subject"]


# --- The list -------------------------------------------------------------------------------------


def test_the_list_holds_open_versions_and_is_filtered_and_paged(
    alice: Program, bob: Program
) -> None:
    keys = [made(alice.post("drafts/", BODY))["public_id"] for _ in range(3)]
    alice.post(f"drafts/{keys[0]}/submit/")
    whole = bob.get("drafts/").json()
    assert whole["count"] == 3, "nothing that is published"
    assert whole["results"][0]["public_id"] == keys[0], "what moved last comes first"
    waiting = bob.get("drafts/?state=in_review").json()["results"]
    assert [row["public_id"] for row in waiting] == keys[:1]
    assert bob.get("drafts/?author=ALICE&kind=EFFICACY").json()["count"] == 3
    first = bob.get("drafts/?page_size=2&ordering=public_id").json()
    assert len(first["results"]) == 2
    assert "page=2" in first["next"]
    for wrong in ("author=nobody", "state=PUBLISHED", "satus=x", "page=0"):
        error = refused(bob.get(f"drafts/?{wrong}"), 400)
        assert places(error) == [wrong.split("=")[0]]
    refused(bob.get("drafts/?page=9"), 404)
    assert refused(bob.get(f"drafts/{keys[0]}/?x=1"), 400)["problems"][0]["parameter"] == "x"


def test_the_cost_of_the_list_does_not_grow(
    alice: Program, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 4):
        while EvidenceVersion.objects.filter(state="DRAFT").count() < count:
            made(alice.post("drafts/", BODY))
        alice.get("drafts/")
        with django_assert_num_queries(3):  # the key, how many there are, the page
            alice.get("drafts/")


# --- Keys -----------------------------------------------------------------------------------------

ADDRESSES = (
    ("GET", "me/"), ("GET", "drafts/"), ("POST", "drafts/"), ("POST", "drafts/check/"),
    ("GET", "drafts/OST-E1/"), ("PUT", "drafts/OST-E1/"), ("POST", "drafts/OST-E1/submit/"),
    ("POST", "drafts/OST-E1/withdraw/"), ("POST", "drafts/OST-E1/return/"),
    ("POST", "drafts/OST-E1/publish/"), ("POST", "evidence/OST-E1/retract/"),
)  # fmt: skip
NEEDED: dict[tuple[str, str], set[str]] = {
    ("GET", "me/"): set(EVERY),
    ("GET", "drafts/"): {"READ_DRAFTS"},
    ("POST", "drafts/"): {"WRITE_DRAFTS"},
    ("POST", "drafts/check/"): {"READ_DRAFTS", "WRITE_DRAFTS"},
    ("GET", "drafts/OST-E1/"): {"READ_DRAFTS"},
    ("PUT", "drafts/OST-E1/"): {"WRITE_DRAFTS"},
    ("POST", "drafts/OST-E1/submit/"): {"WRITE_DRAFTS"},
    ("POST", "drafts/OST-E1/withdraw/"): {"WRITE_DRAFTS"},
    ("POST", "drafts/OST-E1/return/"): {"REVIEW"},
    ("POST", "drafts/OST-E1/publish/"): {"REVIEW"},
    ("POST", "evidence/OST-E1/retract/"): {"REVIEW"},
}


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_without_a_key_that_is_in_force_nothing_opens(
    method: str, path: str, alice: Program
) -> None:
    refusals = {"key_missing": "", "key_unreadable": "Basic YTpi", "key_unknown": "Bearer osteo_x"}
    for code, header in refusals.items():
        headers = {"Authorization": header} if header else {}
        answer = Client(SERVER_NAME="localhost").generic(
            method, f"/api/v1/{path}", "{}", content_type="application/json", headers=headers
        )
        assert refused(answer, 401)["code"] == code
        assert answer["WWW-Authenticate"] == 'Bearer realm="OsteoDB"'
    ApiToken.objects.update(created_at="2020-01-01T00:00Z", expires_at="2020-06-01T00:00Z")
    assert refused(alice.send(method, path), 401)["code"] == "key_expired"
    revoke_token(token=alice.token, by=alice.user, now=timezone.now())
    assert refused(alice.send(method, path), 401)["code"] == "key_revoked"


@pytest.mark.parametrize("scope", EVERY)
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_a_key_opens_what_its_scopes_name(method: str, path: str, scope: str, desk: Desk) -> None:
    person = User.objects.create(username="root", is_superuser=True)
    answer = Program(person, (scope,)).send(method, path, {})
    if scope in NEEDED[method, path]:
        assert answer.status_code not in (401, 403)
    else:
        error = refused(answer, 403)
        assert "lacks the scope" in error["message"]


def test_a_key_may_never_do_more_than_its_person(alice: Program, bob: Program) -> None:
    key = made(alice.post("drafts/", BODY))["public_id"]
    assert "Only a curator" in refused(bob.post("drafts/", BODY), 403)["message"]
    refused(bob.post(f"drafts/{key}/submit/"), 403)
    alice.post(f"drafts/{key}/submit/")
    refused(alice.post(f"drafts/{key}/publish/"), 403)
    refused(alice.post(f"evidence/{key}/retract/", {"reason": "r"}), 409)
    alice.user.groups.clear()
    refused(alice.post("drafts/", BODY), 403)
    User.objects.filter(pk=alice.user.pk).update(is_active=False)
    assert refused(alice.get("drafts/"), 401)["code"] == "key_of_nobody"


def test_nobody_publishes_what_they_wrote_and_reviewers_declare_interests(
    alice: Program, desk: Desk
) -> None:
    key = made(alice.post("drafts/", BODY))["public_id"]
    alice.user.groups.add(Group.objects.get_or_create(name="reviewer")[0])
    alice.post(f"drafts/{key}/submit/")
    error = refused(alice.post(f"drafts/{key}/publish/"), 403)
    assert "second person" in error["message"]
    carol = User.objects.create(username="carol")
    carol.groups.add(Group.objects.get(name="reviewer"))
    assert not InterestStatement.objects.filter(person=carol).exists()
    error = refused(Program(carol).post(f"drafts/{key}/publish/"), 403)
    assert "Declare your interests" in error["message"]


def test_a_key_says_whose_it_is(alice: Program) -> None:
    me = alice.get("me/")
    assert me["Cache-Control"] == "no-store"
    assert "Authorization" in me["Vary"]
    found = me.json()
    assert (found["username"], found["roles"]) == ("alice", ["curator"])
    assert found["key"]["scopes"] == list(EVERY)
    assert alice.secret not in me.content.decode()


def test_a_session_opens_nothing_and_readers_need_no_key(alice: Program, desk: Desk) -> None:
    browser = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    browser.force_login(desk.alice)
    answer = browser.post("/api/v1/drafts/", BODY, content_type="application/json")
    assert refused(answer, 401)["code"] == "key_missing"
    for path in ("evidence/", "measurements/", "trials/NCT01234567/"):
        plain = Client(SERVER_NAME="localhost").get(f"/api/v1/{path}")
        assert plain.status_code == 200
        assert alice.get(path).content == plain.content
        assert "Authorization" not in plain.get("Vary", "")
    key = made(alice.post("drafts/", BODY))["public_id"]
    assert Client(SERVER_NAME="localhost").get(f"/api/v1/evidence/{key}/").status_code == 404


def test_the_key_is_in_no_log(alice: Program, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for path in ("me/", "drafts/?satus=1", "drafts/OST-E9/", "nowhere/"):
            alice.get(path)
    assert alice.secret[14:] not in caplog.text


# --- Lost updates ---------------------------------------------------------------------------------


def test_of_two_clients_the_second_is_told_and_nothing_is_written_over(
    alice: Program, desk: Desk
) -> None:
    draft = made(alice.post("drafts/", BODY))
    path = f"drafts/{draft['public_id']}/"
    one, two = alice, Program(desk.alice)
    seen = two.get(path)
    assert seen["ETag"] == draft["etag"]
    first = one.put(path, but(statement="By one."), draft["etag"])
    lost = two.put(path, but(statement="By two."), seen["ETag"])
    error = refused(lost, 412)
    assert error["code"] == "precondition_failed"
    assert lost["ETag"] == first["ETag"] != seen["ETag"]
    assert two.get(path).json()["draft"]["statement"] == "By one."
    assert made(two.put(path, but(statement="By two."), lost["ETag"]), 200)["version"] == 1


def test_a_save_between_the_look_and_the_write_is_noticed(
    alice: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ETag was right when it was compared; the service compares again under its lock."""
    draft = made(alice.post("drafts/", BODY))
    path, read = f"drafts/{draft['public_id']}/", read_draft

    def slowly(data: Any) -> Any:
        monkeypatch.setattr(drafts, "read_draft", read)
        made(alice.put(path, but(statement="By another."), draft["etag"]), 200)
        return read(data)

    monkeypatch.setattr(drafts, "read_draft", slowly)
    refused(alice.put(path, but(statement="By me."), draft["etag"]), 412)
    assert alice.get(path).json()["draft"]["statement"] == "By another."


def test_a_save_has_to_say_what_it_was_made_from(alice: Program) -> None:
    draft = made(alice.post("drafts/", BODY))
    path = f"drafts/{draft['public_id']}/"
    for etag in ("", "*"):
        assert refused(alice.put(path, BODY, etag), 428)["code"] == "precondition_required"
    for etag in ('"x"', "x", f"W/{draft['etag']}"):
        assert alice.put(path, BODY, etag).status_code in (412, 428)
    assert saved_by_alice() == 1
    assert alice.put(path, BODY, f'"x", {draft["etag"]}').status_code == 200


def test_a_step_honours_the_etag_where_it_is_given(alice: Program, bob: Program) -> None:
    draft = made(alice.post("drafts/", BODY))
    path = f"drafts/{draft['public_id']}/"
    alice.put(path, but(statement="Later."), draft["etag"])
    refused(alice.post(f"{path}submit/", None, **{"If-Match": draft["etag"]}), 412)
    present = alice.get(path)["ETag"]
    sent = alice.post(f"{path}submit/", None, **{"If-Match": present})
    assert made(sent, 200)["state"] == "IN_REVIEW"
    refused(bob.post(f"{path}publish/", {}, **{"If-Match": present}), 412)
    made(bob.post(f"{path}publish/", {}, **{"If-Match": sent["ETag"]}), 200)


# --- Refusals -------------------------------------------------------------------------------------


def test_one_version_is_open_at_a_time(alice: Program, bob: Program) -> None:
    key = made(alice.post("drafts/", BODY))["public_id"]
    assert "is open" in refused(alice.post("drafts/", {"item": key}), 409)["message"]
    assert "is open" in refused(alice.post("drafts/", but(item=key)), 409)["message"]
    etag = alice.post(f"drafts/{key}/submit/")["ETag"]
    error = refused(alice.put(f"drafts/{key}/", BODY, etag), 409)
    assert "waits for review" in error["message"]
    refused(alice.post(f"drafts/{key}/submit/"), 409)
    refused(alice.post(f"drafts/{key}/withdraw/", {"reason": "r"}), 409)
    made(bob.post(f"drafts/{key}/publish/"), 200)
    for method, path in (("GET", ""), ("PUT", ""), ("POST", "submit/")):
        error = refused(alice.send(method, f"drafts/{key}/{path}", BODY), 404)
        assert "is published" in error["message"]
    refused(bob.post(f"evidence/{key}/retract/"), 400)
    for item in ("OST-E999999", 7, ""):
        assert places(refused(alice.post("drafts/", {"item": item}), 400)) == ["item"]


def test_a_step_that_needs_a_reason_is_refused_without(alice: Program, bob: Program) -> None:
    key = made(alice.post("drafts/", BODY))["public_id"]
    for body in (None, {}, {"reason": ""}, {"reason": None}):
        refused(alice.post(f"drafts/{key}/withdraw/", body), 400)
    assert places(refused(alice.post(f"drafts/{key}/submit/", {"reason": "r"}), 400)) == ["reason"]
    assert places(refused(alice.post(f"drafts/{key}/withdraw/", {"reason": 1}), 400)) == ["reason"]
    alice.post(f"drafts/{key}/submit/")
    refused(bob.post(f"drafts/{key}/return/", {"comment": "  "}), 400)
    assert EvidenceVersion.objects.get(item__public_id=key).state == "IN_REVIEW"


def test_a_broken_rule_stops_no_draft_and_every_submission(alice: Program) -> None:
    draft = made(alice.post("drafts/", but(regimens=[], agents=[], trials=[])))
    assert [one["parameter"] for one in draft["problems"]] == ["regimens"]
    error = refused(alice.post(f"drafts/{draft['public_id']}/submit/"), 400)
    assert places(error) == ["regimens"]
    assert alice.get(f"drafts/{draft['public_id']}/").json()["state"] == "DRAFT"


def test_what_the_table_itself_refuses_is_said_at_its_place(alice: Program) -> None:
    body = with_number(value=130, value_raw="130%")
    error = refused(alice.post("drafts/", body), 400)
    assert "measurements[0].value" in places(error)
    refused(alice.post("drafts/", with_number(events=99)), 400)
    double = but()
    double["locators"].append(double["locators"][0])
    assert places(refused(alice.post("drafts/", double), 400)) == ["locators[1].key"]
    assert places(refused(alice.post("drafts/", with_number(locator="x")), 400)) == [
        "measurements[0].locator"
    ]
    assert EvidenceItem.objects.filter(created_by__username="alice").count() == 0


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "NONSENSE"}, "kind"),
        ({"kind": ["EFFICACY"]}, "kind"),
        ({"statement": 7}, "statement"),
        ({"statement": ""}, "statement"),
        ({"statement": "x" * 10_001}, "statement"),
        ({"rating": 6}, "rating"),
        ({"rating": "3"}, "rating"),
        ({"rating": True}, "rating"),
        ({"colour": "red"}, "colour"),
        ({"trials": "NCT01234567"}, "trials"),
        ({"trials": ["NCT99999999"]}, "trials[0]"),
        ({"trials": [None]}, "trials[0]"),
        ({"trials": ["…"]}, "trials[0]"),
        ({"agents": ["alphanib", "betanib"]}, "agents[1]"),
        ({"targets": [{}]}, "targets[0]"),
        ({"regimens": ["x"]}, "regimens[0]"),
        ({"pathways": ["x"]}, "pathways[0]"),
        ({"therapy_classes": ["x"]}, "therapy_classes[0]"),
        ({"trials": ["NCT01234567"] * 201}, "trials"),
        ({"locators": {}}, "locators"),
        ({"locators": [7]}, "locators[0]"),
        ({"locators": [{"key": "a", "source": "none", "section": "1"}]}, "locators[0].source"),
        ({"locators": [{"key": "a", "source": "paper", "url": "javascript:1"}]}, "locators[0].url"),
        ({"locators": [{"key": "a", "source": "paper", "seen_on": "soon"}]}, "locators[0].seen_on"),
        (
            {"locators": [{"key": "a", "source": "paper", "registered_outcome": 9}]},
            "locators[0].registered_outcome",
        ),
        ({"populations": [{"key": "a"}]}, "populations[0].label"),
        ({"measurements": [BODY["measurements"][0]] * 501}, "measurements"),
    ],
)
def test_a_value_that_cannot_be_taken_is_named_with_its_place(
    change: dict[str, Any], where: str, alice: Program
) -> None:
    error = refused(alice.post("drafts/", but(**change)), 400)
    assert where in places(error)
    assert error["code"] == "invalid_input"
    assert saved_by_alice() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("value", "thirty"), ("value", True), ("value", 10**10), ("value", "1.1234567"),
        ("value", [1]), ("value", {}), ("value", "1e3"), ("n", -1), ("n", 1.5), ("n", 2**31),
        ("n", "43"), ("threshold_met", "yes"), ("trial", "NCT99999999"), ("arm", "none"),
        ("regimen", 3), ("unit", "percent"), ("time_point_unit", "PERCENT"), ("colour", 1),
        ("value_raw", "x" * 121), ("data_cutoff_date", "2020-13"), ("endpoint", None),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_taken_is_named_with_its_place(
    name: str, value: Any, alice: Program
) -> None:
    error = refused(alice.post("drafts/", with_number(**{name: value})), 400)
    assert places(error) == [f"measurements[0].{name}"]
    assert saved_by_alice() == 0


def test_everything_wrong_is_named_at_once(alice: Program) -> None:
    body = with_number(trial="NCT99999999", arm="x")
    body |= {"agents": ["betanib"], "trials": ["NCT88888888"]}
    assert places(refused(alice.post("drafts/", body), 400)) == [
        "trials[0]", "agents[0]", "measurements[0].trial", "measurements[0].arm",
    ]  # fmt: skip


# --- Hostile bodies -------------------------------------------------------------------------------

GOOD = json.dumps(BODY)
HOSTILE: dict[str, bytes] = {
    "no JSON": b"{",
    "a list": b"[]",
    "a text": b'"x"',
    "not UTF-8": b'{"statement": "\xff"}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"note":' * 50_000 + b"1" + b"}" * 50_000,
    "a deep note": b'{"note": ' + b"[" * 50 + b"]" * 50 + b"}",
    "huge": b'{"note": "' + b"x" * 1_000_001 + b'"}',
    "a null character": GOOD.replace("Invented", "In\\u0000vented").encode(),
    "a null character in a name": b'{"no\\u0000te": 1}',
    "half of a character": GOOD.replace("Invented", "In\\ud800vented").encode(),
    "no number": GOOD.replace("30.2,", "NaN,").encode(),
    "infinite": GOOD.replace("30.2,", "-Infinity,").encode(),
    "an endless exponent": GOOD.replace("30.2,", "1e999999999,").encode(),
    "an impossible exponent": GOOD.replace("30.2,", "1e99999999999999999999,").encode(),
    "a tiny number": GOOD.replace("30.2,", "1e-999999999,").encode(),
    "a number without end": GOOD.replace("43", "4" * 5000).encode(),
    "twice": GOOD.replace('"level": "B"', '"level": "B", "level": "A"').encode(),
    "nothing": b"",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_json_is_refused_and_saves_nothing(what: str, alice: Program) -> None:
    draft = made(alice.post("drafts/", BODY))
    path = f"drafts/{draft['public_id']}/"
    for answer in (
        alice.post("drafts/", HOSTILE[what]),
        alice.post("drafts/check/", HOSTILE[what]),
        alice.put(path, HOSTILE[what], draft["etag"]),
    ):
        refused(answer, 400)
        assert len(answer.content) < 20_000
    assert saved_by_alice() == 1
    assert alice.get(path)["ETag"] == draft["etag"]


def test_zero_may_be_written_any_way(alice: Program) -> None:
    for zero in ("0", "0.00", "0e5", "0.0000000000", "0E999999999"):
        body = GOOD.replace("30.2,", f"{zero},").replace("30.2%", "0%").replace(": 13,", ": 0,")
        number = made(alice.post("drafts/", body.encode()))["draft"]["measurements"][0]
        assert number["value"] == 0


def test_a_form_is_no_json(alice: Program) -> None:
    answer = Client(SERVER_NAME="localhost").post(
        "/api/v1/drafts/", {"kind": "EFFICACY"},
        headers={"Authorization": f"Bearer {alice.secret}"},
    )  # fmt: skip
    refused(answer, 415)


def test_other_methods_are_refused_in_the_one_shape(alice: Program) -> None:
    answer = alice.send("DELETE", "drafts/")
    refused(answer, 405)
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"


# --- Checking without saving ----------------------------------------------------------------------


def test_a_check_says_what_rules_and_arithmetic_say_and_saves_nothing(alice: Program) -> None:
    before = EvidenceItem.objects.count(), AuditEvent.objects.count()
    body = with_number(value=50, value_raw="50%")
    body["measurements"][0] |= {"ci_raw": "60–70", "ci_low": 60, "ci_high": 70}
    body["locators"][0] |= {"section": None, "sentence": None}
    found = made(alice.post("drafts/check/", body), 200)
    assert [one["parameter"] for one in found["problems"]] == ["locators[0].section"]
    assert {one["parameter"] for one in found["findings"]} == {"measurements[0]"}
    assert "CONTRADICTION" in {one["weight"] for one in found["findings"]}
    assert (EvidenceItem.objects.count(), AuditEvent.objects.count()) == before


def test_a_check_finds_what_saving_would_find(alice: Program) -> None:
    body = with_number(value=50, value_raw="50%")
    whole = body["populations"][0]
    body["populations"].append({**whole, "key": "part", "parent": "all", "n": 90})
    orr = body["measurements"][0]
    body["measurements"] += [
        {**orr, "key": "part", "population": "part", "n": 90, "events": 45},
        {
            **orr, "key": "median", "endpoint": "PFS", "estimator": "MEDIAN", "unit": "DAYS",
            "value": 365, "value_raw": "365", "events": None, "n": None,
        },
        {
            **orr, "key": "rate", "endpoint": "PFS", "estimator": "KAPLAN_MEIER_RATE",
            "value": 90, "value_raw": "90", "time_point": 2, "time_point_unit": "YEARS",
            "events": None, "n": None,
        },
    ]  # fmt: skip
    body["comparisons"] = [
        {
            "key": "hr", "population": "all", "locator": "abstract", "endpoint": "PFS",
            "measure": "HR", "experimental_label": "a", "control_label": "b",
            "experimental": "median", "value": 2, "value_raw": "2", "ci_raw": "3–4",
            "ci_low": 3, "ci_high": 4, "p_raw": "0.9", "p_value": 0.9, "p_modifier": "=",
        }
    ]  # fmt: skip
    checked = made(alice.post("drafts/check/", body), 200)
    saved = made(alice.post("drafts/", body))
    stored = [
        (one.measurement_id is not None, one.check_name, one.weight)
        for version in EvidenceVersion.objects.filter(item__public_id=saved["public_id"])
        for number in (*version.measurements.all(), *version.comparisons.all())
        for one in number.findings.all()
    ]
    said = [
        (one["parameter"].startswith("m"), one["check"], one["weight"])
        for one in checked["findings"]
    ]
    assert sorted(said) == sorted(stored)
    assert len(stored) == 4
    assert saved["findings"] == checked["findings"]
