"""Runs that fail in replicate 1 where there is a centre, for tests that other processes take part in."""

import os
import sys
import time

from model.record import RunResult
from model.scenario.scenario import Scenario
from tests.made_up import simulate


def ends_its_process_in_replicate_1(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    if replicate == 1 and scenario.levers.centre is not None:
        os._exit(9)
    return simulate(scenario, seed, replicate)


def raises_in_replicate_1(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    if replicate == 1 and scenario.levers.centre is not None:
        raise ArithmeticError("books do not balance")
    return simulate(scenario, seed, replicate)


def sleeps_in_replicate_1(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    while replicate == 1 and scenario.levers.centre is not None:
        time.sleep(0.1)
    return simulate(scenario, seed, replicate)


def exits_in_replicate_1(scenario: Scenario, seed: int, replicate: int) -> RunResult:
    if replicate == 1 and scenario.levers.centre is not None:
        sys.exit("enough")
    return simulate(scenario, seed, replicate)
