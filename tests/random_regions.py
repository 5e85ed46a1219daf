"""Small regions in which much happens, each made of one number: cut-down tables, restless firms, any mix of policies.

Numbers that nobody knows are raised far beyond what is plausible, so that within a few years cases open, fail, renew and
outcompete each other, rounds begin and dissolve, firms close and enter.
"""

from collections import Counter
from itertools import product
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st

from model import months
from model.rules import price, targeting, trust
from model.scenario.scenario import Scenario
from model.world.population import SIZE_CLASSES
from model.world.region_tables import tables_of
from model.world.streams import Catalogue, Linkage, RegionTables, Sector, WorkplaceRow
from tests.made_up import no_centre

Plain = dict[str, Any]
FEWEST, MOST = 5, 200
"""Firms that stand at the start; entrants come on top."""
SEAT = "326"
"""Where the named partners are."""

# --- what is raised --------------------------------------------------------------------------------------------------

RESTLESS: dict[str, dict[str, tuple[float, float]]] = {
    "prices": {
        "gate_fee_factor": (0.7, 5.0),
        "virgin_price_factor": (0.7, 2.0),
        "energy_price_factor": (0.7, 2.0),
        "capital_factor": (0.05, 1.2),
        "freight_dkk_per_t_km": (0.0, 1.8),
        "volatility_per_month": (0.0, 0.15),
        "reversion_per_month": (0.0, 0.3),
        "discount_rate_per_year": (0.0, 0.12),
    },
    "modes": {
        "truck_reliability": (0.5, 0.99),
        "pipe_reliability": (0.5, 0.99),
        "pooled_reliability": (0.5, 0.99),
        "truck_viability": (0.5, 1.0),
        "pipe_viability": (0.5, 1.0),
        "pooled_viability": (0.6, 1.0),
        "truck_complexity": (0.1, 1.5),
        "pipe_complexity": (0.1, 1.5),
        "failure_persistence": (0.3, 0.97),
        "permit_granted": (0.6, 1.0),
    },
    "awareness": {
        "spontaneous_per_month": (0.005, 0.1),
        "imitation_per_month": (0.0, 0.2),
        "example_per_month": (0.0, 0.3),
        "fade_per_month": (0.001, 0.1),
    },
    "search": {
        "stumble_per_month": (0.03, 0.4),
        "self_identification_per_month": (0.1, 0.9),
        "public_taker_weight": (0.1, 1.0),
        "same_municipality_weight": (0.1, 1.0),
        "other_weight": (0.02, 0.5),
        "aware_weight": (0.2, 1.0),
        "acquaintances_random": (1.0, 8.0),
        "retry_months": (0.0, 18.0),
    },
    "stages": {
        "idea_months": (0.0, 3.0),
        "assessed_months": (0.0, 4.0),
        "negotiated_months": (0.0, 4.0),
        "unaided_speed": (0.3, 1.0),
        "no_time_per_month": (0.0, 0.12),
        "jobs_per_further_case": (3.0, 60.0),
        "setup_h_per_month": (0.1, 6.0),
        "hurdle_years": (2.0, 15.0),
        "disruption_share": (0.0, 0.3),
        "switching_premium": (0.0, 0.3),
    },
    "trust": {
        "disposition_low": (0.2, 0.5),
        "disposition_high": (0.6, 1.0),
        "bad_month": (0.5, 6.0),
        "word_of_failure": (0.0, 1.0),
    },
    "ghali": {
        "event_size": (0.0, 0.2),
        "learning_per_month": (0.01, 0.2),
        "trust_threshold": (-0.5, 0.2),
        "knowledge_threshold": (0.1, 0.6),
    },
    "jobs": {
        "closure_sensitivity": (0.0, 25.0),
        "margin_volatility": (0.003, 0.03),
        "entry_per_closure": (0.0, 2.0),
    },
    "centre": {
        "hiring_lag_months": (0.0, 5.0),
        "screening_h": (4.0, 35.0),
        "brokered_case_h": (5.0, 110.0),
        "pool_h": (5.0, 60.0),
        "member_h": (1.0, 10.0),
        "walk_in_per_month": (0.0, 0.3),
        "learning_start": (2.0, 20.0),
        "reputation_prior": (2.0, 20.0),
    },
    "pools": {"taker_starts_per_month": (0.0, 0.15), "taker_asks_per_month": (0.3, 5.0)},
    "platform": {"join_per_month": (0.02, 0.5), "least_user_share": (0.0, 0.3), "weight": (0.2, 1.0)},
}
"""Uncertain numbers by group, and between which values each is fixed."""
AT_AN_END = 0.1
"""How often a raised number is fixed at its lowest value exactly, and how often at its highest."""
AS_SHIPPED = 0.1
"""How often it is left as it is, to be drawn from its range."""


def _numbers(luck: Random) -> Plain:
    """All uncertain numbers, those above raised."""
    numbers = no_centre().model_dump(mode="json")["uncertainties"]
    for group, raised in RESTLESS.items():
        for name, (low, high) in raised.items():
            if luck.random() >= AS_SHIPPED:
                numbers[group][name] = _between(low, high, luck)
    return numbers


def _between(low: float, high: float, luck: Random) -> float:
    u = luck.random()
    if u < AT_AN_END:
        return low
    return high if u > 1.0 - AT_AN_END else luck.uniform(low, high)


# --- what comes in turn ----------------------------------------------------------------------------------------------


class CentreTraits(NamedTuple):
    """What tells one centre from another beside money and hours."""

    targeting: str
    catchment: str
    home: str
    grants: bool
    handed_over: bool


CENTRES: list[CentreTraits | None] = [
    *(
        CentreTraits(*traits)
        for traits in product(targeting.RULES, ("all", "some"), ("none", "some", "all"), *[(False, True)] * 2)
    ),
    *[None] * 12,
]
RULES = list(product(price.RULES, trust.RULES))


def turn(options: list[Any], seed: int) -> Any:
    """One of some options: so many seeds in a row get each of them once, in an order of chance."""
    round_of_turns, place = divmod(seed, len(options))
    return Random(f"{round_of_turns} of {len(options)}").sample(options, len(options))[place]


# --- tables ----------------------------------------------------------------------------------------------------------


def _region_tables(places: list[str], firms: int, luck: Random) -> RegionTables:
    """The shipped tables, cut down to so many firms in some municipalities, and with restless sectors and linkages."""
    tables = tables_of("data")
    partners = _partners(places, firms, luck)
    rows = _workplaces(places, firms - len(partners), luck)
    tables = _restless(tables._replace(workplaces=rows), luck)
    tables = _without_places(tables, luck.choice([[], [], ["DK"], ["XX"], ["DK", "XX"]]))
    return _with_partners(tables, partners, links=luck.random() < 0.8)


def _workplaces(places: list[str], firms: int, luck: Random) -> tuple[WorkplaceRow, ...]:
    """So many workplaces, drawn from the rows of these municipalities and of some sectors."""
    tables = tables_of("data")
    sectors = luck.sample(sorted(tables.sectors), luck.randint(6, len(tables.sectors)))
    here = [row for row in tables.workplaces if row.municipality in places]
    chosen = [row for row in here if row.sector in sectors] or here
    counts = Counter(luck.choices(range(len(chosen)), weights=[_pull(row) for row in chosen], k=firms))
    return tuple(row._replace(workplaces=counts[n]) for n, row in enumerate(chosen) if counts[n])


def _pull(row: WorkplaceRow) -> float:
    """How often a row is drawn: larger firms more often than there are of them, for they hold more."""
    return row.workplaces * (1 + SIZE_CLASSES.index(row.size_class))


def _partners(places: list[str], firms: int, luck: Random) -> list[str]:
    """Named partners to keep: none, some, or all, no more than half of the firms."""
    codes = [row.code for row in tables_of("data").partners if row.municipality in places]
    kept = luck.choice([0, len(codes) // 2, len(codes), len(codes)])
    return luck.sample(codes, min(kept, firms // 2))


def _with_partners(tables: RegionTables, codes: list[str], links: bool) -> RegionTables:
    """Only these named partners, with or without links that stand at the start; a link needs both its ends."""
    held = {(row.partner, row.direction, row.stream) for row in tables.partner_streams if row.partner in codes}
    return tables._replace(
        partners=tuple(row for row in tables.partners if row.code in codes),
        partner_streams=tuple(row for row in tables.partner_streams if row[:3] in held),
        historic_links=tables.historic_links if links else (),
    )


def _without_places(tables: RegionTables, places: list[str]) -> RegionTables:
    """The same region without some of the places beyond it."""
    return tables._replace(
        outside_places={code: place for code, place in tables.outside_places.items() if code not in places},
        outside_streams=tuple(row for row in tables.outside_streams if row.place not in places),
    )


class Haste(NamedTuple):
    """By what linkages' contracts, months before operation, reach, and cost of collection are multiplied."""

    terms: float
    waiting: float
    reach: float
    collection: float


def _restless(tables: RegionTables, luck: Random) -> RegionTables:
    """Sectors that close sooner, streams more firms have, linkages of shorter terms."""
    closing, holding = luck.uniform(0.5, 4.0), luck.uniform(1.0, 3.0)
    haste = Haste(luck.uniform(0.15, 1.0), luck.uniform(0.0, 1.0), luck.uniform(0.7, 3.0), luck.uniform(0.05, 1.0))
    linkages = {code: _hasty(row, haste) for code, row in tables.catalogue.linkages.items()}
    return tables._replace(
        sectors={code: _closing(row, closing) for code, row in tables.sectors.items()},
        catalogue=Catalogue(**tables.catalogue._asdict() | {"linkages": linkages}),
        sector_streams=tuple(
            row._replace(share_of_firms=min(1.0, holding * row.share_of_firms)) for row in tables.sector_streams
        ),
    )


def _closing(row: Sector, times: float) -> Sector:
    return row._replace(closure_per_year=min(0.5, times * row.closure_per_year))


def _hasty(row: Linkage, haste: Haste) -> Linkage:
    return row._replace(
        contract_years=haste.terms * row.contract_years,
        permit_months=round(haste.waiting * row.permit_months),
        build_months=round(haste.waiting * row.build_months),
        reach_km=haste.reach * row.reach_km,
        round_dkk=haste.collection * row.round_dkk,
        stop_dkk=haste.collection * row.stop_dkk,
    )


# --- society and levers ----------------------------------------------------------------------------------------------


class Span(NamedTuple):
    """First and last month simulated."""

    first: int
    last: int

    def some(self, luck: Random) -> int:
        """A month in it."""
        return luck.randint(self.first, self.last)

    def window(self, luck: Random) -> Plain:
        """The first month of something and how many it lasts, often to the end; it begins in the first two thirds."""
        first = luck.randint(self.first, self.first + 2 * (self.last - self.first) // 3)
        longest = self.last - first + 1
        return {
            "first": months.label(first),
            "months": luck.choice([longest, *(luck.randint(1, longest) for _ in range(4))]),
        }

    def dated(self, values: list[float], luck: Random) -> dict[str, float]:
        """Values from months of chance on."""
        dates = sorted(luck.sample(range(self.first, self.last + 1), len(values)))
        return {months.label(month): value for month, value in zip(dates, values, strict=True)}


def _horizon(luck: Random) -> tuple[Plain, Span]:
    """Three to eight years from any month on, with or without a warm-up of up to two years."""
    first = months.month(luck.randint(2006, 2012), luck.randint(1, 12))
    last = first + luck.randint(36, 96) - 1
    recorded = first + luck.choice([0, 0, luck.randint(1, 24)])
    labels = {"start": first, "recorded_from": recorded, "end": last}
    return {name: months.label(month) for name, month in labels.items()}, Span(first, last)


def _society(span: Span, places: list[str], tables: RegionTables, luck: Random) -> Plain:
    society = no_centre().model_dump(mode="json")["society"]
    if luck.random() < 0.5:
        depth = luck.uniform(0.4, 0.95)
        society["demand"] = span.dated([1.0, depth, (1.0 + depth) / 2, 1.05], luck)
    programmes = [_programme(f"checks {n}", span, places, luck) for n in range(luck.choice([0, 0, 1, 2]))]
    events = [_event(span, tables, luck) for _ in range(luck.randint(0, 5))]
    return society | {"programmes": programmes, "events": events}


def _programme(name: str, span: Span, places: list[str], luck: Random) -> Plain:
    served = luck.choice([[], luck.sample(places, luck.randint(1, len(places)))])
    checks = luck.uniform(5, 60) * (1 if served else len(tables_of("data").municipalities) / len(places))
    return {"name": name, **span.window(luck), "checks_per_year": checks, "municipalities": served, "basis": "made up"}


def _event(span: Span, tables: RegionTables, luck: Random) -> Plain:
    """Something dated, mostly where something is going on; now and then before the first month."""
    month = {"month": months.label(span.first - 5 if luck.random() < 0.1 else span.some(luck))}
    partners = [row.code for row in tables.partners]
    kind = luck.choice(["closes", "stops", "stops", "stops at", "bans", "bans"] if partners else ["stops", "bans"])
    if kind == "closes":
        return month | {"closes": luck.choice(partners)}
    if kind == "stops at":
        row = luck.choice([row for row in tables.partner_streams if row.direction == "out"])
        return month | {"stops": row.stream, "at": row.partner}
    linkage = luck.choice(_linkages_in_use(tables))
    return month | ({"stops": linkage.residual} if kind == "stops" else {"bans": linkage.code})


def _linkages_in_use(tables: RegionTables) -> list[Linkage]:
    """The linkages of links that stand at the start, and those whose residual a sector of the region has."""
    sectors = {row.sector for row in tables.workplaces}
    held = {row.stream for row in tables.sector_streams if row.sector in sectors and row.direction == "out"}
    linked = {row.linkage for row in tables.historic_links} if tables.partners else set()
    return [row for code, row in tables.catalogue.linkages.items() if row.residual in held or code in linked]


def _levers(seed: int, span: Span, places: list[str], luck: Random) -> Plain:
    traits = turn(CENTRES, seed)
    levers: Plain = {"centre": None if traits is None else _centre(traits, span, places, luck)}
    offers = {
        "landfill_tax_added_dkk_per_t": lambda: span.dated([luck.uniform(50, 600), luck.choice([0.0, 300.0])], luck),
        "subsidy_dkk_per_t": lambda: span.dated([luck.uniform(20, 400), luck.choice([0.0, 100.0])], luck),
        "investment_grant": lambda: _offer(span, luck) | {"most_dkk_per_case": 10 ** luck.uniform(3, 6)},
        "guarantee": lambda: _offer(span, luck),
        "platform": lambda: {"funding": _funding(span, luck, luck.uniform(1e5, 3e6))},
    }
    return levers | {name: make() for name, make in offers.items() if luck.random() < 0.4}


def _offer(span: Span, luck: Random) -> Plain:
    return span.window(luck) | {"share": luck.choice([1.0, luck.random()])}


def _centre(traits: CentreTraits, span: Span, places: list[str], luck: Random) -> Plain:
    some = luck.sample(places, luck.randint(1, len(places)))
    home = luck.sample(places, luck.randint(1, len(places)))
    total = luck.uniform(0.5e6, 8e6)
    grants = {
        "total_dkk": luck.uniform(0.02, 0.4) * total,
        "share": luck.choice([0.5, 1.0]),
        "most_dkk_per_firm": 10 ** luck.uniform(3, 5),
    }
    return {
        "funding": _funding(span, luck, total),
        "hour_shares": _hour_shares(luck),
        "targeting": traits.targeting,
        "catchment": [] if traits.catchment == "all" else some,
        "home": {"none": [], "some": home, "all": places}[traits.home],
        "grants": grants if traits.grants else None,
        "handed_over": traits.handed_over,
    }


def _funding(span: Span, luck: Random, total: float) -> list[Plain]:
    """One to three lines, each from a month of its own on: they may overlap, or leave months without money between them."""
    lines = luck.choice([1, 1, 2, 3])
    return [{"funder": f"funder {n}", "total_dkk": total / lines, **span.window(luck)} for n in range(lines)]


def _hour_shares(luck: Random) -> Plain:
    """Shares of any size; some are nil, and what is left is unassigned."""
    weights = [luck.choice([0.0, luck.random(), luck.random(), luck.random()]) for _ in range(4)]
    whole = sum(weights) / luck.choice([1.0, 1.0, 0.8]) or 1.0
    names = ("visibility", "screening", "brokerage", "gathering")
    return {name: weight / whole for name, weight in zip(names, weights, strict=True)}


# --- a region --------------------------------------------------------------------------------------------------------


def random_region(seed: int, firms: int | None = None) -> tuple[Scenario, RegionTables]:
    """A small region and what happens to it; the same for the same seed, with so many firms at the start or any number."""
    luck = Random(seed)
    firms = round(FEWEST * (MOST / FEWEST) ** luck.random() ** 0.6) if firms is None else firms
    others = [code for code in tables_of("data").municipalities if code != SEAT]
    places = luck.sample(others, luck.randint(0, 5))
    places = luck.sample(named := [SEAT, *places], len(named)) if luck.random() < 0.7 or not places else places
    horizon, span = _horizon(luck)
    tables = _region_tables(places, firms, luck)
    price_rule, trust_rule = turn(RULES, seed)
    scenario = Scenario.model_validate(
        {
            "title": f"What happens in random region {seed}?",
            "horizon": horizon,
            "region": {
                "data": "data",
                "municipalities": places,
                "road_factor": luck.uniform(1.0, 1.6),
                "candidates_per_stream": luck.choice([1, 3, 25]),
            },
            "society": _society(span, places, tables, luck),
            "rules": {"price": price_rule, "trust": trust_rule},
            "levers": _levers(seed, span, places, luck),
            "uncertainties": _numbers(luck),
        }
    )
    return scenario, tables


def seeds_and_sizes(most_firms: int = MOST) -> st.SearchStrategy[tuple[int, int]]:
    """What `random_region` takes: a counterexample names a seed and as few firms as still show it."""
    return st.tuples(st.integers(0, 2**32 - 1), st.integers(FEWEST, most_firms))
