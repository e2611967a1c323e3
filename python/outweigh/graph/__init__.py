"""From tables to the customer graph, and what its relations tell."""
