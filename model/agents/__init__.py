"""Mesa agents and what they share: the region, its firms, the centre, and their dealings month by month."""
