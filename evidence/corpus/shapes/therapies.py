"""Entries on what can be given and what it hits."""

from __future__ import annotations

from evidence.corpus.shapes.common import (
    CITATIONS,
    CITATIONS_NEEDED,
    CITED,
    KEY,
    NOTE,
    one_of,
    refs,
)
from evidence.corpus.specs import (
    Choice,
    Many,
    Ref,
    Shape,
    Text,
    Whole,
)
from therapies.models import AgentKind, AgentNameKind, RegimenKind, TargetAction, TargetKind

AGENT_SCHEMES = ("CHEMBL", "NCIT", "DRUGBANK", "CHEBI", "MESH", "RXCUI")
TARGET_SCHEMES = ("HGNC", "UNIPROT", "NCBI_GENE", "ENSEMBL", "MIRBASE", "CELL_ONTOLOGY")
THERAPY_CLASS = Shape(
    fields={
        "key": KEY,
        "name": Text(required=True, longest=160),
        "parent": Ref(kind="therapy_classes"),
        "position": Whole(default=0),
        "definition": NOTE,
        "cited": CITATIONS,
    }
)
AGENT = Shape(
    fields={
        "key": KEY,
        "name": Text(required=True, longest=160),
        "name_kind": one_of(AgentNameKind, required=True),
        "kind": one_of(AgentKind, required=True),
        "classes": refs("therapy_classes"),
        "identifiers": Many(
            item=Shape(
                fields={
                    "scheme": Choice(values=AGENT_SCHEMES, required=True),
                    "value": Text(required=True, longest=20),
                    "source": Ref(kind="sources", required=True),
                }
            )
        ),
        "names": Many(
            item=Shape(
                fields={
                    "name": Text(required=True, longest=160),
                    "kind": one_of(AgentNameKind, required=True),
                    "source": Ref(kind="sources", required=True),
                }
            )
        ),
        "description": NOTE,
        "cited": CITATIONS_NEEDED,
        "note": NOTE,
    }
)
TARGET = Shape(
    fields={
        "key": KEY,
        "symbol": Text(required=True, longest=60),
        "name": Text(required=True, longest=200),
        "kind": one_of(TargetKind, required=True),
        "identifiers": Shape(fields={scheme: Text(longest=20) for scheme in TARGET_SCHEMES}),
        "identifier_source": Ref(kind="sources"),
        "names": Many(item=Text(longest=200)),
        "review_names": Many(item=Text(longest=200)),
        "description": NOTE,
        "cited": CITATIONS_NEEDED,
        "note": NOTE,
    }
)
AGENT_TARGET = Shape(
    fields={
        "agent": Ref(kind="agents", required=True),
        "target": Ref(kind="targets", required=True),
        "action": one_of(TargetAction, required=True),
        "cited": CITED,
    }
)
PATHWAY = Shape(
    fields={
        "key": KEY,
        "name": Text(required=True, longest=160),
        "names": Many(item=Text(longest=160)),
        "description": NOTE,
        "cited": CITED,
        "members": Many(
            item=Shape(
                fields={
                    "target": Ref(kind="targets", required=True),
                    "role": Text(longest=120),
                    "cited": CITED,
                }
            ),
            required=True,
        ),
    }
)
CONDITION = Shape(
    fields={
        "key": KEY,
        "name": Text(required=True, longest=160),
        "mesh_id": Text(longest=20),
        "parent": Ref(kind="conditions"),
        "names": Many(item=Text(longest=200)),
    }
)
REGIMEN = Shape(
    fields={
        "key": KEY,
        "name": Text(required=True, longest=200),
        "kind": one_of(RegimenKind, required=True),
        "classes": refs("therapy_classes"),
        "agents": Many(
            item=Shape(
                fields={"agent": Ref(kind="agents", required=True), "dose": Text(longest=200)}
            ),
            least=1,
            required=True,
        ),
        "description": NOTE,
    }
)
