"""Template words: status pills, glossary terms, "not reported", numbers and dates for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from osteodb.website import glossary, words
from therapies.models import Agent, AgentKind, AgentName, TargetName
from trials.models import Phase, TrialAgent, TrialStatus

register = template.Library()

# Symbol and colour group of each status: the symbol carries the meaning where colour does not.
STATUS_LOOKS: dict[str, tuple[str, str]] = {
    "not_yet_recruiting": ("○", "open"),
    "recruiting": ("●", "open"),
    "enrolling_by_invitation": ("●", "open"),
    "active_not_recruiting": ("◐", "going"),
    "not_recruiting": ("◐", "going"),
    "suspended": ("‖", "stopped"),
    "completed": ("✓", "done"),
    "terminated": ("✕", "stopped"),
    "withdrawn": ("✕", "stopped"),
    "available": ("●", "open"),
    "no_longer_available": ("✕", "stopped"),
    "temporarily_not_available": ("‖", "stopped"),
    "approved_for_marketing": ("✓", "done"),
    "withheld": ("?", "unclear"),
    "unknown": ("?", "unclear"),
    "other": ("?", "unclear"),
}


@register.simple_tag
def status_pill(status: str) -> SafeString:
    """A status with its symbol; the words are always there."""
    symbol, look = STATUS_LOOKS.get(status, ("?", "unclear"))
    label = dict(TrialStatus.choices).get(status, status)
    return format_html(
        '<span class="pill pill-{}"><span aria-hidden="true">{}</span>{}</span>',
        look,
        symbol,
        label,
    )


@register.simple_tag
def level_mark(level: str) -> SafeString:
    """An evidence level as a letter that says what it means."""
    return format_html(
        '<abbr class="level level-{}" title="Level {}: {}">{}</abbr>',
        level,
        level,
        glossary.meaning(f"LEVEL_{level}"),
        level,
    )


@register.simple_tag
def term(key: str, word: str = "") -> SafeString | str:
    """A word with its meaning from the glossary."""
    known = glossary.BY_KEY.get(key)
    if known is None:
        return word or key
    return format_html('<abbr title="{}">{}</abbr>', known.meaning, word or known.word)


@register.filter
def reported(value: Any) -> Any:
    """The value, or "not reported" where there is none. Zero is a value."""
    if value is None or value == "" or value == []:
        return format_html('<span class="none">{}</span>', words.NOT_REPORTED)
    return value


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
def other_names(agent: Agent) -> str:
    """What else an agent is called, from the names that were fetched with it."""
    return names_but(list(agent.names.all()), agent.name)


@register.filter
def names_but(names: Sequence[AgentName | TargetName], known: str) -> str:
    """Names in one line, without the one that is known already."""
    return ", ".join(one.name for one in names if one.name != known)
