"""The commands that do runs or read scenarios, and the job they make of what was asked for."""
