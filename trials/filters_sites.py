"""What may be asked of the places where trials recruit: by the trial, and by the place itself."""

from __future__ import annotations

from django.db.models import Q

from osteodb.core.filters import (
    ChoicesFilter,
    OrderingFilter,
    StrictFilterSet,
    TermsFilter,
    YesNoFilter,
)
from therapies.filters import (
    agent_filter,
    agents_of_classes,
    agents_of_targets,
    flat,
    search_filter,
    target_filter,
    therapy_class_filter,
)
from trials.filters import condition_paths, country, trial_filter, trials_about
from trials.models import Phase, TrialStatus
from trials.registries.ctis.tables import OLD_STATUSES, PUBLIC_STATUSES
from trials.wording import trials_giving

RECRUITING, NOT_SAID, NOT_RECRUITING = "recruiting", "not_reported", "not_recruiting"
SITE_STATES = (
    (RECRUITING, "recruiting"),
    (NOT_SAID, "not reported"),
    (NOT_RECRUITING, "not recruiting"),
)


def _recruiting_words() -> list[str]:
    """Every registry's own words for a place that recruits."""
    ctis = {words for words, status in PUBLIC_STATUSES.values() if status == RECRUITING}
    ctis |= {words for words, status in OLD_STATUSES.items() if status == RECRUITING}
    return sorted({"RECRUITING", "ENROLLING_BY_INVITATION", "AVAILABLE"} | ctis)


RECRUITING_WORDS = _recruiting_words()
STATES = {
    RECRUITING: Q(status__in=RECRUITING_WORDS),
    NOT_SAID: Q(status=""),
    NOT_RECRUITING: ~Q(status__in=["", *RECRUITING_WORDS]),
}


def _in_states(values: list[str]) -> Q:
    condition = Q()
    for value in values:
        condition |= STATES[value]
    return condition


class SiteFilterSet(StrictFilterSet):
    """Places by their trial and by where they are. A site belongs to the trial that lists it."""

    recruiting = YesNoFilter(
        Q(trial__status=RECRUITING) & (STATES[RECRUITING] | STATES[NOT_SAID]),
        label="recruiting",
        help_text="true: the trial recruits, and of the site the registry says that it recruits, "
        "or nothing; false: all others.",
    )
    status = ChoicesFilter(
        TrialStatus.choices,
        field_name="trial__status",
        label="status of the trial",
        help_text="Overall status of the trial.",
    )
    site_status = ChoicesFilter(
        SITE_STATES,
        where=_in_states,
        label="status of the site",
        help_text="What the registry says of the place itself; many say nothing.",
    )
    country = TermsFilter(
        resolve=country,
        where=lambda codes: Q(country_code__in=codes),
        label="country",
        help_text="ISO 3166-1 code or English name of the country of the site.",
    )
    phase = ChoicesFilter(
        Phase.choices,
        field_name="trial__phases",
        lookup="overlap",
        label="phase",
        help_text="Phase of the trial.",
    )
    trial = trial_filter(lambda groups: Q(trial__in=flat(groups)))
    agent = agent_filter(lambda groups: Q(trial__in=trials_giving(flat(groups))))
    target = target_filter(lambda groups: Q(trial__in=trials_giving(agents_of_targets(groups))))
    therapy_class = therapy_class_filter(
        lambda groups: Q(trial__in=trials_giving(agents_of_classes(groups)))
    )
    condition = TermsFilter(
        resolve=condition_paths,
        where=lambda groups: Q(trial__in=trials_about(groups)),
        label="condition",
        help_text="Slug or name of a condition; the conditions below it are included.",
    )
    search = search_filter(
        lambda text: (
            Q(city__icontains=text) | Q(facility__icontains=text) | Q(state__icontains=text)
        ),
        "cities, regions and facilities",
    )
    ordering = OrderingFilter(
        {
            "country": "country",
            "city": "city",
            "facility": "facility",
            "trial": "trial__public_id",
        },
        default="country,city,facility,trial",
    )
