"""How many accounts really have each need."""
