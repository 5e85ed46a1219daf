"""Measurements of speed and memory, and the regions they are made on."""
