"""What customers bring and cost, now and later."""
