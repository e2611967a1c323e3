"""The best set of solutions, proved, and what it displaces."""
