"""What the tests of the pages share."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from tests.universe import Universe
from trials.models import TrialChange

FACET = re.compile(
    r'<li>\s*<a href="(\?[^"]*)"[^>]*?>\s*<span class="depth-\d">([^<]+)</span>\s*'
    r'<span class="count">(\d+)</span>',
)
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)


def get(path: str, **given: Any) -> Any:
    """The answer of the site to a reader's browser."""
    return Client(SERVER_NAME="localhost").get(path, **given)


def html(path: str) -> str:
    """The source of a page, which has to be there."""
    answer = get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("Location"))
    return str(answer.content.decode())


def words(source: str) -> str:
    """What a reader reads: no tags, entities resolved, white space single."""
    plain = " ".join(unescape(TAGS.sub(" ", source)).split())
    return re.sub(r" ([,.;])", r"\1", plain)


def text(path: str) -> str:
    """The words of a page."""
    return words(html(path))


def count_of(source: str) -> int:
    """The number in the sentence over the rows of a list."""
    match = re.search(r'class="result-count"[^>]*>\s*([\d,]+|No) ', source)
    assert match
    return 0 if match.group(1) == "No" else int(match.group(1).replace(",", ""))


def section(source: str, heading: str) -> str:
    """The section of a page under the heading with this id, without what follows."""
    match = re.search(rf'<section aria-labelledby="{heading}".*?</section>', source, re.DOTALL)
    assert match, f"no section {heading}"
    return match.group(0)


def trial_ids(source: str) -> list[str]:
    """The public ids that the rows of a list of trials lead to, in order."""
    rows = re.findall(
        r'<th scope="row"[^>]*>\s*(?:<input[^>]*>\s*)?<a href="/trials/(OST-T\d+)/">', source
    )
    return list(dict.fromkeys(rows))


def first_update(world: Universe) -> int:
    """The id of the first change that the second sweep brought to REGOMAIN-1."""
    changes = TrialChange.objects.filter(trial=world.trials["regomain"])
    return changes.exclude(kind="NEW_TRIAL").earliest("pk").pk


def every_page(world: Universe) -> dict[str, str]:
    """One address of each kind of page, by name."""
    return {
        "home": "/",
        "trials": "/trials/",
        "trial": f"/trials/{world.trials['regobone'].public_id}/",
        "compare": f"/compare/?trial={world.trials['regobone'].public_id}"
        f"&trial={world.trials['regomain'].public_id}",
        "agents": "/agents/",
        "agent": "/agents/regorafenib/",
        "targets": "/targets/",
        "target": f"/targets/{world.targets['KDR'].slug}/",
        "classes": "/therapy-classes/",
        "class": "/therapy-classes/targeted/vegfr-tki/",
        "evidence-list": "/evidence/",
        "evidence": f"/evidence/{world.versions['sarc024'].item.public_id}/",
        "evidence-version": f"/evidence/{world.versions['sarc024'].item.public_id}/versions/1/",
        "evidence-compare": (f"/evidence/{world.versions['sarc024'].item.public_id}/compare/1/2/"),
        "measurements": "/measurements/",
        "comparisons": "/comparisons/",
        "mechanisms": "/mechanisms/",
        "mechanism-paths": "/mechanisms/paths/?from=VEGFR2&to=avelumab",
        "mechanism-network": "/mechanisms/network/",
        "mechanism-contradictions": "/mechanisms/contradictions/",
        "mechanism-relations": "/mechanisms/relations/",
        "pathways": "/pathways/",
        "pathway": f"/pathways/{world.pathway.slug}/",
        "evidence-map": "/evidence-map/",
        "trial-timelines": "/timeline/",
        "sites": "/sites/",
        "status-over-time": "/status-over-time/",
        "synthesis": "/synthesis/",
        "forest": "/forest/",
        "sources": "/sources/",
        "source": "/sources/davis2019/",
        "changes": "/changes/",
        "change": f"/changes/{first_update(world)}/",
        "whats-new": "/whats-new/",
        "quality": "/quality/",
        "quality-issues": "/quality/issues/",
        "quality-pairs": "/quality/pairs/",
        "discrepancies": "/discrepancies/",
        "discrepancy": "/discrepancies/regobone-denominator/",
        "about": "/about/",
        "glossary": "/glossary/",
        "design": "/design/",
        "search": "/search/?q=osteosarcoma",
    }
