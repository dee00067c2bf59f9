"""One normal form for names, so that two spellings of one name meet."""

from __future__ import annotations

import unicodedata

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu",
    "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma",
    "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega",
}  # fmt: skip
ASCII_NAME = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
ASCII_TITLE = {code: lower or " " for code, lower in ASCII_NAME.items()}


def normalise_name(name: str) -> str:
    """The form in which names are compared: "TGF-β 1", "tgf-Beta1" and "TGFβ1" give "tgfbeta1".

    Compatibility forms are folded (NFKC), case is folded, Greek letters are spelled out and
    everything that is neither letter nor digit is dropped. May be empty; callers refuse that.
    """
    if name.isascii():  # nearly every name, and much quicker
        return name.translate(ASCII_NAME)
    folded = unicodedata.normalize("NFKC", name).casefold()
    kept = "".join(GREEK.get(char, char) for char in folded if char.isalnum())
    return unicodedata.normalize("NFKC", kept)  # what was dropped may have kept letters apart


def sort_key(title: str) -> str:
    """The key titles are sorted by, the same on every machine: accents and punctuation dropped."""
    if title.isascii():
        return " ".join(title.translate(ASCII_TITLE).split())
    decomposed = unicodedata.normalize("NFKD", title).casefold()
    kept = (
        char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char)
    )
    return " ".join("".join(kept).split())
