"""Running all of OsteoDB on one machine with nothing installed: `make run`."""
