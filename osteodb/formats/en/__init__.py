"""English words, ISO dates."""
