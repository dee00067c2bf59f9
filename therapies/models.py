"""What can be given, and what it hits."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from osteodb.core.fields import Cited, full_text
from osteodb.core.merged import MergeableQuerySet, TieQuerySet


@pghistory.track()
class TherapyClass(models.Model):
    """A kind of treatment in a tree: immune checkpoint inhibition → anti-PD-1.

    `path` is the slugs from the root joined by "/", kept by the service that moves a class, so that
    "this class and all below it" is one prefix match.
    """

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=400, unique=True, editable=False)
    definition = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order among its siblings.")

    class Meta:
        ordering = ["path"]
        verbose_name_plural = "therapy classes"
        constraints = [
            models.CheckConstraint(name="therapyclass_not_own_parent", condition=~Q(parent=F("id")))
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """0 for a root class."""
        return self.path.count("/")


class AgentKind(models.TextChoices):
    """What an agent is made of."""

    SMALL_MOLECULE = "SMALL_MOLECULE", "small molecule"
    ANTIBODY = "ANTIBODY", "antibody"
    PROTEIN = "PROTEIN", "protein or peptide"
    CELL_THERAPY = "CELL_THERAPY", "cell therapy"
    VACCINE = "VACCINE", "vaccine"
    OLIGONUCLEOTIDE = "OLIGONUCLEOTIDE", "oligonucleotide"
    GENE_THERAPY = "GENE_THERAPY", "gene therapy"
    ENGINEERED_VESICLE = "ENGINEERED_VESICLE", "engineered vesicle"
    LIPOSOMAL = "LIPOSOMAL", "liposomal immunomodulator"
    PROCEDURE = "PROCEDURE", "procedure"
    PLACEBO = "PLACEBO", "placebo"
    DRUG_CLASS = "DRUG_CLASS", "drug class, not one agent"
    OTHER = "OTHER", "other"


@pghistory.track(exclude=["search"])
class Agent(Cited):
    """One thing that can be given: a drug, a cell product, a vaccine, a vesicle.

    `name` is the INN where there is one. Identifiers that no source gives stay empty; the source of
    those given stands in the cited fields. Other names are `AgentName` rows.
    """

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=20, choices=AgentKind.choices)
    description = models.TextField(blank=True)
    therapy_classes = models.ManyToManyField(TherapyClass, blank=True, related_name="agents")
    chembl_id = models.CharField("ChEMBL", max_length=20, blank=True)
    ncit_id = models.CharField("NCIt", max_length=20, blank=True)
    drugbank_id = models.CharField("DrugBank", max_length=20, blank=True)
    chebi_id = models.CharField("ChEBI", max_length=20, blank=True)
    mesh_id = models.CharField("MeSH", max_length=20, blank=True)
    rxcui = models.CharField("RxCUI", max_length=20, blank=True)
    note = models.TextField(blank=True, help_text="A curator's remark, such as a mapping conflict.")
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="absorbed",
        help_text="The row it was found to be the same as; its address leads there.",
    )
    search = full_text(A=["name"], B=["description"])

    objects = MergeableQuerySet["Agent"].as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=[field],
                name=f"agent_{field}_unique",
                condition=~Q(**{field: ""}),
            )
            for field in ("chembl_id", "drugbank_id", "ncit_id")
        ]
        indexes = [GinIndex(fields=["search"], name="agent_search")]

    def __str__(self) -> str:
        return self.name


class AgentNameKind(models.TextChoices):
    """What kind of name it is."""

    INN = "INN", "international nonproprietary name"
    SYNONYM = "SYNONYM", "synonym"
    CODE = "CODE", "development code"
    BRAND = "BRAND", "brand name"
    ABBREVIATION = "ABBREVIATION", "abbreviation"


@pghistory.track()
class AgentName(Cited):
    """A name an agent goes by. Unique in its normal form: one name opens one page."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=160)
    normalised = models.CharField(max_length=160, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=AgentNameKind.choices)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="agentname_not_empty", condition=~Q(normalised=""))
        ]
        indexes = [
            GinIndex(fields=["normalised"], opclasses=["gin_trgm_ops"], name="agentname_trgm")
        ]

    def __str__(self) -> str:
        return self.name


class TargetKind(models.TextChoices):
    """What a target or mechanism entity is."""

    PROTEIN = "PROTEIN", "protein"
    RECEPTOR = "RECEPTOR", "receptor"
    GLYCOLIPID = "GLYCOLIPID", "glycolipid"
    MICRORNA = "MICRORNA", "microRNA"
    GENE = "GENE", "gene"
    CELL_POPULATION = "CELL_POPULATION", "cell population"
    VESICLE_COMPONENT = "VESICLE_COMPONENT", "vesicle or vesicle component"
    METABOLITE = "METABOLITE", "metabolite or ion"
    COMPLEX = "COMPLEX", "complex or family"
    PROCESS = "PROCESS", "process"
    OTHER = "OTHER", "other"


@pghistory.track(exclude=["search"])
class Target(Cited):
    """Something a therapy hits or a mechanism involves; a gene product, a cell, a vesicle part.

    `symbol` is HGNC's where there is a gene, else the field's own short name.
    """

    slug = models.SlugField(max_length=80, unique=True)
    symbol = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=TargetKind.choices)
    description = models.TextField(blank=True)
    hgnc_id = models.CharField("HGNC", max_length=20, blank=True)
    uniprot_id = models.CharField("UniProt", max_length=20, blank=True)
    ncbi_gene_id = models.CharField("NCBI Gene", max_length=20, blank=True)
    ensembl_id = models.CharField("Ensembl", max_length=20, blank=True)
    mirbase_id = models.CharField("miRBase", max_length=20, blank=True)
    cell_ontology_id = models.CharField("Cell Ontology", max_length=20, blank=True)
    note = models.TextField(blank=True, help_text="A curator's judgement and its reason.")
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="absorbed",
        help_text="The row it was found to be the same as; its address leads there.",
    )
    search = full_text(A=["symbol", "name"], B=["description"])

    objects = MergeableQuerySet["Target"].as_manager()

    class Meta:
        ordering = ["symbol"]
        constraints = [
            models.UniqueConstraint(
                fields=["hgnc_id"], name="target_hgnc_unique", condition=~Q(hgnc_id="")
            )
        ]
        indexes = [GinIndex(fields=["search"], name="target_search")]

    def __str__(self) -> str:
        return self.symbol


@pghistory.track()
class TargetName(Cited):
    """Another name of a target. HGNC's own aliases overlap, so a name may open a choice."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=200)
    normalised = models.CharField(max_length=200, editable=False)

    objects = TieQuerySet["TargetName"].as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "normalised"], name="targetname_unique_per_target"
            ),
            models.CheckConstraint(name="targetname_not_empty", condition=~Q(normalised="")),
        ]
        indexes = [
            GinIndex(
                fields=["normalised"],
                opclasses=["gin_trgm_ops"],
                name="targetname_trgm",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TargetAction(models.TextChoices):
    """What an agent does to its target."""

    INHIBITOR = "INHIBITOR", "inhibitor"
    BLOCKER = "BLOCKER", "blocking antibody"
    AGONIST = "AGONIST", "agonist"
    BINDER = "BINDER", "binding antibody"
    CAR_DIRECTED = "CAR_DIRECTED", "CAR directed at"
    SILENCER = "SILENCER", "silencer"
    REPLACEMENT = "REPLACEMENT", "replacement or delivery"
    VACCINE_ANTIGEN = "VACCINE_ANTIGEN", "vaccine against"
    NEUTRALISER = "NEUTRALISER", "neutraliser"
    OTHER = "OTHER", "other"


@pghistory.track()
class AgentTarget(Cited):
    """That an agent acts on a target, how, and who says so."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="agent_targets")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="agent_targets")
    action = models.CharField(max_length=16, choices=TargetAction.choices)
    locator = models.CharField(
        max_length=200,
        blank=True,
        help_text='Where in the source, such as "4.4, sentence 6".',
    )

    objects = TieQuerySet["AgentTarget"].as_manager()

    class Meta:
        ordering = ["agent__name", "target__symbol"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "target", "action"], name="agenttarget_unique"
            ),
            models.CheckConstraint(name="agenttarget_has_source", condition=~Q(source_text="")),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.get_action_display()} {self.target}"


@pghistory.track()
class Pathway(Cited):
    """A signalling pathway, such as Wnt/β-catenin."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160, unique=True)
    names = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    description = models.TextField(blank=True)
    targets = models.ManyToManyField(Target, through="PathwayMember", related_name="pathways")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class PathwayMember(Cited):
    """A target's place in a pathway, with the source of that statement."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="members")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=120, blank=True)
    locator = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pathway__name", "target__symbol"]
        constraints = [
            models.UniqueConstraint(fields=["pathway", "target"], name="pathwaymember_unique")
        ]

    def __str__(self) -> str:
        return f"{self.target} in {self.pathway}"


class RegimenKind(models.TextChoices):
    """How the agents of a regimen belong together."""

    SINGLE = "SINGLE", "single agent"
    COMBINATION = "COMBINATION", "combination"
    SEQUENCE = "SEQUENCE", "sequence"
    ALTERNATIVE = "ALTERNATIVE", "alternatives"


@pghistory.track()
class Regimen(models.Model):
    """What is given together: one agent, a combination, a sequence or alternatives."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=12, choices=RegimenKind.choices)
    description = models.TextField(blank=True)
    agents = models.ManyToManyField(Agent, through="RegimenAgent", related_name="regimens")
    therapy_classes = models.ManyToManyField(TherapyClass, blank=True, related_name="regimens")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class RegimenAgent(models.Model):
    """One agent's place in a regimen, with the dose where a source gives one."""

    regimen = models.ForeignKey(Regimen, on_delete=models.PROTECT, related_name="regimen_agents")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="regimen_agents")
    position = models.PositiveSmallIntegerField(default=0)
    dose = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["regimen", "position"]
        constraints = [
            models.UniqueConstraint(fields=["regimen", "agent"], name="regimenagent_unique")
        ]

    def __str__(self) -> str:
        return f"{self.agent} in {self.regimen}"
