"""Numbers as a table: one row each, out and in."""

from evidence.tables.measurements import MeasurementTable

__all__ = ["MeasurementTable"]
