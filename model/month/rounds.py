"""What is asked of pooled rounds: which there is, who is in it, what collection costs a member."""

from ..rules.pool import FEWEST_MEMBERS, member_haul
from .columns import NONE
from .kinds import BUILT, OPERATING


def of(w, need, linkage):
    """Return the round of an input by a linkage, NONE where there is none; both are rows."""
    number = w.needs[need].pool
    while number != NONE:
        pool = w.pools[number]
        if pool.linkage == linkage and not pool.over:
            return number
        number = pool.next
    return NONE


def members(w, need, linkage, from_stage):
    """Count the live cases of a round that have come to a stage."""
    count, number = 0, w.needs[need].case
    while number != NONE:
        case = w.cases[number]
        count += case.linkage == linkage and case.stage >= from_stage
        number = case.next_of_need
    return count


def haul_offered(w, need, linkage, quantity):
    """Return the collection cost per unit a new member is offered: the plan's, or better once more have joined."""
    number = of(w, need, linkage)
    planned = FEWEST_MEMBERS
    if number != NONE:
        planned = max(w.pools[number].target, members(w, need, linkage, 0) + 1)
    return _haul(w.linkages[linkage], quantity, planned)


def haul_expected(w, case):
    """Return the collection cost per unit a member reckons with: the plan's until the round runs, then its real one.

    Who is not collected from yet reckons with all that have signed, itself included.
    """
    number, linkage = of(w, case.need, case.linkage), w.linkages[case.linkage]
    if number == NONE:
        return _haul(linkage, case.quantity, FEWEST_MEMBERS)
    if not w.pools[number].running:
        return _haul(linkage, case.quantity, max(w.pools[number].target, FEWEST_MEMBERS))
    if case.stage == OPERATING:
        return haul_now(w, case)
    signed = members(w, case.need, case.linkage, BUILT)
    return _haul(linkage, case.quantity, signed + (case.stage < BUILT))


def haul_now(w, case):
    """Return the collection cost per unit used that a member bears by this month's membership."""
    collected = 1
    if of(w, case.need, case.linkage) != NONE:
        collected = max(members(w, case.need, case.linkage, OPERATING), 1)
    return _haul(w.linkages[case.linkage], case.quantity, collected)


def month_cost(w, case):
    """Return what a member pays for collection this month, whatever it delivers."""
    return haul_now(w, case) * case.quantity * w.linkages[case.linkage].usable_part / 12.0


def _haul(linkage, quantity, planned):
    used = quantity * linkage.usable_part
    return member_haul(used, planned, linkage.round_dkk, linkage.stop_dkk, linkage.rounds_per_year)
