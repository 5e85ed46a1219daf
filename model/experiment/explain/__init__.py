"""One case of a result, simulated again and watched."""
