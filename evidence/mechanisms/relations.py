"""What each relation of an arrow means, whether it raises or lowers, and what others call it.

The list is closed and short. Its meanings follow two languages of the field: BEL, the Biological
Expression Language (http://openbel.org/language/version_2.0/bel_specification_version_2.0.html),
and INDRA's statements (https://indra.readthedocs.io/en/latest/modules/statements.html). Where
neither has a term that means the same, there is none here.
"""

from __future__ import annotations

from dataclasses import dataclass

BEL = "http://openbel.org/language/version_2.0/bel_specification_version_2.0.html"
INDRA = "https://indra.readthedocs.io/en/latest/modules/statements.html"
RAISES, LOWERS, UNSIGNED = 1, -1, 0
MEMBER_OF = "MEMBER_OF"


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The same idea in another language of the field, and where that language defines it."""

    language: str
    term: str
    address: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """A relation: its words, its definition, and how it is to be read.

    `sign` is +1 where more of the subject means more of the object, -1 where it means less, 0 where
    the relation does not say. `directed` is False where subject and object may change places.
    """

    name: str
    says: str
    denies: str
    definition: str
    sign: int
    directed: bool
    counterparts: tuple[Counterpart, ...]


def _bel(term: str) -> Counterpart:
    return Counterpart("BEL", term, BEL)


def _indra(term: str) -> Counterpart:
    return Counterpart("INDRA", term, INDRA)


MEANINGS = (
    Meaning(
        "INCREASES",
        "increases",
        "does not increase",
        "More of the subject was seen to bring more of the object, or taking the subject away less "
        "of it: an amount, a number of cells, or how far a process goes.",
        RAISES,
        True,
        (_bel("increases"), _indra("IncreaseAmount")),
    ),
    Meaning(
        "DECREASES",
        "decreases",
        "does not decrease",
        "More of the subject was seen to bring less of the object, or taking the subject away more "
        "of it: an amount, a number of cells, or how far a process goes.",
        LOWERS,
        True,
        (_bel("decreases"), _indra("DecreaseAmount")),
    ),
    Meaning(
        "ACTIVATES",
        "activates",
        "does not activate",
        "The subject raises what the object does, such as a kinase's signalling or a cell's "
        "killing, whether or not there is more of it.",
        RAISES,
        True,
        (_bel("increases, of an activity()"), _indra("Activation")),
    ),
    Meaning(
        "INHIBITS",
        "inhibits",
        "does not inhibit",
        "The subject lowers what the object does, such as a kinase's signalling or a cell's "
        "killing, whether or not there is less of it.",
        LOWERS,
        True,
        (_bel("decreases, of an activity()"), _indra("Inhibition")),
    ),
    Meaning(
        "REGULATES",
        "regulates",
        "does not regulate",
        "The subject has an effect on the object, and the source does not say whether it raises or "
        "lowers it.",
        UNSIGNED,
        True,
        (_bel("regulates"),),
    ),
    Meaning(
        "BINDS",
        "binds",
        "does not bind",
        "Subject and object hold on to each other, as a ligand and its receptor do; what follows "
        "from it is another arrow.",
        UNSIGNED,
        False,
        (_bel("complexAbundance()"), _indra("Complex")),
    ),
    Meaning(
        "EXPRESSES",
        "expresses",
        "does not express",
        "The object was found made by, in or on the subject: a cell or a tissue.",
        UNSIGNED,
        True,
        (),
    ),
    Meaning(
        "CARRIES",
        "carries",
        "does not carry",
        "The object was found as cargo in or on the subject: an exosome or another vesicle.",
        UNSIGNED,
        True,
        (),
    ),
    Meaning(
        "SECRETES",
        "secretes",
        "does not secrete",
        "The subject, a cell, sends the object out of itself: a molecule or a vesicle.",
        UNSIGNED,
        True,
        (_bel("cellSecretion()"), _indra("Translocation, out of the cell")),
    ),
    Meaning(
        "POLARISES_TO",
        "polarises to",
        "does not polarise to",
        "The subject brings a cell to the state that the object names, or is such a cell and takes "
        "that state on, as a macrophage becomes M2.",
        UNSIGNED,
        True,
        (),
    ),
    Meaning(
        "DEVELOPS_INTO",
        "develops into",
        "does not develop into",
        "The subject, a cell, becomes the kind of cell that the object is.",
        UNSIGNED,
        True,
        (),
    ),
    Meaning(
        "TARGETS",
        "targets",
        "does not target",
        "The subject is made to act on the object, or is found to; how is told beside it.",
        UNSIGNED,
        True,
        (),
    ),
    Meaning(
        "CORRELATES_WITH",
        "correlates with",
        "does not correlate with",
        "Subject and object were seen to rise, fall or occur together; neither is said to be the "
        "cause.",
        UNSIGNED,
        False,
        (_bel("positiveCorrelation, negativeCorrelation or association"), _indra("Association")),
    ),
)
MEMBERSHIP = Meaning(
    MEMBER_OF,
    "is a member of",
    "is not a member of",
    "The subject is a part of the pathway: no finding of its own, but on record with a source.",
    UNSIGNED,
    True,
    (),
)
BY_NAME = {one.name: one for one in (*MEANINGS, MEMBERSHIP)}


def meaning_of(relation: str) -> Meaning:
    """What a relation means. Raises KeyError for a name that is none."""
    return BY_NAME[relation]


def sign_of(relation: str) -> int:
    """+1 raises, -1 lowers, 0 neither is said."""
    return BY_NAME[relation].sign
