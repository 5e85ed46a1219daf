"""The worked arithmetic of one case in words."""
