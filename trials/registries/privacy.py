"""What is dropped from a record of any registry before it is stored: persons and their contacts.

Each registry names the parts that hold them; e-mail addresses and telephone numbers inside texts
are taken out of every string besides. NUL characters go too: no text column can hold them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

REMOVED = "[contact removed]"
EMAIL = re.compile(
    r"(?:mailto:)?[A-Za-z0-9._%+'-]{1,64} ?(?:@|\(at\)|\[at\]) ?[A-Za-z0-9-]{1,63}"
    r"(?:\.[A-Za-z0-9-]{1,63})+",
    re.IGNORECASE,
)
TELEPHONE = re.compile(
    r"\b(?:tel(?:ephone)?|phone|fax|mobile|call|whatsapp)\b[ .:()\w]{0,20}?"
    r"\+?\(?\d[\d ().\-/]{6,18}\d",
    re.IGNORECASE,
)
INTERNATIONAL = re.compile(r"(?<![\w+])\+\d{1,3}[ ().\-/]?\(?\d[\d ().\-/]{5,16}\d")
HINTS = ("tel", "phone", "fax", "mobile", "call", "whatsapp")
Kept = Callable[[str], bool]


def scrub(text: str) -> str:
    """The text without e-mail addresses, telephone numbers and NUL characters."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    lower = text.lower()
    if "@" in text or "at)" in lower or "at]" in lower:
        text = EMAIL.sub(REMOVED, text)
    if any(hint in lower for hint in HINTS):
        text = TELEPHONE.sub(REMOVED, text)
    return INTERNATIONAL.sub(REMOVED, text) if "+" in text else text


def cleaned(value: Any, personal: Kept) -> Any:
    """The value with every string scrubbed and without the keys that `personal` names, at any
    depth. Numbers and truth values stay as they are."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {
            scrub(str(key)): cleaned(inner, personal)
            for key, inner in value.items()
            if not personal(key)
        }
    if isinstance(value, list):
        return [cleaned(inner, personal) for inner in value]
    return value
