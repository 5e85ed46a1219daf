"""Claims that faults cannot break, and what makes the faults."""
