"""The graph of mechanisms: what relations mean, and the questions it answers. Pure: no Django."""
