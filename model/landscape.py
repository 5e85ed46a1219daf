"""Sets a region up: firms with their streams and acquaintances, outside places, candidate pairs, historic links."""

from math import exp
from typing import TYPE_CHECKING

from .cases import Case
from .draws import Draws, Purpose
from .experience import settle_trust
from .firm import Firm
from .identity import identity
from .matching import Candidates, Matcher
from .opportunities import ACQUAINTED
from .party import Need, OutsidePlace, Party, Supply
from .population import Stream, Workplace, acquaintances
from .rules import awareness, closure
from .rules.price import IDLE, equal_split
from .streams import HistoricLink

if TYPE_CHECKING:
    from .region import Region

LARGE_ENOUGH_TO_BE_PUBLIC = 50.0
"""Jobs from which a firm's inputs are public knowledge, as those of utilities and waste firms are."""
UNLIMITED = 1e9
"""Quantity a year an outside place takes or supplies."""


def settle_firms(region: "Region", workplaces: list[Workplace]) -> list[Firm]:
    """Create all firms, entrants still dormant, with their temper drawn by their identities."""
    draws, parameters = region.draws, region.parameters
    ids = [workplace.id for workplace in workplaces]
    low, high = parameters.trust.disposition_low, parameters.trust.disposition_high
    dispositions = low + (high - low) * draws.uniform(Purpose.DISPOSITION, 0, ids)
    hurdles = draws.normal(Purpose.HURDLE, 0, ids)
    margins = region.margin_spread * draws.normal(Purpose.FIRST_MARGIN, 0, ids)
    firms = []
    for row, workplace in enumerate(workplaces):
        luck = {
            "disposition": float(dispositions[row]),
            "hurdle_years": parameters.stages.hurdle_years * exp(parameters.stages.hurdle_spread * float(hurdles[row])),
            "margin_deviation": float(margins[row]),
        }
        firms.append(Firm(region, workplace, row, luck))
    for firm, known in zip(firms, acquaintances(workplaces, parameters, draws), strict=True):
        firm.acquaintances = [firms[row] for row in known]
        firm.acquainted = frozenset(acquaintance.identity for acquaintance in firm.acquaintances)
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
    return [
        OutsidePlace(identity("outside", place.code), f"outside-{place.code}", place.haul_km, disposition, hurdle)
        for place in sorted(region.tables.outside_places.values(), key=lambda place: place.code)
    ]


def give_streams(region: "Region") -> tuple[list[Supply], list[Need]]:
    """Hand every party its residuals and inputs; return all of them in a fixed order."""
    catalogue = region.market.catalogue
    supplies: list[Supply] = []
    needs: list[Need] = []
    for party, residuals, inputs in _holdings(region):
        for stream in residuals:
            supplies.append(Supply(len(supplies), party, stream, catalogue.residuals[stream.code]))
            party.supplies.append(supplies[-1])
        for stream in inputs:
            needs.append(Need(len(needs), party, stream, catalogue.inputs[stream.code], _public(party)))
            party.needs.append(needs[-1])
    return supplies, needs


def _holdings(region: "Region") -> list[tuple[Party, tuple[Stream, ...], tuple[Stream, ...]]]:
    found: list[tuple[Party, tuple[Stream, ...], tuple[Stream, ...]]] = [
        (firm, firm.workplace.residuals, firm.workplace.inputs) for firm in region.firms
    ]
    for place in region.outside:
        rows = [s for s in region.tables.outside_streams if f"outside-{s.place}" == place.code]
        streams = {
            direction: tuple(
                Stream(identity("stream", place.code, direction, s.stream), place.identity, s.stream, UNLIMITED, True)
                for s in rows
                if s.direction == direction
            )
            for direction in ("out", "in")
        }
        found.append((place, streams["out"], streams["in"]))
    return found


def _public(party: Party) -> bool:
    return (
        not isinstance(party, Firm) or party.workplace.sector.public_inputs or party.jobs >= LARGE_ENOUGH_TO_BE_PUBLIC
    )


def candidate_pairs(region: "Region") -> Candidates:
    """Return all pairs within reach of each other."""
    search = region.parameters.search

    def contact(supplier: Party, need: Need) -> float:
        if need.owner.identity in supplier.acquainted:
            return ACQUAINTED
        if need.public:
            return search.public_taker_weight
        return (
            search.same_municipality_weight if supplier.municipality == need.owner.municipality else search.other_weight
        )

    return region.matcher.candidates(region.supplies, region.needs, contact)


def acquainted_rows(candidates: Candidates) -> dict[int, list[int]]:
    """Return, by the index of a need, the candidate rows whose supplier and receiver are acquainted."""
    found: dict[int, list[int]] = {}
    for row in (candidates.contact == ACQUAINTED).nonzero()[0].tolist():
        found.setdefault(candidates.pairs[row].need.index, []).append(row)
    return found


def rows_from_outside(candidates: Candidates) -> list[int]:
    """Return the candidate rows whose supplier is an outside place."""
    return [row for row, pair in enumerate(candidates.pairs) if isinstance(pair.supply.owner, OutsidePlace)]


def matcher(region: "Region") -> Matcher:
    """Return the matcher of this region's roads and linkages."""
    settings = region.inputs.region
    return Matcher(region.market.catalogue.linkages, settings.road_factor, settings.candidates_per_stream)


def start_historic_links(region: "Region") -> None:
    """Start the exchanges that stood before the first month: capital long paid, trust settled, contracts of all ages."""
    found = (_historic_case(link, region) for link in region.tables.historic_links)
    cases = [case for case in found if case is not None]
    settle_trust(cases, region)
    for case in cases:
        age = region.draws.one(Purpose.CONTRACT_AGE, 0, case.pair.id)
        contract = region.contract_months(case)
        case.operate_from(region.month, contract - int(age * contract))
        case.assessed = case.matched = region.month
        terms = region.terms(case, capital=False)
        # Agreed long before: whatever rule the scenario follows, a bargain between equals.
        case.price = equal_split(terms, IDLE, IDLE, region.bargain)


def _historic_case(link: HistoricLink, region: "Region") -> Case | None:
    """Return the case of a historic link, or None where one of its ends is not in the region simulated."""
    linkage = region.market.catalogue.linkages[link.linkage]
    ends = {party.code.removeprefix("outside-"): party for party in region.parties}
    if link.supplier not in ends or link.receiver not in ends:
        return None
    supply = next(s for s in ends[link.supplier].supplies if s.residual.code == linkage.residual)
    need = next(n for n in ends[link.receiver].needs if n.input.code == linkage.input)
    supply.known = True
    case = Case(
        region.matcher.pair(supply, need, linkage),
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
