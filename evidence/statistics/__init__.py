"""Pure numerics of evidence: units, intervals, checks and pooling, on scipy and statsmodels.

Nothing here knows Django or a database. Every function says what it assumes and where the method
was published; the methods themselves come from the two libraries wherever these have them. scipy
loads its parts when they are first used: it is imported whole, so that a process that computes
nothing starts without them.
"""
