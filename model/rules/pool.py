"""Pooled rounds ("mange bække små"): the line haul is paid once a round, a stop once a member."""

from math import ceil

POOR_MONTHS = 6
"""Months in a row with a negative balance after which a round ends."""
FEWEST_MEMBERS = 2
ASKED_AGAIN_MONTHS = 12
"""Months before a taker looks at the same supplier again (assumed, as a centre's refusals rest)."""
PATIENCE_MONTHS = 24
"""Months a signed member waits for its round to start, and an organiser for a first member (assumed 12-36)."""


def planned_members(needed: float) -> int:
    """Return the members a round is planned with: a fifth more than it needs, for some will not join."""
    return max(FEWEST_MEMBERS, int(ceil(1.2 * needed)))


def yearly_balance(members_value: float, members: int, round_cost: float, stop_cost: float, rounds: float) -> float:
    """Return what a round leaves a year: its members' gain before collection, less line hauls and stops."""
    return members_value - rounds * (round_cost + stop_cost * members)


def member_haul(quantity: float, members: int, round_cost: float, stop_cost: float, rounds: float) -> float:
    """Return a member's collection cost per unit: its stops, and an equal part of the line hauls."""
    return rounds * (round_cost / members + stop_cost) / quantity


def break_even_members(value_per_member: float, round_cost: float, stop_cost: float, rounds: float) -> float:
    """Return the number of equal members from which a round pays; infinite where a stop costs more than it brings."""
    left = value_per_member - rounds * stop_cost
    return rounds * round_cost / left if left > 0 else float("inf")
