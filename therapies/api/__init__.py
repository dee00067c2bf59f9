"""Agents, targets, therapy classes, pathways and regimens over REST."""
