"""Measurements against a floor taken in the same run, so that the machine cancels out.

`make bench` runs every module here that has a `run()` and prints its rows. Each makes its own data
and asserts that what it measures gives the same answer as its floor.
"""
