"""Which pairs are worth a case today, who proposes to whom, and what else each side could do."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..draws import Purpose
from ..month.cases import POOLED_STAGE_MONTHS
from ..month.opportunities import LEAST_PART
from ..rules import cost
from ..rules.effort import setup_hours
from ..rules.negotiation import offer
from ..world.matching import PairColumns
from ..world.streams import Linkage
from .cases import Case
from .pairs import Pair
from .party import Need

if TYPE_CHECKING:
    from ..month.prices import Market
    from .region import Region


class Proposal(NamedTuple):
    """What a supplier offers a receiver: the yearly surplus it expects, the pair, the quantity, and who found it."""

    surplus_dkk: float
    pair: Pair
    quantity: float
    opened_by: str

    @property
    def rank(self) -> tuple[float, int]:
        """Return what proposals are ordered by: best surplus first, ties by the pair's identity."""
        return -self.surplus_dkk, self.pair.id


class Introduction(NamedTuple):
    """Residuals and inputs that somebody shows to each other's owners: bool [supplies] and [needs], and the contact weight."""

    weight: float
    supplies: np.ndarray
    needs: np.ndarray


class Worth:
    """Tells which pairs are worth moving a unit at mean prices, to pass over those that cannot pay.

    What prices make of a linkage is reckoned once a month, what the road costs when a pair is looked at.
    """

    def __init__(self, columns: PairColumns, market: "Market") -> None:
        self.columns, catalogue = columns, market.catalogue
        linkages = [catalogue.linkages[code] for code in sorted(catalogue.linkages)]
        residuals = [catalogue.residuals[linkage.residual] for linkage in linkages]
        inputs = [catalogue.inputs[linkage.input] for linkage in linkages]
        bought = np.array([k.substitution * i.price_dkk_per_unit for k, i in zip(linkages, inputs, strict=True)])
        energy = np.array([i.price_index == "energy" for i in inputs], bool)
        self._gate_fee = np.array([residual.gate_fee_dkk_per_unit for residual in residuals])
        self._landfill_share = np.array([residual.landfill_share for residual in residuals])
        self._material = np.array([residual.kind == "material" for residual in residuals], float)
        self._virgin, self._energy = np.where(energy, 0.0, bought), np.where(energy, bought, 0.0)
        self._treatment = np.array([linkage.treatment_dkk_per_unit for linkage in linkages])
        self._pooled = np.array([linkage.mode == "pooled" for linkage in linkages], bool)
        self._loading = np.array([market.haul(linkage, 0.0) for linkage in linkages])
        self._per_km = np.array(
            [market.parameters.prices.freight_dkk_per_t_km * (linkage.mode == "truck") for linkage in linkages]
        )

    def reckon(self, market: "Market") -> None:
        """Take this month's mean prices."""
        prices = market.mean
        # The formulas have no branches, so they take columns as they take numbers.
        disposal = cost.disposal_cost(self._gate_fee * prices.gate, self._landfill_share, prices.landfill_tax_dkk_per_t)
        disposal = disposal + self._material * prices.subsidy_dkk_per_t
        purchase = self._virgin * prices.virgin + self._energy * prices.energy
        self._before_haul = cost.unit_value(disposal, purchase, self._treatment, 0.0)

    def between_two(self, rows: range) -> list[int]:
        """Return those of some candidate rows that are worthwhile and no matter of a round."""
        some = slice(rows.start, rows.stop)
        linkage = self.columns.linkage[some]
        haul = cost.haul_cost(self.columns.km[some], self._per_km[linkage], self._loading[linkage])
        good = (self._before_haul[linkage] - haul > 0.0) & ~self._pooled[linkage]
        return (rows.start + np.flatnonzero(good)).tolist()


def may_open(pair: Pair, region: "Region") -> bool:
    """Tell whether a case on this pair could open: both sides open, not resting, not under way, a round where needed."""
    supply, need = pair.supply, pair.need
    if not (supply.owner.open and need.owner.open) or supply.rests_until.get(pair.id, 0) > region.month:
        return False
    if any(case.pair.id == pair.id for case in supply.cases.values()):
        return False
    if pair.linkage.code in region.events.banned:
        return False
    return pair.linkage.mode != "pooled" or region.pools.of(pair) is not None


def opportunity(pair: Pair, region: "Region", helped: bool = False) -> tuple[float, float]:
    """Return the yearly surplus a case on this pair could expect, and its quantity; (0, 0) where it cannot open.

    The hours of setting it up are counted against it, spread over each side's hurdle; `helped` says that a broker saves part.
    """
    if not may_open(pair, region):
        return 0.0, 0.0
    quantity = min(pair.supply.free, pair.need.free / pair.linkage.substitution)
    if quantity <= 0.0:
        return 0.0, 0.0
    hurdles = pair.supply.owner.hurdle_years, pair.need.owner.hurdle_years
    setup = setup_expected(pair.linkage, region, helped)
    return cost.surplus(_terms(pair, quantity, region)) - sum(setup / years for years in hurdles), quantity


def setup_expected(linkage: Linkage, region: "Region", helped: bool) -> float:
    """Return what setting a case up would cost each side, in DKK, trust and experience apart."""
    stages, wage = region.parameters.stages, region.parameters.prices.wage_dkk_per_h
    return wage * setup_hours(sum(stage_months(linkage, region)), region.modes[linkage.mode], stages, helped)


def stage_months(linkage: Linkage, region: "Region") -> tuple[float, float, float]:
    """Return the months of work in idea, assessment and negotiation, with help; a member signs a standard agreement."""
    stages = region.parameters.stages
    if linkage.mode == "pooled":
        return POOLED_STAGE_MONTHS, POOLED_STAGE_MONTHS, POOLED_STAGE_MONTHS
    return stages.idea_months, stages.assessed_months, stages.negotiated_months


def _terms(pair: Pair, quantity: float, region: "Region") -> cost.Terms:
    pooled = pair.linkage.mode == "pooled"
    haul = region.pools.haul(pair, quantity) if pooled else region.market.haul(pair.linkage, pair.km)
    return region.market.terms(pair.linkage, pair.km, quantity, haul)


def propose_best(rows: list[int], opened_by: str, region: "Region") -> bool:
    """Propose a residual to the best partner among its candidate rows; tell whether there was one."""
    found = []
    for row in rows:
        pair = region.candidates.pairs[row]
        surplus, quantity = opportunity(pair, region, helped=opened_by == "centre")
        if surplus > 0.0:
            found.append(Proposal(surplus, pair, quantity, opened_by))
    return bool(found) and propose(min(found, key=lambda proposal: proposal.rank), region.month)


def propose(proposal: Proposal, month: int) -> bool:
    """Hand a proposal to its receiver; tell whether it was handed on.

    A residual is proposed once a month, unless there is no end of it.
    """
    supply = proposal.pair.supply
    if supply.proposed_in == month and not supply.unlimited:
        return False
    supply.proposed_in = month
    proposal.pair.need.proposals.append(proposal)
    proposal.pair.need.owner.asked_in = month
    return True


def found_rows(region: "Region") -> dict[int, list[int]]:
    """Return, by the index of a supply, the candidate rows that firms come upon this month by themselves.

    A supplier looks for takers of the residuals it knows; what an outside place offers, a firm of the region has to find.
    Luck is drawn for those who look, and for nobody else.
    """
    columns = region.candidates.columns
    looked_at = zip(_from_within(region), _from_outside(region), strict=True)
    rows, chance = (np.concatenate(parts) for parts in looked_at)
    luck = region.draws.uniform(Purpose.FIND_PARTNER, region.month, columns.id[rows])
    hit = rows[luck < chance]
    found: dict[int, list[int]] = {}
    for row, supply in zip(hit.tolist(), columns.supply[hit].tolist(), strict=True):
        found.setdefault(supply, []).append(row)
    return found


def _from_within(region: "Region") -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of the residuals that aware firms know, and the chance to come upon each."""
    columns = region.candidates.columns
    aware = [firm for firm in region.open_firms if firm.aware]
    attention = region.market.attention
    looking = [
        (supply.index, firm.readiness() * attention[supply.residual.code]) for firm in aware for supply in firm.known_supplies()
    ]
    supplies, ready = np.array([index for index, _ in looking], np.int64), np.array([chance for _, chance in looking])
    counts = columns.first[supplies + 1] - columns.first[supplies]
    # The rows of supply after supply, each range counted on from where the one before ended.
    rows = np.arange(counts.sum()) + np.repeat(columns.first[supplies] - np.cumsum(counts) + counts, counts)
    weight = columns.contact[rows]
    for shown in region.introductions():
        both = shown.supplies[columns.supply[rows]] & shown.needs[columns.need[rows]]
        weight = np.where(both, np.maximum(weight, shown.weight), weight)
    return rows, weight * np.repeat(ready, counts)


def _from_outside(region: "Region") -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of what outside places offer, and the chance that its taker comes upon each."""
    columns, other_weight = region.candidates.columns, region.parameters.search.other_weight
    first = region.landscape.first_from_outside
    takers = [region.needs[index].owner for index in columns.need[first:].tolist()]
    rows = first + np.arange(len(takers))
    return rows, np.array([other_weight * taker.readiness() for taker in takers])


def take_proposals(need: Need, region: "Region") -> None:
    """Open cases on the best proposals for an input as far as they fit and its owner has time; what is left waits."""
    proposals, need.proposals = sorted(need.proposals, key=lambda proposal: proposal.rank), []
    for proposal in proposals:
        owner, two_firm = need.owner, proposal.pair.linkage.mode != "pooled"
        if two_firm and not owner.has_time(owner.proposed() + owner.taken_this_month(region.month)):
            continue
        fits = min(proposal.quantity, need.free / proposal.pair.linkage.substitution)
        if fits >= LEAST_PART * proposal.quantity:
            if two_firm:
                owner.take(region.month)
            region.open_case(proposal.pair, fits, proposal.opened_by)


def alternatives(case: Case, side: int, region: "Region") -> list[float]:
    """Return what the other partners one side could turn to with the same stream would leave it a year, where anything.

    Those are its acquaintances and, for a supplier, whom a centre shows it. They count only where what the side has left
    after this case would not serve them as well.
    """
    rows = _supplier_rows(case, region) if side == 0 else _receiver_rows(case, region)
    found = []
    for row in rows:
        pair = region.candidates.pairs[row]
        if pair.id != case.pair.id and may_open(pair, region) and (side == 0 or pair.supply.known):
            found.append(_rival_offer(pair, case, side, region))
    return [left for left in found if left > 0.0]


def _supplier_rows(case: Case, region: "Region") -> list[int]:
    supply = case.pair.supply
    shown = [row for centre in region.centres for row in centre.shows(supply)]
    return list(dict.fromkeys([*region.candidates.acquainted_takers(supply), *shown]))


def _receiver_rows(case: Case, region: "Region") -> list[int]:
    return region.candidates.acquainted_suppliers(case.pair.need)


def _rival_offer(pair: Pair, case: Case, side: int, region: "Region") -> float:
    supply_left, need_left = pair.supply.free, pair.need.free / pair.linkage.substitution
    if side == 0:
        wanted = min(supply_left + case.quantity, need_left)
        rival = supply_left < wanted
    else:
        wanted = min(supply_left, need_left + case.quantity * case.linkage.substitution / pair.linkage.substitution)
        rival = need_left < wanted
    if not rival or wanted <= 0.0:
        return 0.0
    supplier, receiver = pair.supply.owner, pair.need.owner
    trusts = region.trust(supplier, receiver), region.trust(receiver, supplier)
    return offer(_terms(pair, wanted, region), region.custom(pair.linkage), trusts)
