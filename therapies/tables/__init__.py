"""Agents and targets as tables: one row each, out and in."""

from therapies.tables.agents import AgentTable
from therapies.tables.targets import TargetTable

__all__ = ["AgentTable", "TargetTable"]
