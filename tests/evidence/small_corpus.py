"""A corpus of a few lines, for tests of what the loader does rather than of what we ship."""

from __future__ import annotations

from pathlib import Path

from evidence.corpus.reading import FILES as NAMES
from evidence.corpus.reading import KINDS

FILES = {
    "sources": """
- key: paper
  kind: ARTICLE
  title: A trial of alphanib
  first_author: Able A
  year: 2020
  pmid: "1"
  trials: [alpha]
- key: review
  kind: REVIEW
  title: A review
  links: [{kind: REPORTS, to: paper}]
""",
    "therapy_classes": "- {key: tki, name: TKI}\n- {key: vegfr, name: VEGFR TKI, parent: tki}\n",
    "agents": """
- key: alphanib
  name: alphanib
  name_kind: INN
  kind: SMALL_MOLECULE
  classes: [vegfr]
  identifiers: [{scheme: DRUGBANK, value: DB00001, source: paper}]
  names: [{name: ALF-1, kind: CODE, source: paper}]
  cited: [{source: paper, section: title}]
""",
    "targets": """
- key: kdr
  symbol: KDR
  name: kinase insert domain receptor
  kind: RECEPTOR
  names: [VEGFR2]
  identifier_source: paper
  cited: [{source: review, section: "1", sentence: 2}]
""",
    "agent_targets": """
- {agent: alphanib, target: kdr, action: INHIBITOR, cited: {source: paper, section: title}}
""",
    "pathways": """
- key: vegf
  name: VEGF
  names: [VEGFR2]
  cited: {source: review, section: "1", sentence: 2}
  members: [{target: kdr, role: receptor, cited: {source: review, section: "1", sentence: 2}}]
""",
    "conditions": "- {key: osteosarcoma, name: Osteosarcoma}\n",
    "regimens": "- {key: alphanib, name: Alphanib, kind: SINGLE, agents: [{agent: alphanib}]}\n",
    "trials": """
- key: alpha
  inclusion_reason: Osteosarcoma only.
  identifiers: [{registry: NCT, value: NCT01234567, kind: PRIMARY, source: paper}]
  agents: [{agent: alphanib, role: EXPERIMENTAL}]
  conditions: [{name: Osteosarcoma, condition: osteosarcoma}]
  records:
    - key: page
      of: {registry: NCT, value: NCT01234567}
      source: paper
      as_of: "2020-05"
      fields: {brief_title: Alphanib in osteosarcoma, status: recruiting, minimum_age: 12 Years}
""",
    "evidence": """
- key: alpha
  kind: EFFICACY
  level: B
  direction: SUPPORTS
  model_system: PATIENT
  statement: Half of ten responded.
  trials: [alpha]
  regimens: [alphanib]
  locators: [{key: abstract, source: paper, section: abstract}]
  populations: [{key: all, label: All, n: 10, scope: OSTEOSARCOMA_ONLY, setting: RELAPSE}]
  measurements:
    - key: orr
      endpoint: ORR
      estimator: CRUDE_PROPORTION
      value_raw: 5/10 = 50%
      value: 50
      unit: PERCENT
      events: 5
      n: 10
""",
    "benchmarks": "- {key: orr, name: Response, measurement: alpha/orr}\n",
    "discrepancies": """
- key: alpha
  kind: REVIEW_PAPER
  title: Half or all
  sides:
    - {says: Half, source: paper, measurement: alpha/orr}
    - {says: All, source: review, place: "1, sentence 3", is_disputed: true}
""",
}


def write_corpus(folder: Path, **changes: str) -> Path:
    """Write the small corpus; `changes` give other text for a file."""
    for name in (name for kind in KINDS for name in NAMES[kind]):
        text = changes.get(name, FILES.get(name, "[]\n"))
        (folder / f"{name}.yaml").write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


def changed(kind: str, old: str, new: str) -> dict[str, str]:
    """One file of the small corpus with one piece of its text replaced."""
    assert old in FILES[kind]
    return {kind: FILES[kind].replace(old, new)}
