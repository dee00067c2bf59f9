"""The cells of a posted outcome measure as measurements. Pure.

A figure is taken as posted or not at all. "NA" is no number, and only its comment may say that a
median was not reached. A percentage outside 0 to 100 keeps its words and loses its number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from evidence.drafts import MeasurementDraft
from evidence.registry_results import numbers
from evidence.registry_results.context import LABEL, NOTE, Context, cut, sentences
from evidence.registry_results.endpoints import SHARES, SURVIVAL, TIMES, LeftOut
from trials.registries.results import PostedCell, PostedGroup, PostedOutcome

RECIST_CLASS = re.compile(
    r"(?i)\s*(?:(?:confirmed |best )?(?:complete|partial)(?: tumou?r)?(?: response| remission)?s?|"
    r"CR|PR|SD|PD|NE|NA|iCR|iPR|iSD|u?PR|(?:stable|progressi(?:ve|on)|progressed)(?: disease)?|"
    r"minor response|(?:not|non|in|un)[ -]?(?:evalu\w+|assess\w+|available|done|known)|unknown|"
    r"missing|no response|non[ -]?responders?)\s*(?:\([^()]*\)|[-:] .*)?\s*"
)
THE_SHARE = re.compile(
    r"(?i)\b(?:objective|overall) response|\b(?:ORR|DCR)\b|disease control|^responders?$|"
    r"\byes\b|\bCR ?(?:\+|or|and|/) ?PR\b|complete (?:response )?(?:\+|or|and) partial"
)
NOT_THE_SHARE = re.compile(r"(?i)\bno\b|\bnon|\bnot\b|without|progress|^stable")
OF_A_LIMIT = re.compile(r"(?i)\b(?:upper|lower|limits?|bounds?|CI|UCL|LCL|confidence)\b")
KAPLAN_MEIER = re.compile(r"(?i)kaplan|product[ -]limit")
MEANS = frozenset({"MEAN"})


@dataclass(frozen=True, slots=True)
class Measured:
    """What a table gave: measurements in its order and what was passed over.

    `groups` and `titles` say for each measurement its group's id and the class it stood in.
    """

    measurements: tuple[MeasurementDraft, ...]
    groups: tuple[str, ...]
    titles: tuple[str, ...]
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """How the figures of a table were made, and the unit they are kept in."""

    estimator: str
    unit: str
    is_proportion: bool = False
    time: numbers.Time | None = None


def measure(outcome: PostedOutcome, endpoint: str, context: Context) -> Measured | LeftOut:
    """Every figure of the endpoint in the outcome's table, or why none is taken."""
    if outcome.reporting_status != "POSTED":
        return LeftOut("Listed by the registry, its results not posted yet.")
    if not outcome.cells:
        return LeftOut("Posted without any figure.")
    if outcome.units_analysed and not numbers.PEOPLE.fullmatch(outcome.units_analysed):
        return LeftOut(f"Counted in {outcome.units_analysed}, not in participants.")
    taken = _cells_of(outcome, endpoint)
    if isinstance(taken, LeftOut):
        return taken
    method = method_of(outcome, endpoint)
    if isinstance(method, LeftOut):
        return method
    return _measured(outcome, endpoint, method, taken, context)


def _measured(
    outcome: PostedOutcome,
    endpoint: str,
    method: Method,
    cells: Sequence[PostedCell],
    context: Context,
) -> Measured | LeftOut:
    groups = {group.id: group for group in outcome.groups}
    filled = [one for one in cells if one.group_id in groups and not _is_empty(one)]
    if not filled:
        return LeftOut("Nobody was analysed.")
    made = []
    for position, cell in enumerate(filled, 1):
        own = _method_at(method, cell, outcome)
        if isinstance(own, LeftOut):
            return own
        shell = _shell(outcome, endpoint, own, cell, groups[cell.group_id], context)
        shell = replace(shell, key=f"measurement-{position}")
        valued = _with_interval(_with_value(shell, cell, own), cell, outcome, own)
        made.append(replace(valued, note=cut(valued.note, NOTE)))
    passed = [_title(one) for one in outcome.cells if one not in cells and _title(one)]
    return Measured(
        measurements=tuple(made),
        groups=tuple(one.group_id for one in filled),
        titles=tuple(map(_title, filled)),
        passed_over=tuple(dict.fromkeys(passed)),
    )


def _is_empty(cell: PostedCell) -> bool:
    """A group that nobody was in, or a cell that nothing was said about."""
    return cell.analysed == "0" or not (cell.value or cell.comment)


def _title(cell: PostedCell) -> str:
    return ", ".join(part for part in (cell.class_title, cell.category_title) if part)


# --- Which cells ----------------------------------------------------------------------------------


def _cells_of(outcome: PostedOutcome, endpoint: str) -> tuple[PostedCell, ...] | LeftOut:
    """The cells that hold the endpoint itself, not a class of response beside it."""
    if endpoint not in SHARES:
        titles = {one.category_title for one in outcome.cells}
        if len(titles) > 1:
            return LeftOut("Posted by category; which of them is the endpoint is for a person.")
        return outcome.cells
    open_to_doubt = [one for one in outcome.cells if not _is_a_class(one)]
    if not open_to_doubt:
        return LeftOut("Posted by class of response (CR, PR, SD, PD); their sum was not posted.")
    titles = {one.category_title for one in open_to_doubt}
    if len(titles) == 1 and len(open_to_doubt) == len(outcome.cells):
        return outcome.cells
    named = tuple(one for one in open_to_doubt if _is_the_share(one.category_title))
    if named and len({one.category_title.casefold() for one in named}) <= _classes(named):
        return named
    return LeftOut("Posted by category; which of them is the endpoint is for a person.")


def _classes(cells: Sequence[PostedCell]) -> int:
    return len({one.class_title for one in cells})


def _is_a_class(cell: PostedCell) -> bool:
    return any(
        title and RECIST_CLASS.fullmatch(title) for title in (cell.class_title, cell.category_title)
    )


def _is_the_share(title: str) -> bool:
    return bool(THE_SHARE.search(title)) and not NOT_THE_SHARE.search(title)


# --- How it was made ------------------------------------------------------------------------------


def method_of(outcome: PostedOutcome, endpoint: str) -> Method | LeftOut:
    """Estimator and unit of a table, as its words say; never more than they say."""
    unit = numbers.unit_of(outcome.unit)
    if not unit:
        return LeftOut(f"The unit “{outcome.unit}” is none that the endpoint is counted in.")
    if unit in ("PERCENT", "PROPORTION"):
        return _share_method(outcome, endpoint, unit)
    if unit == "COUNT":
        if endpoint in SHARES:
            return Method("CRUDE_PROPORTION", "COUNT")
        return LeftOut("A count of people: not said whether with the event or free of it.")
    if endpoint not in TIMES:
        return LeftOut("A time, where a share of patients is expected.")
    return _time_method(outcome, unit)


def _time_method(outcome: PostedOutcome, unit: str) -> Method | LeftOut:
    if outcome.param_type == "MEDIAN":
        return Method("MEDIAN", unit)
    if outcome.param_type in MEANS:
        return Method("MEAN", unit)
    if outcome.param_type == "NUMBER" and re.search(r"(?i)\bmedian\b", outcome.title):
        return Method("MEDIAN", unit)
    return LeftOut("A time, of which it is not said that it is a median.")


def _share_method(outcome: PostedOutcome, endpoint: str, unit: str) -> Method | LeftOut:
    proportion = unit == "PROPORTION"
    if outcome.param_type not in ("NUMBER", "COUNT_OF_PARTICIPANTS"):
        return LeftOut(f"A share of patients posted as {outcome.param_type.lower() or 'nothing'}.")
    if endpoint in SHARES:
        return Method("CRUDE_PROPORTION", "PERCENT", proportion)
    if endpoint not in SURVIVAL:
        return LeftOut("A share of patients, where a time is expected.")
    when = numbers.time_point(outcome.title) or numbers.whole_time(outcome.time_frame)
    words = f"{outcome.title} {outcome.description} {outcome.unit}"
    by = "KAPLAN_MEIER_RATE" if KAPLAN_MEIER.search(words) else "RATE_UNSPECIFIED"
    return Method(by, "PERCENT", proportion, when)


def _method_at(method: Method, cell: PostedCell, outcome: PostedOutcome) -> Method | LeftOut:
    """The method with the time that the cell's own class or category names."""
    if method.estimator not in ("KAPLAN_MEIER_RATE", "RATE_UNSPECIFIED"):
        return method
    titles = (cell.class_title, cell.category_title)
    own = numbers.time_point(*titles) or next(filter(None, map(numbers.whole_time, titles)), None)
    if own is not None:
        return replace(method, time=own)
    if method.estimator == "KAPLAN_MEIER_RATE" and method.time is None:
        return LeftOut("A Kaplan–Meier rate without saying at which one time.")
    return method


# --- One cell -------------------------------------------------------------------------------------


def _shell(
    outcome: PostedOutcome,
    endpoint: str,
    method: Method,
    cell: PostedCell,
    group: PostedGroup,
    context: Context,
) -> MeasurementDraft:
    """A measurement that says about what and whom, before its figure."""
    when = method.time
    where = f"Class as posted: {_title(cell)}" if _title(cell) else ""
    frame = f"Time frame as posted: {outcome.time_frame}" if outcome.time_frame else ""
    return MeasurementDraft(
        key="",
        population=population_key(outcome, group.id),
        locator="locator-1",
        endpoint=endpoint,
        estimator=method.estimator,
        unit=method.unit,
        unit_raw=cut(outcome.unit, 60),
        state="NOT_REPORTED",
        trial=context.trial,
        arm=context.arms.get(group.title),
        arm_label=cut(group.title, LABEL),
        endpoint_name=cut(outcome.title, LABEL),
        time_point=when.amount if when else None,
        time_point_unit=when.unit if when else "",
        n=numbers.count(cell.analysed),
        note=sentences(where, frame),
    )


def population_key(outcome: PostedOutcome, group_id: str) -> str:
    """The key of the population that is a group of the outcome."""
    at = next(place for place, group in enumerate(outcome.groups, 1) if group.id == group_id)
    return f"population-{at}"


def _with_value(shell: MeasurementDraft, cell: PostedCell, method: Method) -> MeasurementDraft:
    """The figure as printed, and as a number where it is one and may be one."""
    shell = replace(shell, value_raw=cut(cell.value, 120), state_note=cut(cell.comment, 300))
    if numbers.is_absent(cell.value):
        said = cell.comment or "Posted without a number and without a comment."
        return replace(shell, state=_absent_state(cell.comment), state_note=cut(said, 300))
    value = _scaled(numbers.number(cell.value), method)
    doubt = _doubt(value, method, shell.n)
    if doubt:
        return replace(shell, state_note=cut(sentences(doubt, cell.comment), 300))
    shell = replace(shell, state="REPORTED", value=value)
    if method.unit == "COUNT" and shell.n is not None and value is not None:
        return replace(shell, events=int(value))
    return shell


def _scaled(value: Decimal | None, method: Method) -> Decimal | None:
    """A proportion as a percentage; anything else as it is. Above 1 it is no proportion."""
    if value is None or not method.is_proportion:
        return value
    return value * 100 if 0 <= value <= 1 else None


def _doubt(value: Decimal | None, method: Method, n: int | None) -> str:
    """Why a posted figure cannot be kept as a number; empty where it can."""
    if value is None:
        return f"As posted it is no number{' from 0 to 1' if method.is_proportion else ''}."
    if method.unit == "PERCENT" and not 0 <= value <= 100:
        return "As posted it is no percentage."
    if method.unit == "COUNT" and (value < 0 or value != int(value)):
        return "As posted it is no count."
    if method.unit == "COUNT" and n is not None and value > n:
        return "As posted there are more than were analysed."
    if value < 0:
        return "As posted it is a negative time."
    return ""


def _absent_state(comment: str) -> str:
    """Not reached only where the comment says so of the figure, not of a limit of its interval."""
    if not numbers.REACHED_NOT.search(comment):
        return "NOT_ESTIMABLE"
    if OF_A_LIMIT.search(comment) and not re.search(r"(?i)\bmedian\b", comment):
        return "NOT_ESTIMABLE"
    return "NOT_REACHED"


# --- Its interval ---------------------------------------------------------------------------------


def _with_interval(
    made: MeasurementDraft, cell: PostedCell, outcome: PostedOutcome, method: Method
) -> MeasurementDraft:
    """The confidence interval; another kind of spread goes into the note, in its own words."""
    raw = limits_in_words(cell.lower_limit, cell.upper_limit)
    if not numbers.is_interval(outcome.dispersion_type):
        spread = cell.spread or raw
        said = f"{outcome.dispersion_type or 'Spread'} as posted: {spread}" if spread else ""
        return replace(made, note=sentences(made.note, said))
    if not raw:
        return made
    low = _scaled(numbers.number(cell.lower_limit), method)
    high = _scaled(numbers.number(cell.upper_limit), method)
    made = replace(
        made,
        ci_raw=cut(raw, 120),
        ci_level=numbers.interval_level(outcome.dispersion_type),
        ci_sides=numbers.sides(outcome.dispersion_type),
    )
    if low is not None and high is not None and low > high:
        return replace(made, note=sentences(made.note, "The interval as posted runs backwards"))
    if method.unit == "PERCENT" and any(
        limit is not None and not 0 <= limit <= 100 for limit in (low, high)
    ):
        said = "The interval as posted leaves 0 to 100 %"
        return replace(made, note=sentences(made.note, said))
    ends = ((cell.lower_limit, low), (cell.upper_limit, high))
    states = [numbers.open_end(text, end, made.ci_sides, cell.comment) for text, end in ends]
    return replace(made, ci_low=low, ci_high=high, ci_low_state=states[0], ci_high_state=states[1])


def limits_in_words(low: str, high: str) -> str:
    """Both limits as printed: "14.1 to 24.1"; one alone as "from 14.1" or "to 24.1"."""
    if low and high:
        return f"{low} to {high}"
    return f"from {low}" if low else f"to {high}" if high else ""
