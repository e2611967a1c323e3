"""What needs and solutions are worth."""
