"""Watches one case through a run and writes down, in plain numbers, what every decision on it was made on."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ...agents.cases import Case
from ...agents.region import Region
from ...agents.witness import Witness
from ...outcomes import STAGES
from ...rules import cost
from ...rules.negotiation import Custom, Outcome, Position, expected_loss, shares_of
from .arithmetic import Plain, negotiation


class Sight(NamedTuple):
    """Something seen of the case in a month (a count since year 0): of a kind, with its figures by name."""

    month: int
    kind: str
    facts: Plain


class Eyewitness(Witness):
    """Sees one case. `sights` are in order of time; `months` has an entry for every month of operation."""

    def __init__(self, case: str) -> None:
        self._key = int(case, 16)
        self.sights: list[Sight] = []
        self.months: list[Plain] = []
        self._chance = 0.0

    def watch(self, region: Region) -> None:
        """Look at this region; an exchange that stood before its first month is seen from there on."""
        self._region = region
        self.case = next((case for case in region.cases if case.key == self._key), None)

    def _see(self, case: Case, kind: str, **facts: Any) -> None:
        if case.key == self._key:
            self.sights.append(Sight(self._region.month, kind, facts))

    def opened(self, case: Case) -> None:
        """See the case opened, and what was free on both sides before it held its capacity."""
        if case.key != self._key:
            return
        self.case = case
        terms = self._region.terms(case, capital=True)
        self._see(
            case,
            "opened",
            opened_by=case.opened_by,
            supplier_acts=case.sides[0].haul_km == 0.0,  # an outside place waits to be found
            mode=case.linkage.mode,
            attempt=case.attempt,
            quantity=case.quantity,
            free_supply=case.pair.supply.free + case.quantity,
            free_need=case.pair.need.free / case.linkage.substitution + case.quantity,
            flow_dkk=cost.flow(terms),
            surplus_dkk=cost.surplus(terms),
        )

    def asked_for_time(self, case: Case, chances: Sequence[float], luck: Sequence[float]) -> None:
        """See who gave up for want of time."""
        if case.key != self._key:
            return
        self._chance = max(chances)
        for side, (chance, drawn) in enumerate(zip(chances, luck, strict=True)):
            if drawn < chance:
                self._see(case, "out_of_time", side=side, chance=chance, luck=drawn, stage=STAGES[case.stage])
                return

    def worked(self, case: Case, side: int, pace: float, dkk: float, granted_dkk: float) -> None:
        """See a month's work; the months of a stage are one sight."""
        if case.key != self._key:
            return
        month, stage = self._region.month, STAGES[case.stage]
        if not self.sights or self.sights[-1].kind != "worked" or self.sights[-1].facts["stage"] != stage:
            self._see(
                case,
                "worked",
                stage=stage,
                first=month,
                months=0,
                helped=0,
                pace=pace,
                most_chance=0.0,
                own=[0.0, 0.0],
                granted=0.0,
            )
        facts = self.sights[-1].facts
        if side == 0:
            facts["months"] += 1
            facts["helped"] += case.helped
        facts["own"][side] += dkk - granted_dkk
        facts["granted"] += granted_dkk
        facts["most_chance"] = max(facts["most_chance"], self._chance)
        self.sights[-1] = self.sights[-1]._replace(month=month)

    def assessed(self, case: Case, luck: float, viability: float) -> None:
        """See the assessment."""
        self._see(case, "assessed", luck=luck, viability=viability, passed=luck < viability)

    def negotiated(
        self, case: Case, terms: cost.Terms, custom: Custom, table: tuple[Position, Position], outcome: Outcome
    ) -> None:
        """See a negotiation with its arithmetic."""
        if case.key == self._key:
            self._see(case, "negotiated", anew=case.operating, **negotiation(terms, custom, table, outcome))

    def asked_for_permit(self, case: Case, luck: float, granted: float) -> None:
        """See the permit decided on."""
        self._see(case, "permit", luck=luck, granted=granted, passed=luck < granted)

    def started(self, case: Case) -> None:
        """See the exchange start."""
        self._see(
            case,
            "started",
            capital_dkk=case.capital_dkk,
            granted_dkk=case.granted_dkk,
            last_month=case.contract_ends,
        )

    def operated(self, case: Case, units: float) -> None:
        """See a month of operation."""
        if case.key == self._key:
            self.months.append({"month": self._region.month, "units": units, "failing": case.failing})

    def reviewed(self, case: Case, terms: cost.Terms) -> None:
        """See where both sides stand: yearly gain at mean prices, expected loss, trust in the other."""
        if case.key != self._key:
            return
        sides, custom = case.sides, self._region.custom(case.linkage)
        trusts = [self._region.trust(*sides), self._region.trust(*sides[::-1])]
        losses = [expected_loss(terms, custom, trust, share) for trust, share in zip(trusts, shares_of(terms), strict=True)]
        flows = [cost.supplier_flow(terms, case.price), cost.receiver_flow(terms, case.price)]
        self.months[-1] |= {"trust": trusts, "flow_dkk": flows, "risk_dkk": losses}

    def talks(self, case: Case, cause: str) -> None:
        """See talks begin, and the side that asks for them: the one worse off."""
        if case.key != self._key:
            return
        flows, risks = self.months[-1]["flow_dkk"], self.months[-1]["risk_dkk"]
        if cause == "price":
            side = flows.index(min(flows))
        else:
            side = next(side for side, (flow, risk) in enumerate(zip(flows, risks, strict=True)) if 0.0 <= flow < risk)
        self._see(case, "talks", cause=cause, side=side, months=case.poor_months[cause], flow=flows[side], risk=risks[side])

    def renews(self, case: Case, here_dkk: float, better_dkk: float, premium: float) -> None:
        """See a contract run out."""
        self._see(case, "renews", here=here_dkk, better=better_dkk, premium=premium)

    def waits_in_vain(self, case: Case, months: int) -> None:
        """See patience with a round run out."""
        self._see(case, "waits_in_vain", months=months)

    def loses_round(self, case: Case, poor_months: int) -> None:
        """See the round come to its end."""
        self._see(case, "loses_round", months=poor_months)

    def ended(self, case: Case, cause: str) -> None:
        """See the end, who had closed, and for how long nothing had been delivered."""
        closed = [not party.open for party in case.sides]
        side = closed.index(True) if any(closed) else 0
        self._see(case, "ended", cause=cause, side=side, operated=case.operating, failed=case.failed_months)
