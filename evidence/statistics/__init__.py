"""Pure numerics of evidence: units, intervals, checks and pooling, on scipy and statsmodels.

Nothing here knows Django or a database. Every function says what it assumes and where the method
was published; the methods themselves come from the two libraries wherever these have them.
"""
