"""Why a result is what it is."""
