"""What customers go through, and the key figures of it."""
