"""Settles a landscape: firms and outside places with their streams, historic links, first awareness."""

from math import exp
from typing import TYPE_CHECKING

from ..draws import Draws, Purpose
from ..rules import awareness, closure
from ..rules.price import IDLE, equal_split
from ..world.landscape import public_inputs
from ..world.population import Outside, Workplace
from ..world.streams import HistoricLink
from .cases import Case
from .experience import settle_trust
from .firm import Firm
from .pairs import Candidates, pair_of
from .party import Need, OutsidePlace, Party, Supply

if TYPE_CHECKING:
    from .region import Region


def settle_firms(region: "Region") -> list[Firm]:
    """Create all firms, entrants still dormant, with their temper drawn by their identities."""
    draws, parameters, landscape = region.draws, region.parameters, region.landscape
    ids = [workplace.id for workplace in landscape.workplaces]
    low, high = parameters.trust.disposition_low, parameters.trust.disposition_high
    dispositions = low + (high - low) * draws.uniform(Purpose.DISPOSITION, 0, ids)
    hurdles = draws.normal(Purpose.HURDLE, 0, ids)
    margins = region.margin_spread * draws.normal(Purpose.FIRST_MARGIN, 0, ids)
    firms = []
    for row, workplace in enumerate(landscape.workplaces):
        luck = {
            "disposition": float(dispositions[row]),
            "hurdle_years": parameters.stages.hurdle_years * exp(parameters.stages.hurdle_spread * float(hurdles[row])),
            "margin_deviation": float(margins[row]),
        }
        firms.append(region.firm_type(region, workplace, row, luck))
    for firm, known, acquainted in zip(firms, landscape.acquaintances, landscape.acquainted, strict=True):
        firm.acquaintances = [firms[row] for row in known]
        firm.acquainted = acquainted
    return firms


def entrants(firms: list[Firm]) -> dict[int, list[Firm]]:
    """Return the firms that are still dormant, by the month they open."""
    found: dict[int, list[Firm]] = {}
    for firm in firms:
        if not firm.open:
            found.setdefault(firm.workplace.enters, []).append(firm)
    return found


def outside_places(region: "Region") -> list[OutsidePlace]:
    """Create the places beyond the region; their trust and hurdle are those of the middling firm."""
    trust = region.parameters.trust
    disposition = 0.5 * (trust.disposition_low + trust.disposition_high)
    hurdle = region.parameters.stages.hurdle_years
    return [OutsidePlace(place.id, place.code, place.haul_km, disposition, hurdle) for place in region.landscape.outside]


def give_streams(region: "Region") -> tuple[list[Supply], list[Need]]:
    """Hand every party its residuals and inputs; return all of them in the landscape's order."""
    catalogue = region.market.catalogue
    supplies: list[Supply] = []
    needs: list[Need] = []
    holders: tuple[Workplace | Outside, ...] = (*region.landscape.workplaces, *region.landscape.outside)
    for party, held in zip(region.parties, holders, strict=True):
        for stream in held.residuals:
            supplies.append(Supply(len(supplies), party, stream, catalogue.residuals[stream.code]))
            party.supplies.append(supplies[-1])
        for stream in held.inputs:
            needs.append(Need(len(needs), party, stream, catalogue.inputs[stream.code], _public(held)))
            party.needs.append(needs[-1])
    return supplies, needs


def _public(held: Workplace | Outside) -> bool:
    return not isinstance(held, Workplace) or public_inputs(held)


def candidates(region: "Region") -> Candidates:
    """Return the landscape's pairs with the region's streams at their ends."""
    return Candidates(region.landscape.pairs, region.supplies, region.needs, region.market.catalogue.linkages)


def start_historic_links(region: "Region") -> None:
    """Start the exchanges that stood before the first month: capital long paid, trust settled, contracts of all ages."""
    ends = {party.code.removeprefix("outside-"): party for party in region.parties}
    found = (_historic_case(link, ends, region) for link in region.tables.historic_links)
    cases = [case for case in found if case is not None]
    settle_trust(cases, region)
    for case in cases:
        age = region.draws.one(Purpose.CONTRACT_AGE, 0, case.pair.id)
        contract = case.linkage.contract_months
        case.operate_from(region.month, contract - int(age * contract))
        case.assessed = case.matched = region.month
        terms = region.terms(case, capital=False)
        # Agreed long before: whatever rule the scenario follows, a bargain between equals.
        case.price = equal_split(terms, IDLE, IDLE, region.bargain)


def _historic_case(link: HistoricLink, ends: dict[str, Party], region: "Region") -> Case | None:
    """Return the case of a historic link, or None where one of its ends is not in the region simulated."""
    linkage = region.market.catalogue.linkages[link.linkage]
    if link.supplier not in ends or link.receiver not in ends:
        return None
    supply = next(s for s in ends[link.supplier].supplies if s.residual.code == linkage.residual)
    need = next(n for n in ends[link.receiver].needs if n.input.code == linkage.input)
    supply.known = True
    case = Case(
        pair_of(supply, need, linkage, region.inputs.region.road_factor),
        link.quantity_per_year,
        "historic",
        0,
        region.month,
        len(region.recorder.years),
    )
    case.hold_capacity()
    region.cases.append(case)
    for firm in case.sides:
        firm.aware = firm.informed = True
    return case


def first_awareness(region: "Region", draws: Draws) -> None:
    """Make firms aware so that, nothing else happening, as many forget as take it up."""
    spread = region.parameters.awareness
    luck = draws.uniform(Purpose.FIRST_AWARE, 0, [firm.identity for firm in region.firms]).tolist()
    for firm, u in zip(region.firms, luck, strict=True):
        outside = region.outside_influence[firm.municipality]
        share = awareness.stationary_share(outside, spread.imitation_per_month, spread.fade_per_month)
        firm.aware = firm.aware or u < share


def margin_spread(region: "Region") -> float:
    """Return the long-run standard deviation of margins."""
    jobs = region.parameters.jobs
    return closure.stationary_deviation(jobs.margin_volatility, jobs.margin_persistence)
