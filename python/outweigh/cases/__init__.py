"""Which customers are worth it: the four groups, exits and deals."""
