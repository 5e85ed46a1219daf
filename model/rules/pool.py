"""Pooled rounds ("mange bække små"): the line haul is paid once a round, a stop once a member."""


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
