"""The language of scenarios: YAML, checked and resolved; levers, sweeps, and uncertain numbers drawn."""
