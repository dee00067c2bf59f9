"""What somebody pastes to name a document, read into the fields of a source. Knows no Django.

RIS is read by rispy, BibTeX by bibtexparser, NBIB (PubMed's MEDLINE display format, described at
https://www.nlm.nih.gov/bsd/mms/medlineelements.html) by rispy's parser with NBIB's tags.
"""

from evidence.citing_in.entries import Entry, Pasted
from evidence.citing_in.reading import LARGEST_PASTE, MOST_ENTRIES, decoded, read_pasted

__all__ = ["LARGEST_PASTE", "MOST_ENTRIES", "Entry", "Pasted", "decoded", "read_pasted"]
