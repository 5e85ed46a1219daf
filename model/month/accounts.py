"""Books what cases cost and bring, on the case and in the year's outcomes of each side's municipality, in whole øre."""

from ..money import to_ore
from . import recorder

SUPPLIER, RECEIVER = 0, 1


def party_at(w, case, side):
    """Return one side of a case."""
    return w.parties[case.supplier if side == SUPPLIER else case.receiver]


def spend(w, case, side, dkk, variable):
    """Let one side of a case pay `dkk`; a negative amount is a cost avoided."""
    ore, party = to_ore(dkk), party_at(w, case, side)
    _save(w, case, side, -ore)
    operating = variable == recorder.OPERATING_SAVING
    recorder.add(w, variable, party.recorded_at, -ore if operating else ore)
    if operating:
        party.saved_dkk -= dkk


def receive(w, case, side, ore, variable):
    """Let one side of a case have public money; it lowers the cost (or raises the saving) it belongs to."""
    _save(w, case, side, ore)
    place = party_at(w, case, side).recorded_at
    recorder.add(w, variable, place, ore if variable == recorder.OPERATING_SAVING else -ore)


def subsidise(w, case, side, dkk):
    """Pay a subsidy on operation to one side; by it, too, firms live or close."""
    ore, party = to_ore(dkk), party_at(w, case, side)
    receive(w, case, side, ore, recorder.OPERATING_SAVING)
    spend_public(w, recorder.SUBSIDIES, party.recorded_at, ore)
    party.saved_dkk += dkk


def spend_public(w, variable, place, ore):
    """Count public money that went to firms under its own name and in the sum."""
    recorder.add(w, variable, place, ore)
    recorder.add(w, recorder.PUBLIC_MONEY, place, ore)


def grant_investment(w, case, ore):
    """Pay the public part of an exchange's capital to those who build it."""
    spend_public(w, recorder.INVESTMENT_GRANTS, w.parties[case.supplier].recorded_at, ore)


def honour_guarantee(w, case, side, dkk):
    """Pay one side back the guaranteed part of the capital it has lost."""
    ore = to_ore(dkk)
    receive(w, case, side, ore, recorder.CAPITAL)
    spend_public(w, recorder.GUARANTEES_PAID, party_at(w, case, side).recorded_at, ore)


def tax(w, party, dkk):
    """Collect an added tax that a firm would owe if it disposed of everything."""
    recorder.add(w, recorder.ADDED_TAX, party.recorded_at, to_ore(dkk))
    party.saved_dkk -= dkk


def transfer(w, case, dkk):
    """Pay the price from receiver to supplier; negative where the supplier pays to be rid of its residual."""
    ore = to_ore(dkk)
    for side in (SUPPLIER, RECEIVER):
        sign = 1 if side == SUPPLIER else -1
        party = party_at(w, case, side)
        _save(w, case, side, sign * ore)
        recorder.add(w, recorder.OPERATING_SAVING, party.recorded_at, sign * ore)
        party.saved_dkk += sign * dkk


def _save(w, case, side, ore):
    variable = recorder.SAVINGS_SUPPLIER if side == SUPPLIER else recorder.SAVINGS_RECEIVER
    recorder.add(w, variable, party_at(w, case, side).recorded_at, ore)
    year = w.now[0].year
    if year >= 0:
        w.savings_ore[case.number, year, side] += ore
