"""Who does the runs, and with how much of the computer."""
