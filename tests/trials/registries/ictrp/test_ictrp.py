"""WHO's export: XML and CSV say the same, each registry's forms are read, nothing is guessed."""

from __future__ import annotations

import io
import random
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry import ictrp as made
from trials.registries.base import MalformedRecord, MalformedResponse, ParsedTrial, RawRecord
from trials.registries.files import opened
from trials.registries.ictrp.adapter import IctrpAdapter

ADAPTER = IctrpAdapter()


def read(data: bytes) -> list[Any]:
    return list(ADAPTER.records(io.BytesIO(data)))


def parsed(record: made.Record) -> ParsedTrial:
    return ADAPTER.parse(ADAPTER.clean(orjson.dumps(record)))


@pytest.mark.parametrize("write", [made.as_xml, made.as_csv])
def test_every_record_arrives_under_the_registry_that_issued_it(write: Any) -> None:
    cuts = read(write(made.RECORDS))
    assert [(one.registry, one.registry_id) for one in cuts] == [
        ("ChiCTR", "ChiCTR2299900001"),
        ("EUCTR", "2099-000001-11"),
        ("NCT", "NCT99900001"),
        ("JPRN", "jRCTs999990001"),
    ]


def test_xml_and_csv_of_one_trial_are_the_same() -> None:
    for one, other in zip(
        read(made.as_xml(made.RECORDS)), read(made.as_csv(made.RECORDS)), strict=True
    ):
        assert ADAPTER.content_hash(one.body) == ADAPTER.content_hash(other.body)
        assert ADAPTER.parse(ADAPTER.clean(one.body)) == ADAPTER.parse(ADAPTER.clean(other.body))


def test_a_chinese_record_in_full() -> None:
    trial = parsed(made.CHICTR)
    fields = trial.fields
    assert (fields.status, fields.status_raw) == ("recruiting", "Recruiting")
    assert (fields.first_posted_date, fields.start_date) == ("2022-03-01", "2022-04-01")
    assert (fields.enrolment_count, fields.enrolment_type) == (58, "ESTIMATED")
    assert (fields.minimum_age_years, fields.maximum_age_years) == ("12.000", "60.000")
    assert (fields.phases, fields.countries, fields.sex) == (("PHASE2",), ("CN",), "ALL")
    assert trial.registry_date == "2024-06-03"
    assert trial.conditions == ("Osteosarcoma", "Bone tumour")
    assert [arm.label for arm in trial.arms] == ["Apatinib group", "Control group"]
    assert [(one.name, one.arm_labels) for one in trial.interventions] == [
        ("apatinib 500 mg daily", ("Apatinib group",)),
        ("best supportive care", ("Control group",)),
    ]
    assert [one.measure for one in trial.outcomes] == [
        "Progression-free survival",
        "Overall survival",
    ]
    assert trial.problems == ()


def test_a_european_record_in_full() -> None:
    trial = parsed(made.EUROPEAN)
    assert trial.identifiers[0].raw == "EUCTR2099-000001-11-FR"
    assert (trial.fields.status, trial.fields.status_raw) == ("other", "Authorised")
    assert trial.fields.phases == ("PHASE2", "PHASE3")
    assert trial.fields.sex == "FEMALE"
    assert trial.fields.start_date == "2020-03-05"
    assert trial.conditions == ("Osteosarcoma", "Bone sarcoma")
    assert [(one.name, one.other_names) for one in trial.interventions] == [
        ("REGORAFENIB", ("Inventivar",)),
        ("Placebo", ()),
    ]
    (outcome,) = trial.outcomes
    assert (outcome.measure, outcome.time_frame) == ("PFS; by RECIST", "8 weeks")
    assert trial.problems == ()


def test_an_american_record_in_the_terms_of_its_registry() -> None:
    trial = parsed(made.AMERICAN)
    fields = trial.fields
    assert (fields.start_date, fields.enrolment_count) == ("2020-01", 500)
    assert (fields.allocation, fields.intervention_model) == ("RANDOMIZED", "PARALLEL")
    assert (fields.primary_purpose, fields.masking) == ("TREATMENT", "DOUBLE")
    assert (fields.status, fields.countries) == ("not_recruiting", ("KR", "US"))
    assert (fields.minimum_age_years, fields.maximum_age) == ("0.500", "")
    assert [(one.intervention_type, one.name) for one in trial.interventions] == [
        ("DRUG", "apatinib, 500 mg;given daily"),
        ("PROCEDURE", "Surgery"),
    ]
    assert trial.outcomes[0].time_frame == "Time Frame: 4 months"
    assert trial.problems == ()


def test_a_text_with_a_semicolon_stays_whole_where_the_form_is_not_known() -> None:
    trial = parsed(made.JAPANESE)
    assert [one.name for one in trial.interventions] == ["oral administration; of something"]
    assert (trial.fields.minimum_age_years, trial.fields.maximum_age) == ("20.000", "")


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("Recruitment_Status", "Dancing", "UNMAPPED_STATUS"),
        ("Phase", "0", "UNMAPPED_PHASE"),
        ("Countries", "China;Atlantis", "UNMAPPED_COUNTRY"),
        ("Study_type", "Diagnostic test", "UNMAPPED_VALUE"),
        ("Inclusion_agemax", "??", "SUSPICIOUS_VALUE"),
        ("Target_size", "Group A; Group B:1300;", "SUSPICIOUS_VALUE"),
        ("Date_enrollement", "soon", "SUSPICIOUS_VALUE"),
    ],
)
def test_what_no_table_knows_is_listed_and_not_guessed(field: str, value: str, kind: str) -> None:
    trial = parsed(made.trial(**{field: value}))
    assert [(one.kind, one.path) for one in trial.problems] == [(kind, field)]
    assert field != "Recruitment_Status" or trial.fields.status == "other"


def test_no_contact_person_is_kept() -> None:
    kept = orjson.dumps(ADAPTER.clean(orjson.dumps(made.CHICTR))).decode()
    for word in ("Contact_", "Example Street", "example.org", "Person", "000 000"):
        assert word not in kept


def test_when_and_in_what_order_who_copied_is_no_news() -> None:
    before = ADAPTER.content_hash(orjson.dumps(made.CHICTR))
    same = made.trial(
        Export_date="1/1/2025", Last_Refreshed_on="1 January 2025",
        Condition="Bone tumour;Osteosarcoma;Osteosarcoma", Contact_Tel="1",
        Public_title=made.CHICTR["Public_title"].replace(" ", "  "),
    )  # fmt: skip
    assert ADAPTER.content_hash(orjson.dumps(same)) == before
    news = made.trial(Recruitment_Status="Not Recruiting")
    assert ADAPTER.content_hash(orjson.dumps(news)) != before


def test_a_later_copy_is_the_newer_edition() -> None:
    assert ADAPTER.edition(made.trial(Last_Refreshed_on="3 June 2024")) < ADAPTER.edition(
        made.trial(Last_Refreshed_on="17 June 2024")
    )


def test_one_broken_xml_record_costs_only_itself() -> None:
    data = made.as_xml(made.many(5)).replace(b"<Phase>2</Phase>", b"<Phase>2</Phas>", 1)
    cuts = read(data)
    assert [isinstance(one, MalformedRecord) for one in cuts] == [True, False, False, False, False]
    assert cuts[0].registry_id == "ChiCTR2300000000"
    assert "mismatched tag" in str(cuts[0])
    assert cuts[0].path.startswith("line")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b'"Osteosarcoma;Bone tumour', b"Osteosarcoma;Bone tumour"),
        (b"\xff\xfeOsteosarcoma", b"Osteosarcoma"),
        (b"Osteosarcoma,one,cell,more", b"Osteosarcoma"),
    ],
)
def test_one_broken_csv_row_costs_only_itself(broken: bytes, reason: bytes) -> None:
    lines = made.as_csv(made.many(6)).split(b"\r\n")
    for row in (2, 5):
        lines[row] = lines[row].replace(reason, broken, 1)
    cuts = read(b"\r\n".join(lines))
    bad = [one for one in cuts if isinstance(one, MalformedRecord)]
    good = [one.registry_id for one in cuts if not isinstance(one, MalformedRecord)]
    assert good == [f"ChiCTR230000000{n}" for n in (0, 2, 3, 5)]
    assert [one.registry_id for one in bad] == ["ChiCTR2300000001", "ChiCTR2300000004"]
    assert all(one.path for one in bad)


def test_a_record_without_a_number_is_named_as_such() -> None:
    cuts = read(made.as_xml([made.trial(TrialID="42"), made.trial(TrialID=""), made.CHICTR]))
    assert [str(one) for one in cuts[:2]] == [
        "'42' is no registry number",
        "the record has no TrialID",
    ]
    assert isinstance(cuts[2], RawRecord)
    with pytest.raises(MalformedRecord, match="no registry number"):
        ADAPTER.parse({"TrialID": "42"})


@pytest.mark.parametrize("data", [b"", b"a,b\r\n1,2\r\n", b"<html></html>", b"\x00" * 50])
def test_a_file_that_is_no_export_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedResponse):
        read(data)


@pytest.mark.parametrize("write", [made.as_xml, made.as_csv])
def test_a_file_cut_off_anywhere_gives_its_whole_records(write: Any) -> None:
    data = write(made.many(20))
    chance = random.Random(1)  # noqa: S311 - the same places again
    for _time in range(30):
        cut = chance.randrange(len(data) // 4, len(data))
        cuts = read(data[:cut])
        whole = [one for one in cuts if not isinstance(one, MalformedRecord)]
        assert len(whole) >= data[:cut].count(b"ChiCTR23") - 2
        assert len(cuts) - len(whole) <= 1


@given(st.dictionaries(st.sampled_from(sorted(made.CHICTR)), st.text(max_size=80)))
def test_any_text_in_any_field_is_read_or_listed(changes: made.Record) -> None:
    try:
        trial = parsed({**made.CHICTR, **changes})
    except MalformedRecord as error:
        assert error.path == "TrialID"
        return
    assert len(trial.fields.brief_title) <= 600
    assert all(len(one.name) <= 400 for one in trial.interventions)


def test_memory_does_not_grow_with_the_number_of_records() -> None:
    def peak(count: int) -> int:
        class Growing(io.RawIOBase):
            """A file that is written while it is read."""

            def __init__(self) -> None:
                self.source: Iterator[bytes] = made.xml_pieces(made.many(count))

            def read(self, size: int = -1, /) -> bytes:
                return next(self.source, b"")

        tracemalloc.start()
        assert sum(1 for _one in ADAPTER.records(Growing())) == count
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    peak(10)
    assert peak(3000) < peak(300) + 300_000


@pytest.mark.parametrize("name", ["export.xml.gz", "export.csv.gz"])
def test_all_real_records_parse_and_the_share_with_unmapped_values_is_told(
    name: str, registry_samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(registry_samples / "ictrp" / name) as stream:
        cuts = list(ADAPTER.records(stream))
    trials = [ADAPTER.parse(ADAPTER.clean(one.body)) for one in cuts if isinstance(one, RawRecord)]
    assert len(trials) == len(cuts) > 200
    listed = Counter((one.path, one.value[:60]) for trial in trials for one in trial.problems)
    touched = sum(bool(trial.problems) for trial in trials)
    with capsys.disabled():
        words = "\n".join(f"  {path}: {value} ({n})" for (path, value), n in listed.items())
        print(f"\n{touched} of {len(trials)} real records of {name} hold one:\n{words}")  # noqa: T201
    assert all(trial.fields.status != "other" or trial.fields.status_raw for trial in trials)
    assert not any(one.kind == "UNMAPPED_STATUS" for trial in trials for one in trial.problems)
