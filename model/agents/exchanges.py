"""How exchanges operate, and when they end."""

from typing import TYPE_CHECKING

from ..draws import Purpose
from ..money import to_ore
from ..month.exchanges import FAILED_MONTHS, POOR_MONTHS
from ..outcomes import INSURED_CAUSES
from ..rules import cost
from ..rules.negotiation import FAILURES, expected_loss, offer
from .accounts import HAULIERS, STATE, TREATMENT, VIRGIN_SUPPLIERS, WASTE_FIRMS
from .cases import Case
from .opportunities import alternatives
from .stages import bargain, position

if TYPE_CHECKING:
    from .region import Region

SUPPLIER, RECEIVER = 0, 1


def operate(case: Case, region: "Region") -> None:
    """Deliver what supply, need and capacity let through this month, unless it fails, and book it."""
    mode = region.modes[case.linkage.mode]
    luck = region.draws.one(Purpose.FAILURE, region.month, case.key)
    chance = region.parameters.modes.failure_persistence if case.failing else mode.failure_per_month
    case.failing = luck < chance
    case.failed_months = case.failed_months + 1 if case.failing else 0
    units = 0.0 if case.failing else _deliverable(case, region)
    _book(case, units, region)
    _count(case, units, region)
    region.witness.operated(case, units)


def _deliverable(case: Case, region: "Region") -> float:
    """Return the smallest of supply, need and capacity; the plant is built for the supply's best month."""
    supply = region.market.season(case.pair.supply.residual.season)
    need = region.market.season(case.pair.need.input.season)
    now = region.month % 12
    demand = region.market.demand
    return case.quantity / 12.0 * min(supply[now] * demand, need[now] * demand, max(supply))


def _book(case: Case, units: float, region: "Region") -> None:
    """Book the month: disposal and purchase avoided, price, haulage, treatment, running cost."""
    linkage, market = case.linkage, region.market
    residual, bought = case.pair.supply.residual, case.pair.need.input
    tax = units * residual.landfill_share * market.now.landfill_tax_dkk_per_t
    fee = units * market.disposal(residual, market.now) - tax
    saved = units * linkage.substitution * market.purchase(bought, market.now)
    haul = region.pools.month_cost(case) if linkage.mode == "pooled" else units * region.haul(case)
    operating = "operating_saving"
    region.books.spend(case, SUPPLIER, WASTE_FIRMS, -fee, operating)
    region.books.spend(case, SUPPLIER, STATE, -tax, operating)
    region.books.spend(case, SUPPLIER, HAULIERS, haul, operating)
    region.books.spend(case, RECEIVER, VIRGIN_SUPPLIERS, -saved, operating)
    region.books.spend(
        case,
        RECEIVER,
        TREATMENT,
        units * linkage.treatment_dkk_per_unit + linkage.running_dkk_per_year / 12.0,
        operating,
    )
    region.books.transfer(case, units * case.price)
    region.books.subsidise(case, SUPPLIER, units * market.subsidy(residual, market.now))
    region.recorder.add("tax_forgone", case.sides[SUPPLIER].recorded_at, to_ore(tax))
    if case.pair.supply.unlimited:  # what it would dispose of has no bounds: the tax is owed on what is exchanged alone
        region.books.tax(case.sides[SUPPLIER], units * residual.landfill_share * market.added_tax)


def _count(case: Case, units: float, region: "Region") -> None:
    """Count the quantities, at the supplier's municipality."""
    linkage, kind = case.linkage, case.pair.supply.residual.kind
    case.delivered += units if region.recorder.year is not None else 0.0
    region.ledger.deliver(case.pair.supply.id, case.pair.need.id, units, linkage.substitution)
    place = case.sides[SUPPLIER].recorded_at
    haulage = 0.0 if linkage.mode == "pipe" else case.pair.km * region.parameters.modes.truck_co2e_t_per_t_km
    avoided = units * (linkage.co2e_t_per_unit - haulage)
    region.recorder.add("co2e", place, avoided)
    if kind == "material":
        region.recorder.add("diverted", place, units * (1.0 - linkage.residue_share))
        region.recorder.add("co2e_material", place, avoided)
    else:
        region.recorder.add("water" if kind == "water" else "energy", place, units)


def honour_guarantee(case: Case, cause: str, region: "Region") -> None:
    """Pay each side still there its guaranteed part of the capital that an exchange's failure costs it."""
    if cause not in INSURED_CAUSES or not case.guaranteed_share:
        return
    specificity = region.modes[case.linkage.mode].specificity
    age = (region.month - case.started) / 12.0
    for side, party in enumerate(case.sides):
        if party.open:
            lost = cost.lost_capital(cost.CAPITAL_SHARES[side] * case.capital_dkk, specificity, age, case.linkage.life_years)
            region.books.honour_guarantee(case, side, case.guaranteed_share * lost)


def review(case: Case, region: "Region") -> str:
    """Keep or renew an exchange, or return why it ends; what is poor for some months in a row is talked over first."""
    if case.failed_months >= FAILED_MONTHS:
        return "supply_failure"
    terms = region.terms(case, capital=False)
    region.witness.reviewed(case, terms)
    for cause, poor in (("price", _loses(case, terms)), ("trust", _risks_too_much(case, terms, region))):
        case.poor_months[cause] = case.poor_months[cause] + 1 if poor else 0
        if case.poor_months[cause] >= POOR_MONTHS:
            return _talk_over(case, terms, cause, region)
    return _renew(case, terms, region) if region.month >= case.contract_ends else ""


def _flows(case: Case, terms: cost.Terms) -> tuple[float, float]:
    return cost.supplier_flow(terms, case.price), cost.receiver_flow(terms, case.price)


def _loses(case: Case, terms: cost.Terms) -> bool:
    """Tell whether either side loses at mean prices; what it has invested is sunk."""
    return min(_flows(case, terms)) < 0.0


def _risks_too_much(case: Case, terms: cost.Terms, region: "Region") -> bool:
    """Tell whether either side's expected loss exceeds its gain, sunk capital out of account."""
    custom = region.custom(case.linkage)
    for flow, (party, other) in zip(_flows(case, terms), (case.sides, case.sides[::-1]), strict=True):
        if 0.0 <= flow < expected_loss(terms, custom, region.trust(party, other), cost.CAPITAL_SHARES[0]):
            return True
    return False


def _talk_over(case: Case, terms: cost.Terms, cause: str, region: "Region") -> str:
    """Agree on another price for the rest of the contract, or return why the exchange ends."""
    region.witness.talks(case, cause)
    if _agree(case, terms, region):
        return cause
    case.poor_months = dict.fromkeys(case.poor_months, 0)
    return ""


def _renew(case: Case, terms: cost.Terms, region: "Region") -> str:
    """At the end of the contract: take a better offer, let it expire, or agree on a new price and go on."""
    sides = case.sides
    here = offer(terms, region.custom(case.linkage), (region.trust(*sides), region.trust(*sides[::-1])))
    better = max(alternatives(case, SUPPLIER, region), default=0.0)
    premium = region.parameters.stages.switching_premium
    region.witness.renews(case, here, better, premium)
    if here > 0.0 and better > (1.0 + premium) * here:
        return "better_offer"
    if failure := _agree(case, terms, region):
        return "better_offer" if failure == "outcompeted" else "expired"
    case.contract_ends += case.linkage.contract_months
    return ""


def _agree(case: Case, terms: cost.Terms, region: "Region") -> str:
    """Negotiate a running exchange's price anew, capital and set-up cost sunk; return why it failed, "" where it did not."""
    supplier, receiver = (position(case, side, region)._replace(setup_dkk=0.0) for side in (SUPPLIER, RECEIVER))
    outcome = bargain(case, terms, (supplier, receiver), region)
    if not outcome.failure:
        case.price = outcome.price
    return FAILURES[outcome.failure]
