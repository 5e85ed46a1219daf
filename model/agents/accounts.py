"""The books: every krone in whole øre from one account to another, every unit of residual from its source to its use."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..money import to_ore

if TYPE_CHECKING:
    from .cases import Case
    from .party import Party
    from .recorder import Recorder

WASTE_FIRMS, STATE, VIRGIN_SUPPLIERS = "waste firms", "state", "virgin suppliers"
HAULIERS, TREATMENT, PLANT_BUILDERS, OWN_STAFF = "hauliers", "treatment", "plant builders", "own staff"
FUNDERS, CENTRE, CENTRE_STAFF, OVERHEAD = "funders", "centre", "centre staff", "centre overhead"
PLATFORM_OPERATOR = "platform operator"


class Ledger:
    """Double-entry accounts of a month and since the start.

    Exchanges are booked against disposing of everything and buying everything: what a firm no longer pays for disposal
    comes to it from the waste firms, landfill tax forgone from the state, purchases avoided from the virgin suppliers.
    """

    def __init__(self) -> None:
        self.balance_ore: defaultdict[str, int] = defaultdict(int)
        self.delivered: defaultdict[int, float] = defaultdict(float)
        self.replaced: defaultdict[int, float] = defaultdict(float)

    def pay(self, source: str, target: str, ore: int) -> None:
        """Move `ore` from one account to another; a negative amount flows the other way."""
        self.balance_ore[source] -= ore
        self.balance_ore[target] += ore

    def deliver(self, supply: int, need: int, units: float, substitution: float) -> None:
        """Move units of a residual from its supply to its use, where they replace an input."""
        self.delivered[supply] += units
        self.replaced[need] += units * substitution

    def out_of_balance(self, generated: Iterable[tuple[int, float]], needed: Iterable[tuple[int, float]]) -> list[str]:
        """Close the month: say which account or stream does not balance, and open the next month's quantities.

        `generated` and `needed` are (stream, units this month); what is not delivered is disposed of, what is not
        replaced is bought, and neither may be negative.
        """
        faults = [] if sum(self.balance_ore.values()) == 0 else ["money: the accounts do not add up to zero"]
        for name, streams, used in (("residual", generated, self.delivered), ("input", needed, self.replaced)):
            faults += [f"{name} {s}: {used[s]} used of {units}" for s, units in streams if used[s] > units * (1 + 1e-12)]
        self.delivered.clear()
        self.replaced.clear()
        return faults


class Books:
    """Books what cases cost and bring: in the ledger, on the case, and in the year's outcomes of each side's municipality."""

    def __init__(self, ledger: Ledger, recorder: "Recorder") -> None:
        self.ledger, self.recorder = ledger, recorder

    def spend(self, case: "Case", side: int, account: str, dkk: float, variable: str) -> None:
        """Pay `dkk` from one side of a case to an account; a negative amount is a cost avoided.

        `variable` is the outcome it belongs to: operating_saving (by which firms live or close), capital or
        transaction_cost.
        """
        ore, party = to_ore(dkk), case.sides[side]
        self.ledger.pay(party.code, account, ore)
        self._save(case, side, -ore)
        operating = variable == "operating_saving"
        self.recorder.add(variable, party.recorded_at, -ore if operating else ore)
        if operating:
            party.saved_dkk -= dkk

    def receive(self, case: "Case", side: int, account: str, ore: int, variable: str) -> None:
        """Let one side of a case have public money; it lowers the cost (or raises the saving) it belongs to."""
        party = case.sides[side]
        self.ledger.pay(account, party.code, ore)
        self._save(case, side, ore)
        self.recorder.add(variable, party.recorded_at, ore if variable == "operating_saving" else -ore)

    def subsidise(self, case: "Case", side: int, dkk: float) -> None:
        """Pay a subsidy on operation to one side; by it, too, firms live or close."""
        ore, party = to_ore(dkk), case.sides[side]
        self.receive(case, side, FUNDERS, ore, "operating_saving")
        self.spend_public("subsidies", party.recorded_at, ore)
        party.saved_dkk += dkk

    def spend_public(self, variable: str, municipality: str, ore: int) -> None:
        """Count public money that went to firms under its own name and in the sum."""
        self.recorder.add(variable, municipality, ore)
        self.recorder.add("public_money", municipality, ore)

    def grant_investment(self, case: "Case", ore: int) -> None:
        """Pay the public part of an exchange's capital to those who build it."""
        self.ledger.pay(FUNDERS, PLANT_BUILDERS, ore)
        self.spend_public("investment_grants", case.sides[0].recorded_at, ore)

    def honour_guarantee(self, case: "Case", side: int, dkk: float) -> None:
        """Pay one side back the guaranteed part of the capital it has lost."""
        ore = to_ore(dkk)
        self.receive(case, side, FUNDERS, ore, "capital")
        self.spend_public("guarantees_paid", case.sides[side].recorded_at, ore)

    def tax(self, party: "Party", dkk: float) -> None:
        """Collect an added tax that a firm would owe if it disposed of everything; exchanges save their part of it."""
        ore = to_ore(dkk)
        self.ledger.pay(party.code, STATE, ore)
        self.recorder.add("added_tax", party.recorded_at, ore)
        party.saved_dkk -= dkk

    def transfer(self, case: "Case", dkk: float) -> None:
        """Pay the price from receiver to supplier; negative where the supplier pays to be rid of its residual."""
        ore = to_ore(dkk)
        supplier, receiver = case.sides
        self.ledger.pay(receiver.code, supplier.code, ore)
        for side, party, gain, gain_dkk in ((0, supplier, ore, dkk), (1, receiver, -ore, -dkk)):
            self._save(case, side, gain)
            self.recorder.add("operating_saving", party.recorded_at, gain)
            party.saved_dkk += gain_dkk

    def _save(self, case: "Case", side: int, ore: int) -> None:
        self.recorder.add(("savings_supplier", "savings_receiver")[side], case.sides[side].recorded_at, ore)
        if self.recorder.year is not None:
            case.savings_ore[self.recorder.year, side] += ore
