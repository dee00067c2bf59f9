"""A curator's pages of therapies: saves are service calls, refusals stand at their field."""

from __future__ import annotations

import pytest
from django.test import Client

from osteodb.core.models import User
from tests.admin_support import address, refused, said, save, sign_in, values_of
from tests.universe import Universe
from therapies.models import Agent, AgentName, Regimen, TherapyClass


@pytest.fixture
def curator(shared_universe: Universe) -> Client:
    """A browser of a curator in the universe."""
    return sign_in("curator")


def test_an_agent_is_added_with_its_names_and_targets(
    curator: Client, shared_universe: Universe
) -> None:
    target = next(iter(shared_universe.targets.values()))
    answer = save(
        curator,
        Agent,
        name="surufatinib",
        kind="SMALL_MOLECULE",
        drugbank_id="DB15106",
        **{
            "names-TOTAL_FORMS": "1", "names-0-name": "sulfatinib", "names-0-kind": "SYNONYM",
            "agent_targets-TOTAL_FORMS": "1", "agent_targets-0-target": str(target.pk),
            "agent_targets-0-action": "INHIBITOR", "agent_targets-0-source_text": "a paper",
        },
    )  # fmt: skip
    assert "was added successfully" in said(answer)
    agent = Agent.objects.get(name="surufatinib")
    assert sorted(agent.names.values_list("name", flat=True)) == ["sulfatinib", "surufatinib"]
    assert agent.agent_targets.get().target == target


def test_a_taken_name_is_refused_at_the_form_and_nothing_is_saved(curator: Client) -> None:
    agents = Agent.objects.count()
    answer = save(curator, Agent, name="YN-968 D1", kind="OTHER", drugbank_id="DB12345")
    assert "already a name of rivoceranib" in refused(answer)
    assert "success" not in said(answer)
    assert Agent.objects.count() == agents
    assert 'value="DB12345"' in answer.content.decode(), "what was typed is still there"


def test_a_refusal_in_an_inline_undoes_the_whole_form(curator: Client) -> None:
    agent = Agent.objects.get(name="regorafenib")
    answer = save(
        curator,
        Agent,
        agent.pk,
        description="New words.",
        **{"names-TOTAL_FORMS": "2", "names-1-name": "Apatinib", "names-1-kind": "BRAND"},
    )
    form = answer.context["inline_admin_formsets"][0].formset.forms[1]
    assert "already a name of rivoceranib" in str(form.errors)
    assert "success" not in said(answer)
    agent.refresh_from_db()
    assert agent.description == ""


def test_a_name_that_stands_twice_is_refused_at_its_row(curator: Client) -> None:
    agent = Agent.objects.get(name="rivoceranib")
    answer = save(curator, Agent, agent.pk, **{"names-0-name": "Apatinib"})
    assert "already among the names of rivoceranib" in refused(answer)


def test_an_impossible_identifier_is_refused_at_its_field(curator: Client) -> None:
    agent = Agent.objects.get(name="regorafenib")
    answer = save(curator, Agent, agent.pk, chembl_id="1946170")
    assert list(answer.context["adminform"].form.errors) == ["chembl_id"]
    assert "success" not in said(answer)


def test_a_slug_is_not_changed_by_a_forged_form(curator: Client) -> None:
    agent = Agent.objects.get(name="regorafenib")
    save(curator, Agent, agent.pk, slug="other", normalised="other", description="Seen.")
    agent.refresh_from_db()
    assert (agent.slug, agent.description) == ("regorafenib", "Seen.")


def test_a_saved_form_that_changed_nothing_leaves_no_history(curator: Client) -> None:
    agent = Agent.objects.get(name="rivoceranib")
    events = Agent.pgh_event_model.objects  # type: ignore[attr-defined]
    before = events.count()
    assert "changed successfully" in said(save(curator, Agent, agent.pk))
    assert events.count() == before


def test_the_history_says_who_when_and_what_in_words(curator: Client) -> None:
    person = User.objects.get(username="test-curator")
    User.objects.filter(pk=person.pk).update(first_name="Carol", last_name="Curator")
    agent = Agent.objects.get(name="rivoceranib")
    save(curator, Agent, agent.pk, kind="OTHER", **{"names-1-name": "Apatinib"})
    entries = curator.get(address(Agent, "history", agent.pk)).context["entries"]
    told = {
        (entry.actor, entry.what, change.label, change.old, change.new)
        for entry in entries
        for change in entry.changes
        if entry.actor == "Carol Curator"
    }
    assert ("Carol Curator", "changed", "kind", "small molecule", "other") in told
    assert any(what == "changed agent name" and new == "Apatinib" for _, what, _, _, new in told)
    page = curator.get(address(Agent, "history", agent.pk)).content.decode()
    assert f"{entries[0].at:%Y-%m-%d %H:%M}" in page


def test_a_class_moves_with_all_below_it_and_never_below_itself(curator: Client) -> None:
    parent, child = TherapyClass.objects.get(slug="targeted"), "vegfr-tki"
    other = TherapyClass.objects.get(slug="checkpoint")
    assert "success" in said(save(curator, TherapyClass, parent.pk, parent=str(other.pk)))
    assert TherapyClass.objects.get(slug=child).path == "checkpoint/targeted/vegfr-tki"
    answer = save(curator, TherapyClass, other.pk, parent=str(parent.pk))
    assert "cannot stand below" in refused(answer)
    assert "success" not in said(answer)


def test_agents_of_a_regimen_are_set_as_one_list(curator: Client) -> None:
    regimen = Regimen.objects.get(name="regorafenib")
    placebo = Agent.objects.get(name="placebo")
    given = {
        "regimen_agents-TOTAL_FORMS": "2", "regimen_agents-1-agent": str(placebo.pk),
        "regimen_agents-1-dose": "daily", "regimen_agents-1-position": "1",
    }  # fmt: skip
    assert "success" in said(save(curator, Regimen, regimen.pk, **given))
    assert [row.agent.name for row in regimen.regimen_agents.all()] == ["regorafenib", "placebo"]
    answer = save(curator, Regimen, regimen.pk, **{"regimen_agents-0-DELETE": "on"})
    assert "success" in said(answer)
    assert [row.agent.name for row in regimen.regimen_agents.all()] == ["placebo"]


def test_a_reviewer_reads_and_does_not_write(shared_universe: Universe) -> None:
    reviewer = sign_in("reviewer")
    agent = Agent.objects.get(name="regorafenib")
    page = address(Agent, "change", agent.pk)
    assert reviewer.get(page).status_code == 200
    assert reviewer.post(page, {"name": "x"}).status_code == 403
    assert reviewer.get(address(Agent, "add")).status_code == 403
    assert not AgentName.objects.filter(name="x").exists()


@pytest.mark.parametrize("term", ["yn968d1", "YN-968+D1", "apatinib"])
def test_agents_are_found_by_any_synonym_where_one_is_asked_for(curator: Client, term: str) -> None:
    query = f"?app_label=therapies&model_name=regimenagent&field_name=agent&term={term}"
    found = curator.get(f"/admin/autocomplete/{query}").json()["results"]
    assert [one["text"] for one in found] == ["rivoceranib"]
    assert values_of(curator, Agent)["slug"] == ""
