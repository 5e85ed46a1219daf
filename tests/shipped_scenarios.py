"""Scenario files by name, as the command line reads them."""

from model.experiment.commands.scenario_commands import load_known
from model.scenario.scenario import Scenario


def shipped(name: str) -> Scenario:
    """The one scenario of a file without an experiment."""
    (scenario,) = load_known(name).scenarios.values()
    return scenario
