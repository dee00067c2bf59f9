"""The address of a number at its own registry, or at WHO's portal for registries without one."""

from __future__ import annotations

from urllib.parse import quote

OWN_PAGES = {
    "NCT": "https://clinicaltrials.gov/study/{}",
    "EUCTR": "https://www.clinicaltrialsregister.eu/ctr-search/search?query={}",
    "CTIS": "https://euclinicaltrials.eu/ctis-public/view/{}",
    "ISRCTN": "https://www.isrctn.com/{}",
}
WHO_PORTAL = "https://trialsearch.who.int/Trial2.aspx?TrialID={}"
WHO_PREFIXES = {"JPRN": "JPRN-"}


def registry_url(registry: str, value: str) -> str:
    """Where a reader finds the number; empty for a sponsor's own code, which no registry lists."""
    if registry == "SPONSOR":
        return ""
    template = OWN_PAGES.get(registry)
    if template is None:
        value, template = WHO_PREFIXES.get(registry, "") + value, WHO_PORTAL
    return template.format(quote(value, safe="-"))
