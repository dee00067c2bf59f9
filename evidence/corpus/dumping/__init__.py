"""The way back: rows into the entries they came from.

`state` knows which row is which entry, `therapies`, `trials` and `statements` read what a row says
today, and `dump` makes the files of it and checks that they could be loaded.
"""
