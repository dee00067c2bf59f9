"""More mechanism in the world of the tests, made through the services. All of it is invented.

* `up`       in mice, the pathway VEGFR2/STAT3/BCL-2 increases tumour growth
* `down`     in cell lines it decreases it
* `unseen`   in mice it was seen not to increase it
* `carried`  exosomes from tumour cells carry PD-L1 to T cells, through the pathway
* `blocks`   PD-L1 inhibits T cells, in patients' tissue
* `doubted`  a statement that KDR increases PD-L1, which its evidence does not support
"""

from __future__ import annotations

from typing import Any

from evidence.drafts import AssertionDraft, Draft, Entity, LocatorDraft
from evidence.models import EvidenceVersion
from tests.universe import NOW, Universe, publish
from therapies import services as therapy_services
from therapies.models import Target


def add_mechanism(world: Universe) -> dict[str, EvidenceVersion]:
    """The statements by name; new targets are added to those of the world."""
    for symbol, name, kind in (
        ("tumour growth", "tumour growth", "PROCESS"),
        ("tumour cell", "osteosarcoma cell", "CELL_POPULATION"),
        ("T cell", "CD8-positive T cell", "CELL_POPULATION"),
        ("exosome", "tumour-derived exosome", "VESICLE_COMPONENT"),
    ):
        world.targets[symbol] = therapy_services.create_target(
            symbol=symbol, name=name, kind=kind, by=world.alice, now=NOW
        )
    growth, pathway = at(world.targets["tumour growth"]), Entity("pathway", world.pathway.pk)
    exosome, pd_l1 = at(world.targets["exosome"]), at(world.targets["CD274"])
    t_cell, kdr = world.targets["T cell"], at(world.targets["KDR"])
    between: dict[str, Any] = {
        "carried_by_exosome": True,
        "donor_cell": world.targets["tumour cell"].pk,
        "recipient_cell": t_cell.pk,
        "pathway": world.pathway.pk,
        "context": "in culture",
    }
    return {
        "up": state(world, "In mice the pathway drives growth.", pathway, "INCREASES", growth),
        "down": state(
            world,
            "In cell lines the pathway holds growth back.",
            *(pathway, "DECREASES", growth),
            model_system="CELL_LINE",
        ),
        "unseen": state(
            world,
            "Without the pathway, growth in mice was as before.",
            *(pathway, "INCREASES", growth),
            is_negated=True,
        ),
        "carried": state(
            world,
            "Exosomes of tumour cells bring PD-L1 to T cells.",
            *(exosome, "CARRIES", pd_l1),
            model_system="CELL_LINE",
            **between,
        ),
        "blocks": state(
            world,
            "In tissue of patients PD-L1 goes with silent T cells.",
            *(pd_l1, "INHIBITS", at(t_cell)),
            model_system="PATIENT_TISSUE",
        ),
        "doubted": state(
            world,
            "VEGFR2 raises PD-L1.",
            *(kdr, "INCREASES", pd_l1),
            direction="DOES_NOT_SUPPORT",
        ),
    }


def at(target: Target) -> Entity:
    """A target as the end of an arrow."""
    return Entity("target", target.pk)


def state(
    world: Universe,
    statement: str,
    subject: Entity,
    relation: str,
    object_: Entity,
    *,
    model_system: str = "MOUSE",
    direction: str = "SUPPORTS",
    **more: Any,
) -> EvidenceVersion:
    """A published statement of level D with one arrow."""
    return publish(
        world, draft(world, statement, subject, relation, object_, model_system, direction, **more)
    )


def draft(
    world: Universe,
    statement: str,
    subject: Entity,
    relation: str,
    object_: Entity,
    model_system: str = "MOUSE",
    direction: str = "SUPPORTS",
    **more: Any,
) -> Draft:
    """A statement with one arrow, not yet anywhere."""
    source = world.sources["duffaud2019"]
    place = LocatorDraft(
        key="paper", source=source.pk, source_kind=source.kind, section="results", sentence=3
    )
    arrow = AssertionDraft(
        key="arrow",
        locator="paper",
        subject=subject,
        relation=relation,
        object=object_,
        model_system=model_system,
        **more,
    )
    return Draft(
        kind="MECHANISM",
        statement=statement,
        level="D",
        direction=direction,
        model_system=model_system,
        pathways=(world.pathway.pk,),
        locators=(place,),
        assertions=(arrow,),
    )
