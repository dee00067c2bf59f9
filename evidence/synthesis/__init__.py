"""Pooling like with like: what is alike, who is left out and why, and what the rest pools to.

`rules`, `patients` and `groups` are pure; `reading` brings the rows from the database and `words`
names things for readers.
"""
