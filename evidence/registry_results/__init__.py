"""What a registry posted as results, as drafts of evidence. Pure: no Django, no database.

`endpoints` says what an outcome measure is about, `numbers` reads figures, `measuring` makes
measurements of cells, `comparing` makes comparisons of analyses, `drafting` joins them. Whatever
cannot be said for certain is left out with a reason that a curator can read.
"""
