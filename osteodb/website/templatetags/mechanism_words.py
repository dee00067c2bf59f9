"""Template words of the pages about mechanisms: what an arrow does, and in what it was seen."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evidence.mechanisms.contradictions import Contradiction
from evidence.mechanisms.parts import AGAINST, Edge, Node
from evidence.mechanisms.relations import Meaning, meaning_of
from evidence.models import ModelSystem

register = template.Library()

SIGNS = {1: ("▲", "up"), -1: ("▼", "down"), 0: ("→", "plain")}
BOTH_WAYS = "↔"
SIGN_WORDS = {1: "raises", -1: "lowers", 0: "no sign"}
ROLE_WORDS = {
    "SUBJECT": "What it does",
    "OBJECT": "What is done to it, or leads to it",
    "DONOR": "Where it is the cell that gives",
    "RECIPIENT": "Where it is the cell that takes up",
    "PATHWAY": "What goes through it",
}
CLAIMS = {"RAISES": "raises or activates", "LOWERS": "lowers or inhibits"}


@register.simple_tag
def does(edge: Edge) -> SafeString:
    """What an arrow says, its sign as a symbol beside the words; a denial has its own.

    The words are always there: neither symbol nor colour carries anything alone.
    """
    return _does(edge.relation, edge.is_negated, edge.sign, edge.stance)


@lru_cache(maxsize=2000)
def _does(relation: str, is_negated: bool, sign: int, stance: str) -> SafeString:
    meaning = meaning_of(relation)
    words = meaning.denies if is_negated else meaning.says
    symbol, look = SIGNS[sign] if meaning.directed else (BOTH_WAYS, "plain")
    if stance == AGAINST:
        symbol, look = "✕", "not"
    return format_html(
        '<span class="does does-{}" title="{}"><span aria-hidden="true">{}</span> {}</span>',
        look,
        meaning.definition,
        symbol,
        words,
    )


@register.filter
def entity_url(node: Node) -> str:
    """The page of an entity."""
    return f"/{node.kind}s/{node.slug}/"


@register.filter
def seen_in(edge: Edge) -> str:
    """In whom or what an arrow was seen, in words; empty for what is no finding."""
    if not edge.model_system:
        return ""
    return str(dict(ModelSystem.choices)[edge.model_system])


@register.filter
def sign_words(meaning: Meaning) -> str:
    """ "raises", "lowers"."""
    return SIGN_WORDS[meaning.sign]


@register.filter
def sign_mark(meaning: Meaning) -> str:
    """The symbol that stands beside a relation's words."""
    return SIGNS[meaning.sign][0] if meaning.directed else BOTH_WAYS


@register.filter
def role_words(role: str) -> str:
    """The part an entity plays, as a heading."""
    return ROLE_WORDS[role]


@register.filter
def claim_words(one: Contradiction) -> str:
    """What the supporting side of a contradiction says: "raises or activates"."""
    return CLAIMS.get(one.claim) or meaning_of(one.claim).says


@register.filter
def denial_words(one: Contradiction) -> str:
    """What the opposing side says."""
    if one.claim in CLAIMS:
        other = CLAIMS["LOWERS" if one.claim == "RAISES" else "RAISES"]
        return f"{other}, or was not seen to {'raise' if one.claim == 'RAISES' else 'lower'}"
    return meaning_of(one.claim).denies
