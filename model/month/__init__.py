"""The compiled month over columns: the same events as the agents' month in `agents/region.py`, many times faster.

Its modules bear the names of those they are the counterpart of, and call the same rules.
"""
