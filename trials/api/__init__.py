"""Trials, conditions, changes, sync runs and quality issues over REST."""
