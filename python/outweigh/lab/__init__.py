"""Simulated customer bases with known truth, and measures of how near an estimate comes to it."""
