"""Template words: status pills, glossary terms, "not reported", numbers and dates for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from evidence.models import DiscrepancySide, EvidenceVersion, Locator, Source
from evidence.querysets import READABLE
from osteodb.website import glossary, number_words, words
from osteodb.website.looks import STATUS_LOOKS
from osteodb.website.pages.compare import Side
from osteodb.website.pages.compare_facts import Line, Row
from osteodb.website.pages.facets import FacetValue
from therapies.models import Agent, AgentKind, AgentName, TargetName
from trials.models import Phase, RegistryRecord, Trial, TrialAgent, TrialIdentifier, TrialStatus
from trials.registries.identifiers import display
from trials.staleness import stale_reasons

register = template.Library()
CHOSEN = mark_safe(' aria-current="true"')


@register.simple_tag
@lru_cache(maxsize=20_000)
def url(name: str, *parts: str | int) -> str:
    """The address of a page, in place of Django's own tag: worked out once, for a list has many."""
    return reverse(name, args=parts)


@register.simple_tag
@lru_cache(maxsize=2000, typed=True)
def status_pill(status: str, raw: str) -> SafeString:
    """A status with its symbol; the words are always there.

    Without a raw status nobody has said anything: that is not the registry's word "unknown".
    """
    symbol, look = STATUS_LOOKS.get(status, ("?", "unclear"))
    label = dict(TrialStatus.choices).get(status, status)
    if status == TrialStatus.UNKNOWN and not raw:
        label = "None seen"
    return format_html(
        '<span class="pill pill-{}"><span aria-hidden="true">{}</span>{}</span>',
        look,
        symbol,
        label,
    )


@register.simple_tag
def stale_mark(trial: Trial, today: dt.date) -> SafeString | str:
    """That a trial may be out of date, and why, in few words; nothing where nothing says so."""
    reasons = "; ".join(one.words for one in stale_reasons(trial, today=today))
    if not reasons:
        return ""
    return format_html(
        '<span class="sub stale"><span aria-hidden="true">⚠</span> '
        '<span class="visually-hidden">May be out of date: </span>{}</span>',
        reasons,
    )


@register.simple_tag
def retraction_mark(source: Source) -> SafeString | str:
    """What is known against a source, by sign and word; nothing where nothing is."""
    words_for_it = number_words.retraction(source)
    if not words_for_it:
        return ""
    return format_html(
        '<span class="disputed"><span aria-hidden="true">⚠</span> {}</span> ', words_for_it
    )


@register.simple_tag
@lru_cache(maxsize=2000, typed=True)
def level_mark(level: str) -> SafeString:
    """An evidence level as a letter that says what it means, and leads to where more is said."""
    return format_html(
        '<a class="term" href="{}#level-{}"><abbr class="level level-{}" title="Level {}: {}">'
        "{}</abbr></a>",
        glossary.PAGE,
        level.lower(),
        level,
        level,
        glossary.meaning(f"LEVEL_{level}"),
        level,
    )


@register.simple_tag
@lru_cache(maxsize=2000, typed=True)
def permalink(anchor: str) -> SafeString:
    """A permanent link to a part of a page, for its heading."""
    label = f"Permanent link to {anchor.replace('-', ' ')}"
    return format_html(' <a class="permalink" href="#{}" aria-label="{}">¶</a>', anchor, label)


@register.simple_tag
@lru_cache(maxsize=2000, typed=True)
def term(key: str, word: str = "") -> SafeString | str:
    """A word with its meaning from the glossary: a link, so that touch and keyboard reach it."""
    known = glossary.help_on(key, word)
    if known is None:
        return word or key
    return format_html(
        '<a class="term" href="{}"><abbr title="{}">{}</abbr></a>',
        known.url,
        known.meaning,
        known.word,
    )


@register.simple_tag
def facet_values(values: Sequence[FacetValue]) -> SafeString:
    """The values of a facet, each a link that chooses it or takes it back. Written here and not in
    a template, for a list page has a hundred of them."""
    return format_html_join(
        "\n          ",
        '<li><a href="{}"\n  id="{}"\n  rel="nofollow"{}><span class="depth-{}">{}</span>'
        '<span class="count">{}</span></a></li>',
        (
            (one.url, one.key, CHOSEN if one.selected else "", one.depth, one.label, one.count)
            for one in values
        ),
    )


@register.filter
def reported(value: Any) -> Any:
    """The value, or "not reported" where there is none. Zero is a value."""
    if value is None or value == "" or value == []:
        return format_html('<span class="none">{}</span>', words.NOT_REPORTED)
    return value


@register.filter
def number(value: int) -> str:
    """A count with its thousands apart."""
    return f"{value:,}"


@register.filter
def counted(number: int, noun: str) -> str:
    """ "12 trials"."""
    return words.counted(number, noun)


@register.filter
def plural(noun: str) -> str:
    """ "trials"."""
    return words.plural(noun)


@register.filter
def day(moment: dt.datetime | dt.date | None) -> str:
    """A day in ISO form, the one that nobody misreads."""
    return "" if moment is None else f"{moment:%Y-%m-%d}"


@register.filter
def minute(moment: dt.datetime | None) -> str:
    """A moment to the minute, in UTC."""
    return "" if moment is None else f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


@register.filter
def code_words(code: str) -> str:
    """A registry's code in words."""
    return words.code_in_words(code)


@register.filter
def phase_words(phases: list[str]) -> str:
    """ "Phase 2, Phase 3"."""
    labels = dict(Phase.choices)
    return ", ".join(str(labels.get(one, one)) for one in phases)


@register.filter
def distinct_agents(ties: list[TrialAgent]) -> list[Agent]:
    """The agents of a trial, each once however many arms give it; placebo last."""
    agents = {one.agent_id: one.agent for one in ties}
    return sorted(agents.values(), key=lambda agent: agent.kind == AgentKind.PLACEBO)


@register.filter
def names_but(names: Sequence[AgentName | TargetName], known: str) -> str:
    """Names in one line, without the one that is known already."""
    return ", ".join(one.name for one in names if one.name != known)


@register.filter
def version_behind(side: DiscrepancySide) -> EvidenceVersion | None:
    """The statement that a side of a disagreement stands in, or that its number belongs to; none
    where readers may not open it, as a draft."""
    number = side.measurement or side.comparison
    version = side.version or (number.version if number else None)
    return version if version and version.state in READABLE else None


@register.simple_tag
def trial_name(trial: Trial, number: str = "", length: int = 0) -> SafeString | str:
    """A trial's title with its acronym in front, once; its number where no source gives a title.

    With a `length`, the title is cut to so many characters.
    """
    numbers = getattr(trial, "shown_numbers", None) or []
    if trial.title == trial.public_id:
        known_as = number or (number_shown(numbers[0]) if numbers else trial.public_id)
        return format_html('<b>{}</b> <span class="none">no title seen</span>', known_as)
    acronym, title = words.with_acronym(trial.acronym, trial.title)
    title = Truncator(title).chars(length) if length else title
    return format_html("<b>{}</b> {}", acronym, title) if acronym else title


@register.filter
def number_shown(identifier: TrialIdentifier | RegistryRecord) -> str:
    """A registry number in its public form."""
    if isinstance(identifier, RegistryRecord):
        return display(identifier.registry, identifier.registry_id)
    return display(identifier.registry, identifier.value)


@register.filter
def place_words(locator: Locator) -> str:
    """Where in a source; a bare address is told by its host."""
    return words.place_in_words(locator.place, locator.url)


@register.filter
def beside(row: Row, sides: Sequence[Side]) -> list[tuple[Side, list[Line]]]:
    """The cells of a row of compared trials, each with the trial it belongs to."""
    return list(zip(sides, row.cells, strict=True))
