"""Scenario files by name, as the command line reads them."""

from model.scenario.scenario import Scenario
from model.world.known import load_known


def shipped(name: str) -> Scenario:
    """The one scenario of a file without an experiment."""
    (scenario,) = load_known(name).scenarios.values()
    return scenario
