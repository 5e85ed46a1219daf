"""The shipped scenarios and their tables."""
