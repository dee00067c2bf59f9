"""Published statements with response rates, added to the world of the tests through services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from evidence import services
from evidence.drafts import Draft, LocatorDraft, MeasurementDraft, PopulationDraft
from evidence.models import Measurement, Source
from tests.universe import NOW, Universe, publish
from therapies import services as therapies
from trials.models import Trial


def add_apatinib(world: Universe) -> None:
    """A second regimen of the same therapy class."""
    world.regimens["apatinib"] = therapies.create_regimen(
        name="apatinib",
        kind="SINGLE",
        parts=[therapies.RegimenPart(agent=world.agents["rivoceranib"])],
        by=world.alice,
        now=NOW,
    )


def add_source(world: Universe, slug: str, kind: str = "ARTICLE") -> Source:
    """A paper by a first author of the same name."""
    return services.create_source(
        slug=slug,
        kind=kind,
        title=f"Results of {slug}",
        first_author=slug.capitalize(),
        year=2020,
        pmid="",
        doi="",
        by=world.alice,
        now=NOW,
    )


def add_response(
    world: Universe,
    source: Source,
    events: int,
    n: int,
    *,
    regimen: str = "regorafenib",
    trial: Trial | None = None,
    has_regimen: bool = True,
    **given: Any,
) -> Measurement:
    """A published response rate of relapsed osteosarcoma."""
    agent = world.regimens[regimen].agents.get()
    share = round(Decimal(100 * events) / n, 2)
    number = {
        "endpoint": "ORR",
        "estimator": "CRUDE_PROPORTION",
        "unit": "PERCENT",
        "value_raw": f"{events}/{n} = {share}%",
        "value": share,
        "unit_raw": "%",
        "events": events,
        "n": n,
    }
    draft = Draft(
        kind="EFFICACY",
        statement=f"{events} of {n} patients responded to {regimen}.",
        level="B",
        direction="SUPPORTS",
        model_system="PATIENT",
        trials=(trial.pk,) if trial else (),
        regimens=(world.regimens[regimen].pk,),
        agents=(agent.pk,),
        locators=(
            LocatorDraft(key="paper", source=source.pk, source_kind=source.kind, table="Table 2"),
        ),
        populations=(
            PopulationDraft(
                key="all", label="All", n=n, scope="OSTEOSARCOMA_ONLY", setting="RELAPSE"
            ),
        ),
        measurements=(
            MeasurementDraft(
                key="orr",
                population="all",
                locator="paper",
                regimen=world.regimens[regimen].pk if has_regimen else None,
                trial=trial.pk if trial else None,
                **{**number, **given},
            ),
        ),
    )
    return publish(world, draft).measurements.get()


def add_three(world: Universe) -> list[Measurement]:
    """Three response rates of one therapy class that are alike."""
    add_apatinib(world)
    return [
        add_response(world, add_source(world, "adams"), 4, 30),
        add_response(world, add_source(world, "baker"), 9, 40, regimen="apatinib"),
        add_response(world, add_source(world, "clark"), 8, 35),
    ]
