"""One box for everything: a number leads to its trial, a name to its agent, words to ranked hits.

`places` says whether a question has one certain answer, and where that is. `finding` gathers hits
by kind; each says what matched (`trial_hits`, `evidence_hits`, `therapy_hits`). `nearby` knows what
a misspelt name or number may have meant, `suggesting` what a beginning may become.
"""

from osteodb.website.search.finding import KINDS, SearchResult, search
from osteodb.website.search.marking import mark_words, marked
from osteodb.website.search.places import LONGEST, clean, find_place, trials_numbered
from osteodb.website.search.suggesting import suggestions

__all__ = [
    "KINDS",
    "LONGEST",
    "SearchResult",
    "clean",
    "find_place",
    "mark_words",
    "marked",
    "search",
    "suggestions",
    "trials_numbered",
]
