"""Charts: each module draws one figure from a tidy table."""
