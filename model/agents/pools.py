"""Pooled rounds ("mange bække små"): one collection of one residual from many small suppliers for one taker."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..draws import Purpose
from ..identity import identity
from ..month.kinds import BUILT, OPERATING
from ..rules.cost import unit_value
from ..rules.pool import (
    ASKED_AGAIN_MONTHS,
    FEWEST_MEMBERS,
    PATIENCE_MONTHS,
    POOR_MONTHS,
    break_even_members,
    member_haul,
    planned_members,
    yearly_balance,
)
from ..world.streams import Linkage
from .cases import Case
from .firm import Firm
from .opportunities import Proposal, may_open, opportunity, propose
from .pairs import Pair
from .party import Need, Supply

if TYPE_CHECKING:
    from .region import Region

TAKER = "taker"


class Pool:
    """One round: its taker's input, its linkage, who organises it, and with how many members it is planned."""

    def __init__(self, need: Need, linkage: Linkage, organiser: str, target: int, month: int) -> None:
        self.need, self.linkage, self.organiser, self.target = need, linkage, organiser, target
        self.begun = month
        self.running, self.poor_months = False, 0
        self.asked = 0.0
        self.suppliers: list[Pair] = []
        """Those within reach of a taker that runs its round itself, the nearest first."""
        self.looked_at_again_from: dict[int, int] = {}

    @property
    def cases(self) -> list[Case]:
        """Return all live cases of the round, in key order."""
        cases = (self.need.cases[key] for key in sorted(self.need.cases))
        return [case for case in cases if case.linkage is self.linkage]

    @property
    def signed(self) -> list[Case]:
        """Return the members that have agreed, collected from or not yet."""
        return [case for case in self.cases if case.stage >= BUILT]


class Pools:
    """All pooled rounds of a region."""

    def __init__(self, region: "Region") -> None:
        self.region = region
        self.by_taker: dict[tuple[int, str], Pool] = {}
        linkages = region.market.catalogue.linkages
        self._linkages = [linkages[code] for code in sorted(linkages) if linkages[code].mode == "pooled"]
        firms_needs = [need for need in region.needs if isinstance(need.owner, Firm)]
        self._takers = {k.code: [n for n in firms_needs if n.input.code == k.input] for k in self._linkages}
        self._taker_ids = {code: np.array([n.id for n in takers], np.uint64) for code, takers in self._takers.items()}
        codes = sorted(linkages)
        pooled = np.array([linkages[code].mode == "pooled" for code in codes], bool)
        self._number = {code: number for number, code in enumerate(codes)}
        self._rows = np.flatnonzero(pooled[region.candidates.columns.linkage])
        self._rows_of_supply: dict[int, list[int]] = {}

    def ban(self, linkage: str) -> None:
        """Take a linkage off the list of those a round could use, and end its rounds."""
        self._linkages = [known for known in self._linkages if known.code != linkage]
        self.by_taker = {key: pool for key, pool in self.by_taker.items() if pool.linkage.code != linkage}

    def _rows_of(self, supply: Supply) -> list[int]:
        """Return the candidate rows by which a residual could join a round."""
        if supply.id not in self._rows_of_supply:
            rows = self.region.candidates.rows(supply)
            first, last = np.searchsorted(self._rows, (rows.start, rows.stop))
            self._rows_of_supply[supply.id] = self._rows[first:last].tolist()
        return self._rows_of_supply[supply.id]

    def _rows_to(self, need: Need, linkage: Linkage) -> list[int]:
        """Return the candidate rows of a round that takes up a linkage for an input."""
        columns, rows = self.region.candidates.columns, self._rows
        here = (columns.need[rows] == need.index) & (columns.linkage[rows] == self._number[linkage.code])
        return rows[here].tolist()

    @property
    def possible(self) -> bool:
        """Tell whether any linkage is left that a round could use."""
        return bool(self._linkages)

    def takes(self, residual: str) -> bool:
        """Tell whether some pooled round could take a residual."""
        return any(linkage.residual == residual for linkage in self._linkages)

    def of(self, pair: Pair) -> Pool | None:
        """Return the round a pair would belong to, where there is one."""
        return self.by_taker.get((pair.need.id, pair.linkage.code))

    def haul(self, pair: Pair, quantity: float) -> float:
        """Return the collection cost per unit a new member is offered: the plan's, or better once more have joined."""
        pool = self.of(pair)
        members = max(pool.target, len(pool.cases) + 1) if pool else FEWEST_MEMBERS
        return self._haul(pair.linkage, quantity, members)

    def haul_expected(self, case: Case) -> float:
        """Return the collection cost per unit a member reckons with: the plan's until the round runs, then its real one.

        Who is not collected from yet reckons with all that have signed, itself included.
        """
        pool = self.of(case.pair)
        if pool is None or not pool.running:
            return self._haul(case.linkage, case.quantity, max(pool.target if pool else 0, FEWEST_MEMBERS))
        if case.stage == OPERATING:
            return self.haul_now(case)
        return self._haul(case.linkage, case.quantity, len(pool.signed) + (case.stage < BUILT))

    def haul_now(self, case: Case) -> float:
        """Return the collection cost per unit used that a member bears by this month's membership."""
        pool = self.of(case.pair)
        members = sum(member.stage == OPERATING for member in pool.cases) if pool else 1
        return self._haul(case.linkage, case.quantity, max(members, 1))

    def month_cost(self, case: Case) -> float:
        """Return what a member pays for collection this month, whatever it delivers."""
        return self.haul_now(case) * case.quantity * self.region.market.usable_part(case.linkage) / 12.0

    def _haul(self, linkage: Linkage, quantity: float, members: int) -> float:
        used = quantity * self.region.market.usable_part(linkage)
        return member_haul(used, members, linkage.round_dkk, linkage.stop_dkk, linkage.rounds_per_year)

    def wanted(self, seen: Mapping[int, Supply]) -> list[tuple[Need, Linkage, int]]:
        """Return takers without a round for which enough suppliers have been seen to pay for one, best first.

        Each supplier counts once, at its nearest taker, and only where no round is within its reach yet. With each taker
        comes the number of members to plan for: a fifth more than it needs.
        """
        found = []
        for key, pairs in self._without_round(self._pairs(seen)).items():
            values, linkage = self._values(pairs), pairs[0].linkage
            needed = self._needed(values, linkage)
            if len(values) > max(needed, FEWEST_MEMBERS):
                found.append((-sum(values), key, (pairs[0].need, linkage, planned_members(needed))))
        return [wanted for _, _, wanted in sorted(found, key=lambda item: item[:2])]

    def _without_round(self, pairs: list[Pair]) -> dict[tuple[int, str], list[Pair]]:
        by_supply: dict[int, list[Pair]] = {}
        for pair in pairs:
            if pair.need.owner.open:
                by_supply.setdefault(pair.supply.id, []).append(pair)
        by_taker: dict[tuple[int, str], list[Pair]] = {}
        for choices in by_supply.values():
            if not any(self.of(pair) for pair in choices):
                nearest = min(choices, key=lambda pair: (pair.km, pair.id))
                by_taker.setdefault((nearest.need.id, nearest.linkage.code), []).append(nearest)
        return by_taker

    def _values(self, pairs: list[Pair]) -> list[float]:
        """Return what each supplier would bring a round, of those that bring anything."""
        values = []
        for pair in pairs:
            quantity = min(pair.supply.free, pair.need.free / pair.linkage.substitution)
            if quantity > 0.0:
                values.append(self._value(pair, quantity))
        return [value for value in values if value > 0.0]

    def _needed(self, values: list[float], linkage: Linkage) -> float:
        mean = sum(values) / len(values) if values else 0.0
        return break_even_members(mean, linkage.round_dkk, linkage.stop_dkk, linkage.rounds_per_year)

    def openings(self, seen: Mapping[int, Supply], organiser: str) -> list[Pair]:
        """Return the pairs by which seen suppliers could join a round of this organiser; each supplier its nearest."""
        found: dict[int, Pair] = {}
        for pair in sorted(self._pairs(seen), key=lambda pair: (pair.supply.id, pair.km, pair.id)):
            pool = self.of(pair)
            if pool is not None and pool.organiser == organiser and may_open(pair, self.region):
                found.setdefault(pair.supply.id, pair)
        return list(found.values())

    def _pairs(self, seen: Mapping[int, Supply]) -> list[Pair]:
        supplies = [s for s in seen.values() if self.takes(s.residual.code) and s.owner.open and s.free > 0.0]
        rows = (row for supply in sorted(supplies, key=lambda s: s.id) for row in self._rows_of(supply))
        pairs = (self.region.candidates.pairs[row] for row in rows)
        return [pair for pair in pairs if pair.linkage.code not in self.region.events.banned]

    def _value(self, pair: Pair, quantity: float) -> float:
        """Return a member's yearly value before collection."""
        terms = self.region.market.terms(pair.linkage, pair.km, quantity, 0.0)
        value = unit_value(terms.disposal_dkk, terms.purchase_dkk, terms.treatment_dkk, 0.0)
        return terms.quantity * (value + terms.subsidy_dkk) - terms.running_dkk

    def organise(self, need: Need, linkage: Linkage, organiser: str, target: int) -> None:
        """Begin to gather members for a round."""
        self.by_taker[need.id, linkage.code] = Pool(need, linkage, organiser, target, self.region.month)

    def begin(self) -> None:
        """Let takers organise a round by themselves now and then, planned with a fifth more members than it needs.

        Those that run one ask suppliers to join.
        """
        region = self.region
        chance = region.parameters.pools.taker_starts_per_month
        for linkage in self._linkages:
            ids = self._taker_ids[linkage.code]
            luck = region.draws.uniform(Purpose.TAKER_STARTS, region.month, ids, identity(linkage.code))
            for place in np.flatnonzero(luck < chance).tolist():
                need = self._takers[linkage.code][place]
                if need.owner.open and (need.id, linkage.code) not in self.by_taker:
                    self._begin_by_itself(need, linkage)

        for key in sorted(self.by_taker):
            pool = self.by_taker[key]
            if pool.organiser == TAKER and pool.need.owner.open:
                self._ask(pool)

    def _ask(self, pool: Pool) -> None:
        """Let a taker that runs a round ask the nearest suppliers that are not in it; who agrees learns of its residual."""
        region = self.region
        pool.asked += region.parameters.pools.taker_asks_per_month
        if not pool.suppliers:
            pairs = [region.candidates.pairs[row] for row in self._rows_to(pool.need, pool.linkage)]
            pool.suppliers = sorted(pairs, key=lambda pair: (pair.km, pair.id))
        for pair in pool.suppliers:
            if pool.asked < 1.0:
                return
            resting = pool.looked_at_again_from.get(pair.supply.id, 0) > region.month
            if not resting and pair.supply.proposed_in != region.month:
                pool.looked_at_again_from[pair.supply.id] = region.month + ASKED_AGAIN_MONTHS
                pool.asked -= self._invite(pair)
        pool.asked = min(pool.asked, 1.0)

    def _invite(self, pair: Pair) -> bool:
        """Ask a supplier whose joining would be worth its while; tell whether it was."""
        region = self.region
        surplus, quantity = opportunity(pair, region)
        if surplus <= 0.0:
            return False
        if region.draws.one(Purpose.TAKER_ASKS, region.month, pair.id) < pair.supply.owner.disposition:
            pair.supply.known = True
            propose(Proposal(surplus, pair, quantity, "firm"), region.month)
        return True

    def _begin_by_itself(self, need: Need, linkage: Linkage) -> None:
        pooled = (self.region.candidates.pairs[row] for row in self._rows_to(need, linkage))
        pairs = [pair for pair in pooled if pair.supply.owner.open]
        values = self._values(pairs)
        needed = self._needed(values, linkage)
        if len(values) >= FEWEST_MEMBERS and needed < len(values):
            self.organise(need, linkage, TAKER, planned_members(needed))

    def advance(self) -> None:
        """Start rounds that pay, stop those that do not, and let members go that have waited too long."""
        for key in sorted(self.by_taker):
            pool = self.by_taker[key]
            if not pool.need.owner.open:
                del self.by_taker[key]
            elif not pool.organiser:
                self._dissolve(key, "support_ended")
            elif pool.running:
                self._watch(key, pool)
            elif len(pool.signed) >= FEWEST_MEMBERS and self._balance(pool) > 0.0:
                pool.running = True
            elif not pool.cases and self.region.month - pool.begun >= PATIENCE_MONTHS:
                del self.by_taker[key]
            else:
                self._release_waiting(pool)

    def _release_waiting(self, pool: Pool) -> None:
        for case in pool.signed:
            if self.region.month - case.matched >= PATIENCE_MONTHS:
                self.region.witness.waits_in_vain(case, PATIENCE_MONTHS)
                self.region.drop(case, "no_agreement")

    def _watch(self, key: tuple[int, str], pool: Pool) -> None:
        pool.poor_months = pool.poor_months + 1 if self._balance(pool) < 0.0 else 0
        if pool.poor_months >= POOR_MONTHS:
            self._dissolve(key, "price")

    def _balance(self, pool: Pool) -> float:
        members = pool.signed
        value = sum(self._value(case.pair, case.quantity) for case in members)
        linkage = pool.linkage
        return yearly_balance(value, len(members), linkage.round_dkk, linkage.stop_dkk, linkage.rounds_per_year)

    def _dissolve(self, key: tuple[int, str], cause: str) -> None:
        pool = self.by_taker.pop(key)
        for case in pool.cases:
            self.region.witness.loses_round(case, pool.poor_months)
            if case.stage == OPERATING:
                self.region.end_exchange(case, cause)
            else:
                self.region.drop(case, "support_ended" if cause == "support_ended" else "no_agreement")

    def lose_organiser(self, organiser: str, handed_over: bool) -> None:
        """Leave the rounds of an organiser to their takers, or to nobody."""
        for pool in self.by_taker.values():
            if pool.organiser == organiser:
                pool.organiser = TAKER if handed_over else ""
