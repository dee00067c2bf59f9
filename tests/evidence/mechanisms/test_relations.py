"""Relations: every one has a meaning, and the words are those of the model."""

from __future__ import annotations

from evidence.mechanisms.parts import PRECLINICAL
from evidence.mechanisms.relations import MEANINGS, MEMBER_OF, meaning_of, sign_of
from evidence.models import ModelSystem, Relation


def test_every_relation_of_the_model_has_a_meaning_and_no_other_has() -> None:
    assert [one.name for one in MEANINGS] == Relation.values


def test_the_words_are_the_labels_of_the_model() -> None:
    assert [one.says for one in MEANINGS] == [str(label) for label in Relation.labels]


def test_a_definition_is_a_sentence_and_no_two_are_the_same() -> None:
    definitions = [one.definition for one in MEANINGS]
    assert all(text[0].isupper() and text.endswith(".") for text in definitions)
    assert len(set(definitions)) == len(definitions)


def test_only_four_relations_have_a_sign() -> None:
    signs = {one.name: one.sign for one in MEANINGS if one.sign}
    assert signs == {"INCREASES": 1, "ACTIVATES": 1, "DECREASES": -1, "INHIBITS": -1}
    assert sign_of(MEMBER_OF) == 0


def test_what_has_no_direction_is_told() -> None:
    assert {one.name for one in MEANINGS if not one.directed} == {"BINDS", "CORRELATES_WITH"}
    assert all(meaning_of(name).directed for name in ("INCREASES", "TARGETS", MEMBER_OF))


def test_a_counterpart_says_where_it_is_defined() -> None:
    for one in MEANINGS:
        for other in one.counterparts:
            assert other.language in ("BEL", "INDRA")
            assert other.address.startswith("http")
            assert other.term


def test_what_is_preclinical_are_model_systems_without_a_patient() -> None:
    assert set(ModelSystem.values) > PRECLINICAL
    assert not PRECLINICAL & {ModelSystem.PATIENT, ModelSystem.PATIENT_TISSUE}
