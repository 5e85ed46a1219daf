"""The centre's pot for feasibility grants, a cap on each firm."""

from ..money import ORE_PER_DKK
from . import accounts, recorder
from .columns import POOLED


def share(w, case, side):
    """Return the part of a firm's set-up cost on a case that is paid: of cases the centre helps this month only.

    It is less where pot, cap or purse would not last for a whole month's.
    """
    office, row = w.office[0], case.supplier if side == 0 else case.receiver
    mode = w.linkages[case.linkage].mode
    if not case.helped or mode == POOLED or not w.parties[row].inside:
        return 0.0
    numbers = w.numbers[0]
    month_dkk = numbers.stages.setup_h_per_month * w.modes[mode].complexity * numbers.prices.wage_dkk_per_h
    left = min(office.grant_left_ore, office.grant_most_ore - w.profiles[row].given_ore, office.balance_ore)
    return min(office.grant_share, left / ORE_PER_DKK / month_dkk) if month_dkk > 0.0 else office.grant_share


def pay(w, case, side, dkk):
    """Pay the grant on a set-up cost to one side of a case; return it in DKK, unrounded."""
    if not w.levers[0].centre:
        return 0.0
    office, row = w.office[0], case.supplier if side == 0 else case.receiver
    granted = dkk * share(w, case, side)
    ore = int(granted * ORE_PER_DKK)  # never a rounded-up øre more than there is
    w.profiles[row].given_ore += ore
    office.grant_left_ore -= ore
    office.grant_paid_ore += ore
    office.balance_ore -= ore
    accounts.receive(w, case, side, ore, recorder.TRANSACTION_COST)
    recorder.add(w, recorder.FEASIBILITY_GRANTS, w.parties[row].recorded_at, ore)
    return granted
