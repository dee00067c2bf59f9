"""Every registry-owned field through a real sync: one change each, by the record that brought it;
and what differs in format only is no news."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.registry import Store
from tests.trials.services.conftest import Sync
from trials.models import RegistryRecord, Trial, TrialChange
from trials.reconcile import COLLECTION_KINDS, FIELD_KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_words")]
NUMBER = "NCT90000002"
ID, STATUS = "identificationModule", "statusModule"
DESIGN, WHO = "designModule", "eligibilityModule"
SPONSORS = "sponsorCollaboratorsModule"
# The registry's place of each field, below `protocolSection`, and a value no made record has.
PLACES: dict[str, tuple[str, Any]] = {
    "brief_title": (f"{ID}.briefTitle", "Another brief title of osteosarcoma"),
    "official_title": (f"{ID}.officialTitle", "Another official title"),
    "acronym": (f"{ID}.acronym", "ANOTHER"),
    "brief_summary": ("descriptionModule.briefSummary", "Another summary."),
    "lead_sponsor": (f"{SPONSORS}.leadSponsor.name", "Another sponsor"),
    "lead_sponsor_class": (f"{SPONSORS}.leadSponsor.class", "NIH"),
    "collaborators": (f"{SPONSORS}.collaborators", [{"name": "Another", "class": "OTHER"}]),
    "study_type": (f"{DESIGN}.studyType", "OBSERVATIONAL"),
    "phases": (f"{DESIGN}.phases", ["PHASE4"]),
    "allocation": (f"{DESIGN}.designInfo.allocation", "NON_RANDOMIZED"),
    "intervention_model": (f"{DESIGN}.designInfo.interventionModel", "CROSSOVER"),
    "masking": (f"{DESIGN}.designInfo.maskingInfo.masking", "QUADRUPLE"),
    "primary_purpose": (f"{DESIGN}.designInfo.primaryPurpose", "PREVENTION"),
    "status": (f"{STATUS}.overallStatus", "SUSPENDED"),
    "last_known_status": (f"{STATUS}.lastKnownStatus", "NOT_YET_RECRUITING"),
    "why_stopped": (f"{STATUS}.whyStopped", "Another reason"),
    "enrolment_count": (f"{DESIGN}.enrollmentInfo.count", 9999),
    "enrolment_type": (f"{DESIGN}.enrollmentInfo.type", None),
    "start_date": (f"{STATUS}.startDateStruct.date", "2001-01"),
    "start_date_type": (f"{STATUS}.startDateStruct.type", None),
    "primary_completion_date": (f"{STATUS}.primaryCompletionDateStruct.date", "2031-01"),
    "primary_completion_date_type": (f"{STATUS}.primaryCompletionDateStruct.type", None),
    "completion_date": (f"{STATUS}.completionDateStruct.date", "2032-01"),
    "completion_date_type": (f"{STATUS}.completionDateStruct.type", None),
    "status_verified_date": (f"{STATUS}.statusVerifiedDate", "2001-01"),
    "first_posted_date": (f"{STATUS}.studyFirstPostDateStruct.date", "2001-01-02"),
    "last_update_posted_date": (f"{STATUS}.lastUpdatePostDateStruct.date", "2001-01-03"),
    "results_first_posted_date": (
        f"{STATUS}.resultsFirstPostDateStruct",
        {"date": "2001-01-04", "type": "ACTUAL"},
    ),
    "has_results": ("", None),
    "minimum_age": (f"{WHO}.minimumAge", "3 Years"),
    "maximum_age": (f"{WHO}.maximumAge", "99 Years"),
    "sex": (f"{WHO}.sex", "FEMALE"),
    "healthy_volunteers": (f"{WHO}.healthyVolunteers", True),
    "eligibility_criteria": (f"{WHO}.eligibilityCriteria", "Other criteria"),
    "keywords": ("conditionsModule.keywords", ["another"]),
    "conditions": ("conditionsModule.conditions.0", "Osteosarcoma of another kind"),
    "arms": ("armsInterventionsModule.armGroups.0.description", "Another description"),
    "interventions": ("armsInterventionsModule.interventions.0.description", "Another"),
    "outcomes": ("outcomesModule.primaryOutcomes.0.measure", "Another measure"),
    "sites": ("contactsLocationsModule.locations.0.facility", "Another hospital"),
    "references": ("referencesModule.references.0.pmid", "12345"),
    "countries": ("contactsLocationsModule.locations.0.country", "Iceland"),
}
# What the registry cannot change without changing this too.
COMPANIONS = {
    "status": {"status_raw"},
    "minimum_age": {"minimum_age_years"},
    "maximum_age": {"maximum_age_years"},
    "countries": {"sites"},
}


def alter(store: Store, name: str) -> None:
    """Change one field of the record, as an amendment would."""
    if name == "has_results":
        store.change(NUMBER, lambda record: record.update(hasResults=not record["hasResults"]))
    else:
        path, value = PLACES[name]
        store.set(NUMBER, f"protocolSection.{path}", value)


def test_every_field_and_collection_is_walked() -> None:
    companions = set().union(*COMPANIONS.values())
    assert set(PLACES) | companions == set(FIELD_KINDS) | set(COLLECTION_KINDS)


def test_every_field_that_changes_is_one_change_by_the_record_that_brought_it(
    sync: Sync, store: Store
) -> None:
    sync(ids=[NUMBER])
    for name in PLACES:
        before = set(TrialChange.objects.values_list("pk", flat=True))
        alter(store, name)
        run = sync(ids=[NUMBER])
        new = list(TrialChange.objects.exclude(pk__in=before))
        assert sorted(one.field for one in new) == sorted({name} | COMPANIONS.get(name, set()))
        brought = RegistryRecord.objects.filter(registry_id=NUMBER).latest("pk")
        for one in new:
            assert (one.record, one.run) == (brought, run), name
            assert one.kind == (FIELD_KINDS | COLLECTION_KINDS)[one.field]
            assert one.effective_date == brought.registry_date
            assert one.old != one.new
        if name in FIELD_KINDS:
            told = next(one.new for one in new if one.field == name)
            shown = getattr(Trial.objects.get(identifiers__value=NUMBER), name)
            assert str(told) == str(shown), name
        else:
            [one] = [one for one in new if one.field == name]
            assert isinstance(one.new, list) and len(one.new) == 1, name


def shuffled(*path: str) -> Callable[[dict[str, Any]], None]:
    """Turn a list of the record round."""

    def apply(record: dict[str, Any]) -> None:
        part: Any = record["protocolSection"]
        for name in path:
            part = part[int(name)] if isinstance(part, list) else part[name]
        part.reverse()

    return apply


def reworded(module: str, field: str, old: str, new: str) -> Callable[[dict[str, Any]], None]:
    def apply(record: dict[str, Any]) -> None:
        part = record["protocolSection"][module]
        assert old in part[field]
        part[field] = part[field].replace(old, new)

    return apply


def moved(record: dict[str, Any]) -> None:
    for place in record["protocolSection"]["contactsLocationsModule"]["locations"]:
        place["geoPoint"] = {"lat": 1.5, "lon": 2.5}


FORMAT_ONLY: dict[str, Callable[[dict[str, Any]], None]] = {
    "geo points": moved,
    "list marks": reworded("eligibilityModule", "eligibilityCriteria", "* ", "  *  "),
    "escapes": reworded("descriptionModule", "briefSummary", "5 \\< 10", "5 < 10"),
    "bold": reworded("eligibilityModule", "eligibilityCriteria", "Inclusion", "**Inclusion**"),
    "line ends": reworded("eligibilityModule", "eligibilityCriteria", "\n\n", "\r\n\n \n"),
    "hard spaces": reworded("identificationModule", "officialTitle", " ", "\u00a0"),
    "keywords": shuffled("conditionsModule", "keywords"),
    "conditions": shuffled("conditionsModule", "conditions"),
    "phases": shuffled("designModule", "phases"),
    "collaborators": shuffled("sponsorCollaboratorsModule", "collaborators"),
    "places": shuffled("contactsLocationsModule", "locations"),
    "references": shuffled("referencesModule", "references"),
    "arms": shuffled("armsInterventionsModule", "armGroups"),
    "interventions": shuffled("armsInterventionsModule", "interventions"),
    "arms of an intervention": shuffled(
        "armsInterventionsModule", "interventions", "0", "armGroupLabels"
    ),
    "outcomes": shuffled("outcomesModule", "secondaryOutcomes"),
}


def enrich(record: dict[str, Any]) -> None:
    """Two of everything that can stand in another order."""
    protocol = record["protocolSection"]
    protocol["conditionsModule"]["conditions"] = ["Osteosarcoma", "Ewing Sarcoma"]
    protocol["designModule"]["phases"] = ["PHASE1", "PHASE2"]
    names = ({"name": name, "class": "OTHER"} for name in ("One", "Other"))
    protocol["sponsorCollaboratorsModule"]["collaborators"] = list(names)
    protocol["referencesModule"]["references"] = [{"pmid": "11"}, {"pmid": "22"}]
    places = protocol["contactsLocationsModule"]["locations"]
    places.append(places[0] | {"facility": "Second hospital"})
    arms = [{"label": label, "type": "EXPERIMENTAL"} for label in ("A", "B")]
    given = [
        {"type": "DRUG", "name": name, "armGroupLabels": ["A", "B"]} for name in ("One", "Other")
    ]
    protocol["armsInterventionsModule"] = {"armGroups": arms, "interventions": given}


def test_what_differs_in_format_only_is_no_news(sync: Sync, store: Store) -> None:
    store.change(NUMBER, enrich)
    sync(ids=[NUMBER])
    before = TrialChange.objects.count()
    for name, change in FORMAT_ONLY.items():
        store.change(NUMBER, change)
        run = sync(ids=[NUMBER])
        assert run.failure_count == 0
        assert TrialChange.objects.count() == before, name
        assert (run.changed_count, run.unchanged_count) == (0, 1), name


def test_another_order_is_shown_though_it_is_no_news(sync: Sync, store: Store) -> None:
    store.change(NUMBER, enrich)
    sync(ids=[NUMBER])
    for name in ("arms", "interventions", "outcomes", "conditions"):
        store.change(NUMBER, FORMAT_ONLY[name])
    sync(ids=[NUMBER])
    trial = Trial.objects.get(identifiers__value=NUMBER)
    assert list(trial.arms.values_list("label", flat=True)) == ["B", "A"]
    assert list(trial.interventions.values_list("name", flat=True)) == ["Other", "One"]
    secondary = trial.outcomes.filter(kind="SECONDARY").values_list("measure", flat=True)
    assert list(secondary) == ["Adverse events", "Overall survival"]
