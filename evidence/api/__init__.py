"""Evidence, its numbers, its sources and its disagreements over REST."""
