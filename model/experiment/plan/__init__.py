"""Which runs an experiment needs, and what of them is drawn."""
