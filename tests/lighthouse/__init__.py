"""Lighthouse on the pages as `make run` serves them: `make lighthouse`.

Not a part of the suite: its marks for speed depend on how busy a machine is.
"""
