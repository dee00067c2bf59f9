"""Country names as registries write them, turned into ISO 3166-1 codes.

Names come from pycountry; what registries write differently stands in `ALSO_WRITTEN`. A name that
is in neither gives None, and the caller lists it as a problem instead of guessing.
"""

from __future__ import annotations

from functools import cache

import pycountry

ALSO_WRITTEN = {
    "bosnia": "BA",
    "brunei": "BN",
    "burma": "MM",
    "cape verde": "CV",
    "congo, the democratic republic of the": "CD",
    "cote d'ivoire": "CI",
    "côte d’ivoire": "CI",
    "democratic republic of the congo": "CD",
    "east timor": "TL",
    "england": "GB",
    "great britain": "GB",
    "holy see": "VA",
    "iran (islamic republic of)": "IR",
    "ivory coast": "CI",
    "korea": "KR",
    "korea, south": "KR",
    "kosovo": "XK",
    "macau": "MO",
    "macedonia": "MK",
    "macedonia, the former yugoslav republic of": "MK",
    "northern ireland": "GB",
    "palestine": "PS",
    "palestinian territories, occupied": "PS",
    "palestinian territory, occupied": "PS",
    "republic of korea": "KR",
    "reunion": "RE",
    "russia": "RU",
    "scotland": "GB",
    "swaziland": "SZ",
    "the netherlands": "NL",
    "turkey": "TR",
    "turkey (türkiye)": "TR",
    "uk": "GB",
    "usa": "US",
    "viet nam": "VN",
    "wales": "GB",
}


@cache
def _table() -> dict[str, str]:
    """Every name and code that ISO knows, in one case, and what registries write besides."""
    table: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("name", "common_name", "official_name"):
            name = getattr(country, attribute, None)
            if name:
                table[name.casefold()] = country.alpha_2
    return table | ALSO_WRITTEN


@cache
def country_code(name: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country as written, or None where it is not known."""
    return _table().get(" ".join(name.split()).casefold())


def is_country_code(code: str) -> bool:
    """Whether the two letters are a code that ISO or the table above knows."""
    return code in set(_table().values())
