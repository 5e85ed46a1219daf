"""A case: one residual of one supplier for one input of one receiver, from idea to the end of its exchange."""

import numpy as np

from ..draws import mixed_identity
from ..month.kinds import CASE, IDEA, OPERATING
from ..months import NEVER
from ..world.streams import Linkage
from .pairs import Pair


class Case:
    """A case with its history. `helped` tells whether the centre works on it this month."""

    def __init__(self, pair: Pair, quantity: float, opened_by: str, attempt: int, month: int, years: int) -> None:
        self.pair, self.quantity, self.opened_by, self.attempt = pair, quantity, opened_by, attempt
        self.key = mixed_identity(pair.id, attempt, CASE)
        self.stage, self.remaining = IDEA, 0.0
        self.opened, self.assessed, self.matched, self.started, self.ended = month, NEVER, NEVER, NEVER, NEVER
        self.contract_ends = NEVER
        self.end_cause = ""
        self.helped, self.helped_months = False, 0
        self.price = self.capital_dkk = self.granted_dkk = self.guaranteed_share = self.delivered = 0.0
        self.setup_dkk = [0.0, 0.0]
        self.poor_months = {"price": 0, "trust": 0}
        self.failing, self.failed_months = False, 0
        self.savings_ore = np.zeros((years, 2), np.int64)
        self.supplier_known = sum(1 for _ in pair.supply.owner.known_supplies())
        self.supplier_partners = len(pair.supply.owner.partners)
        self.receiver_partners = len(pair.need.owner.partners)

    @property
    def linkage(self) -> Linkage:
        """Return the linkage this case would make use of."""
        return self.pair.linkage

    @property
    def sides(self) -> tuple:
        """Return supplier and receiver."""
        return self.pair.supply.owner, self.pair.need.owner

    @property
    def operating(self) -> bool:
        """Tell whether the case is an exchange in operation."""
        return self.stage == OPERATING

    def hold_capacity(self) -> None:
        """Pencil the case's quantity on both sides; it stays until the case ends."""
        self.pair.supply.cases[self.key] = self
        self.pair.need.cases[self.key] = self

    def end(self, month: int, cause: str) -> None:
        """End the case, whatever its stage, and free its capacity."""
        self.ended, self.end_cause = month, cause
        del self.pair.supply.cases[self.key]
        del self.pair.need.cases[self.key]
        if self.stage == OPERATING:
            for party in self.sides:
                party.partners.remove(self)

    def operate_from(self, month: int, contract_months: int) -> None:
        """Turn the case into an exchange; its contract covers this month and ends with the last of its term."""
        self.stage, self.started, self.contract_ends = OPERATING, month, month + contract_months - 1
        for party in self.sides:
            party.partners.append(self)
