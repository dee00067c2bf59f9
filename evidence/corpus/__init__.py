"""The corpus: what the database is born with, from YAML files that a person can read in a diff.

`reading` turns files into entries that know their lines, `shapes` and `checks` find everything
that is wrong with them without a database, `therapies`, `trials` and `statements` carry entries to
the services, and `loading` does all of it in one transaction or not at all.
"""
