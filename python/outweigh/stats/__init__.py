"""Models and intervals that need no graph: proportions, pooling, survival."""
