"""Patients are counted once: subgroups, and several reports of a trial or of the same patients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evidence.synthesis.numbers import COMPARISON, LeftOut, Number, Reason

SHARED = ("SAME_TRIAL", "OVERLAPPING_PATIENTS", "ABSTRACT_OF", "REPORTS")  # links that tie patients
Link = tuple[int, int, str]
Node = tuple[str, int]
SOURCE_RANK = ("ARTICLE", "REGISTRY", "ABSTRACT", "GUIDELINE", "DATABASE", "OTHER", "NEWS")


def cohorts(numbers: Sequence[Number], links: Iterable[Link]) -> dict[int, Node]:
    """For each number, by its pk, the patients it may share: one trial, or sources tied together.

    Links between sources join them; where both sides name a trial and not the same one, only
    "shares patients with" does.
    """
    parents: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        while (above := parents.setdefault(node, node)) != node:
            node = above
        return node

    nodes: dict[int, set[Node]] = {}
    for one in numbers:
        nodes.setdefault(one.source, set()).add(_node(one))
    for first, second, kind in links:
        for left in nodes.get(first, ()):
            for right in nodes.get(second, ()):
                apart = left[0] == right[0] == "trial" and kind != "OVERLAPPING_PATIENTS"
                if kind in SHARED and not apart:
                    low, high = sorted((root(left), root(right)))
                    parents[high] = low
    return {one.pk: root(_node(one)) for one in numbers}


def _node(one: Number) -> Node:
    return ("source", one.source) if one.trial is None else ("trial", one.trial)


def once(
    numbers: Sequence[Number], cohort_of: dict[int, Node]
) -> tuple[list[Number], list[LeftOut]]:
    """The numbers whose patients are not in another one of them; the others with the reason.

    Of two reports of the same patients the one with more patients stays, then the higher level,
    then the paper before the abstract before the news, then the later one.
    """
    kept: list[Number] = []
    left_out: list[LeftOut] = []
    for one in sorted(numbers, key=_fuller):
        other = next((each for each in kept if same_patients(one, each, cohort_of)), None)
        if other is None:
            kept.append(one)
        elif other.population in one.ancestors:
            says = f"A part of the patients of {other.label}, who are in already."
            left_out.append(LeftOut(one, Reason.SUBGROUP, says))
        else:
            says = f"It may hold patients of {other.label}, who are in already."
            left_out.append(LeftOut(one, Reason.SAME_PATIENTS, says))
    return sorted(kept, key=lambda one: (one.label, one.pk)), left_out


def same_patients(one: Number, other: Number, cohort_of: dict[int, Node]) -> bool:
    """Whether two numbers may hold the same patients; where it cannot be told, they may.

    Of one trial, or of tied sources, only arms that are named and differ are other patients: by
    regimen, or within one statement by arm. Two comparisons of a trial share its control arm.
    """
    if cohort_of[one.pk] != cohort_of[other.pk]:
        return False
    if one.kind == COMPARISON:
        return True
    if one.version == other.version and _nested(one, other):
        return True
    if one.regimen and other.regimen and one.regimen != other.regimen:
        return False
    is_other_arm = one.arm and other.arm and one.arm.casefold() != other.arm.casefold()
    return not (is_other_arm and one.version == other.version)


def _nested(one: Number, other: Number) -> bool:
    return (
        one.population == other.population
        or one.population in other.ancestors
        or other.population in one.ancestors
    ) and one.arm.casefold() == other.arm.casefold()


def _fuller(one: Number) -> tuple[object, ...]:
    """The order of preference: fuller, better evidenced, nearer to the source, later."""
    rank = SOURCE_RANK.index(one.source_kind) if one.source_kind in SOURCE_RANK else 99
    return (
        len(one.ancestors),
        -(one.n or one.population_n or 0),
        one.level or "Z",
        rank,
        -(one.year or 0),
        one.pk,
    )
