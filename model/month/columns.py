"""What is kept of a region while it is simulated: one record a row for parties, streams, cases and so on, one table each.

A record is read and written like an object (`case.price`), in plain Python as in compiled code. Months are counts since
year 0, `NEVER` where a month did not come; a row number of `NONE` points to nothing. Names, units and meanings are those of
the attributes of the agents' classes.
"""

from typing import Any, NamedTuple

import numpy as np

from ..scenario.parameters import GROUPS
from .kinds import ACTIVITIES, AREAS
from .modes import MODES
from .prices import INDICES, MONTHS_IN_MEAN, Prices

NONE = -1
TRUCK, PIPE, POOLED = range(len(MODES))
MATERIAL, WATER, HEAT = range(3)
BY_FIRM, BY_CENTRE, HISTORIC = range(3)
"""Who opened a case."""
TAKER, CENTRE, NOBODY = range(3)
"""Who organises a round."""
SAVING_MONTHS, MARGIN_MONTHS = 12, 25
"""Months of savings a firm keeps, and of their share of turnover: those of the lag of output, and this one."""


def _record(**fields: str | tuple) -> np.dtype:
    return np.dtype([(name, *([kind] if isinstance(kind, str) else kind)) for name, kind in fields.items()], align=True)


NUMBERS = np.dtype([(group, [(name, "f8") for name in kind._fields]) for group, kind in GROUPS.items()], align=True)
"""The drawn parameters, in their groups."""
MODE = _record(reliability="f8", viability="f8", specificity="f8", complexity="f8", failure_per_month="f8", failing_share="f8")
PARTY = _record(
    # What is looked at every month of every firm comes first: 64 bytes, as memory is read.
    margin_deviation="f8",
    base_hazard="f8",
    jobs="f8",
    saved_dkk="f8",
    burden="f8",
    place="i4",
    partners="i4",
    history="i4",
    asked_in="i4",
    open="?",
    aware="?",
    will_be_aware="?",
    informed="?",
    closes="?",
    inside="?",
    takes_for_a_living="?",
    registered="?",
    first_supply="i4",
    last_supply="i4",
    first_need="i4",
    last_need="i4",
    first_acquaintance="i4",
    last_acquaintance="i4",
    aware_since="i4",
    recorded_at="i4",
    relation="i4",
    taken_in="i4",
    taken="i4",
    disposition="f8",
    hurdle_years="f8",
    identity="u8",
)
"""Firms, then outside places. `place` is the municipality's row, `recorded_at` that of outcomes (named firms have one of their
own); `relation` the first of those it keeps evidence of."""
PROFILE = _record(
    turnover_dkk="f8",
    closure_per_year="f8",
    x_km="f8",
    y_km="f8",
    score="f8",
    neighbours="f8",
    usual_saving_dkk="f8",
    given_ore="i8",
    enters="i4",
    closed="i4",
    looked_at="i4",
    asked_again_from="i4",
    platform_user="?",
    screened="?",
    surveyed="?",
)
"""What is asked of a party now and then, in the order of parties."""
SUPPLY = _record(
    identity="u8",
    first_row="i8",
    last_row="i8",
    quantity_per_year="f8",
    owner="i4",
    residual="i4",
    proposed_in="i4",
    case="i4",
    known="?",
    unlimited="?",
    surveyed="?",
    seen="?",
    shown="?",
)
"""`case` is the first of its live cases in the order of their keys; `surveyed`, `seen`, `shown`: by the centre."""
NEED = _record(
    identity="u8",
    quantity_per_year="f8",
    owner="i4",
    bought="i4",
    case="i4",
    proposal="i4",
    pool="i4",
    public="?",
    shown="?",
)
LINKAGE = _record(
    key="u8",
    substitution="f8",
    treatment_dkk="f8",
    running_dkk="f8",
    capital_fixed_dkk="f8",
    capital_dkk_per_unit="f8",
    capital_dkk_per_km="f8",
    build_months="f8",
    life_years="f8",
    residue_share="f8",
    co2e_t_per_unit="f8",
    round_dkk="f8",
    stop_dkk="f8",
    rounds_per_year="f8",
    annuity_factor="f8",
    usable_part="f8",
    before_haul="f8",
    residual="i4",
    bought="i4",
    mode="i4",
    contract_months="i4",
    first_taker="i4",
    last_taker="i4",
    banned="?",
)
RESIDUAL = _record(
    gate_fee_dkk="f8",
    landfill_share="f8",
    season=("f8", (12,)),
    season_most="f8",
    normal_disposal_dkk="f8",
    attention="f8",
    disposal_dkk="f8",
    disposal_now_dkk="f8",
    kind="i4",
)
"""`disposal_dkk` at mean prices, `disposal_now_dkk` at the month's."""
INPUT = _record(price_dkk="f8", season=("f8", (12,)), purchase_dkk="f8", purchase_now_dkk="f8", energy="?")
CASE = _record(
    key="u8",
    pair="u8",
    row="i8",
    km="f8",
    quantity="f8",
    remaining="f8",
    price="f8",
    capital_dkk="f8",
    granted_dkk="f8",
    guaranteed_share="f8",
    delivered="f8",
    setup_dkk=("f8", (2,)),
    number="i4",
    supply="i4",
    need="i4",
    linkage="i4",
    supplier="i4",
    receiver="i4",
    next_of_supply="i4",
    next_of_need="i4",
    attempt="i4",
    opened_by="i4",
    stage="i4",
    opened="i4",
    assessed="i4",
    matched="i4",
    started="i4",
    ended="i4",
    contract_ends="i4",
    end_cause="i4",
    helped_months="i4",
    poor_price="i4",
    poor_trust="i4",
    failed_months="i4",
    supplier_known="i4",
    supplier_partners="i4",
    receiver_partners="i4",
    verdict="i4",
    helped="?",
    failing="?",
    in_hand="?",
    ready="?",
)
"""`row` is the candidate row, or NONE for a historic link that is no candidate. `verdict`: why it ends this month, 0 = not."""
RELATION = _record(
    good="f8",
    bad="f8",
    first_good="f8",
    first_bad="f8",
    next_good="f8",
    next_bad="f8",
    went_well="f8",
    failed="f8",
    heard="f8",
    party="i4",
    other="i4",
    next="i4",
)
"""What a party keeps of another; `went_well`, `failed`, `heard`: what this month taught."""
PROPOSAL = _record(surplus_dkk="f8", quantity="f8", pair="u8", row="i8", opened_by="i4", next="i4")
POOL = _record(
    asked="f8",
    need="i4",
    linkage="i4",
    next="i4",
    organiser="i4",
    target="i4",
    begun="i4",
    poor_months="i4",
    running="?",
    over="?",
)
NOTE = _record(row="i8", rests_until="i4", attempts="i4", asked_again_from="i4", asked_by="i4")
"""What is remembered of a candidate pair that something has happened to; `asked_by`: which round asked, counted from 1."""
HISTORY = _record(savings_dkk=("f8", (SAVING_MONTHS,)), shares=("f8", (MARGIN_MONTHS,)), firm="i4", savings="i4", margins="i4")
"""A firm's savings of the last months and their shares of turnover, as rings; `savings`, `margins`: how many were taken in."""
AHEAD = _record(lasting="f8", margin="f8", lasted="f8", weighed="f8", since="i4")
"""How a plant's chance to last was reckoned, in month `since`: `lasting` is the logarithm of its chance to get through that
month, `margin` where its margin stands in `months_like_this`. `lasted`: its chance to get from there through the last month;
`weighed`: the chances of closure since, each over that. Such as `model.loss_accounts.Ahead`."""
PLACE = _record(outside_influence="f8", most="f8", firms="i8", examples="i8", served="?", home="?")
PATH = _record(landfill_tax="f8", added_tax="f8", subsidy="f8", demand="f8")
"""What society and policy say of a month."""
LINE = _record(total_dkk="f8", first="i8", months="i8", platform="?")
"""A line of funding, of the centre or of the platform."""
PROGRAMME = _record(key="u8", per_month="f8", first="i4", months="i4", first_check="i4", last_check="i4")
CHECK = _record(luck="f8", firm="i4", gone="?")
HISTORIC_LINK = _record(pair="u8", row="i8", km="f8", quantity="f8", supply="i4", need="i4", linkage="i4")
EVENT = _record(month="i4", closes="i4", bans="i4", stops="i4", at="i4", kind="i4")
CLOSES, BANS, STOPS = range(3)
LEVERS = _record(
    grant_share="f8",
    grant_most_dkk="f8",
    guarantee_share="f8",
    grant_first="i4",
    grant_months="i4",
    guarantee_first="i4",
    guarantee_months="i4",
    centre="?",
    platform="?",
)
RULES = _record(price="i4", trust="i4", targeting="i4", asks_others="?", asks_luck="?", from_first_contact="?")
NOW = _record(
    root0="u8",
    root1="u8",
    index_keys=("u8", (len(INDICES),)),
    deviations=("f8", (len(INDICES),)),
    prices=("f8", (len(Prices._fields),)),
    mean_prices=("f8", (len(Prices._fields),)),
    past=("f8", (MONTHS_IN_MEAN, len(Prices._fields))),
    added_tax="f8",
    demand="f8",
    cycle="f8",
    margin_spread="f8",
    granted_share="f8",
    guaranteed_share="f8",
    neighbours_counted="?",
    quoted="i4",
    start="i4",
    end="i4",
    recorded_from="i4",
    month="i4",
    year="i4",
    firms="i4",
    acting="i4",
    entered="i4",
    cases="i4",
    live="i4",
    relations="i4",
    pools="i4",
    ordered_pools="i4",
    seen="i4",
    proposals="i4",
    histories="i4",
    notes="i4",
    events="i4",
    platform_users="i4",
    platform_useful="?",
    full="?",
    odd="i4",
    odd_value="f8",
    odd_one="u8",
    odd_other="u8",
)
"""The month at hand. `full`: some table was too short, so that what follows is void and the run begins anew; or a rule gave a
number that is not finite (`odd`), and the run ends."""
OFFICE = _record(
    home_share="f8",
    shares=("f8", (len(ACTIVITIES),)),
    areas=("f8", (len(AREAS),)),
    left=("f8", (len(ACTIVITIES), len(AREAS))),
    new=("f8", (len(ACTIVITIES), len(AREAS))),
    spent=("f8", (len(ACTIVITIES), len(AREAS))),
    done=("f8", (len(ACTIVITIES),)),
    chance=("f8", (len(AREAS),)),
    worked="f8",
    carried_in="f8",
    lapsed="f8",
    unassigned="f8",
    good="f8",
    bad="f8",
    grant_share="f8",
    grant_most_ore="i8",
    grant_left_ore="i8",
    grant_paid_ore="i8",
    tenth_ore="i8",
    salary_ore="i8",
    balance_ore="i8",
    staff_tenths="i8",
    paid_tenths="i8",
    income_ore="i8",
    salaries_ore="i8",
    overhead_ore="i8",
    last="i4",
    lag="i4",
    only="i4",
    contacted="i4",
    refused="i4",
    screened="i4",
    walk_ins="i4",
    surveyed="i4",
    in_hand=("i4", (len(AREAS),)),
    helped="i4",
    proposed="i4",
    invited="i4",
    organised="i4",
    handed_over="?",
    register_open="?",
)
"""The facilitation centre; hours by activity and area."""
DIARY = _record(
    staff_tenths="i8",
    income_ore="i8",
    salaries_ore="i8",
    overhead_ore="i8",
    grants_ore="i8",
    balance_ore="i8",
    worked_h="f8",
    carried_in_h="f8",
    spent_h=("f8", (len(ACTIVITIES), len(AREAS))),
    unassigned_h="f8",
    lapsed_h="f8",
    carried_out_h="f8",
    queue="i4",
    contacted="i4",
    refused="i4",
    screened="i4",
    walk_ins="i4",
    surveyed="i4",
    cases_in_hand="i4",
    cases_helped="i4",
    cases_proposed="i4",
    members_invited="i4",
    pools_organised="i4",
    reputation="f8",
)


class World(NamedTuple):
    """All columns of one run. Arrays are one-dimensional, rows being what the name says, where nothing else is said.

    `acquaintances` int32: party rows, from `first_acquaintance` of a party on. `pair_*` [candidate rows] are the landscape's.
    `acquainted_rows`, `outside_rows` and `pooled_rows` int64 are candidate rows by need (acquainted pairs; those from
    outside places; those of rounds, the nearest supplier first), from `…_first[need]` to `…_first[need + 1]`. `takers`
    int32: firms' needs by pooled linkage. `acting`, `live`, `pool_order`, `queue`, `small_first` int32: rows in order.
    `savings_ore` int64 [cases, years, sides]; `outcomes` float64 [years, places, variables], money in øre, and `by_month` the
    same by month, without rows where not asked for; `jobs_lost` float64 [firms, years]: accounts since recording began;
    `account_months` int64 [years], `months_like_this` and `demand_to_come` are those of `model.losses`, `ahead` has a row for
    each firm. `hired` int64 [months]: tenths of posts that begin. `luck` and `shocks` float64 are places for draws, `seen`
    int64 [supplies] one for the rows of residuals in the centre's data base.
    """

    numbers: np.ndarray
    modes: np.ndarray
    rules: np.ndarray
    levers: np.ndarray
    now: np.ndarray
    office: np.ndarray
    paths: np.ndarray
    places: np.ndarray
    parties: np.ndarray
    profiles: np.ndarray
    acquaintances: np.ndarray
    supplies: np.ndarray
    needs: np.ndarray
    linkages: np.ndarray
    residuals: np.ndarray
    inputs: np.ndarray
    pair_need: np.ndarray
    pair_linkage: np.ndarray
    pair_id: np.ndarray
    pair_km: np.ndarray
    pair_contact: np.ndarray
    pair_supply: np.ndarray
    acquainted_rows: np.ndarray
    acquainted_first: np.ndarray
    outside_rows: np.ndarray
    outside_first: np.ndarray
    pooled_rows: np.ndarray
    pooled_first: np.ndarray
    takers: np.ndarray
    taker_identities: np.ndarray
    joinable_rows: np.ndarray
    joinable_first: np.ndarray
    entrants: np.ndarray
    acting: np.ndarray
    acting_identities: np.ndarray
    cases: np.ndarray
    live: np.ndarray
    savings_ore: np.ndarray
    relations: np.ndarray
    proposals: np.ndarray
    pools: np.ndarray
    pool_order: np.ndarray
    notes: np.ndarray
    histories: np.ndarray
    lines: np.ndarray
    programmes: np.ndarray
    checks: np.ndarray
    historic: np.ndarray
    events: np.ndarray
    queue: np.ndarray
    small_first: np.ndarray
    hired: np.ndarray
    diary: np.ndarray
    outcomes: np.ndarray
    by_month: np.ndarray
    jobs_lost: np.ndarray
    months_like_this: np.ndarray
    demand_to_come: np.ndarray
    account_months: np.ndarray
    ahead: np.ndarray
    seen: np.ndarray
    luck: np.ndarray
    shocks: np.ndarray


KINDS: dict[str, tuple[Any, int, bool]] = {
    name: (kind, dimensions, read_only)
    for kind, dimensions, read_only, names in (
        (NUMBERS, 1, False, "numbers"),
        (MODE, 1, False, "modes"),
        (RULES, 1, False, "rules"),
        (LEVERS, 1, False, "levers"),
        (NOW, 1, False, "now"),
        (OFFICE, 1, False, "office"),
        (PATH, 1, False, "paths"),
        (PLACE, 1, False, "places"),
        (PARTY, 1, False, "parties"),
        (PROFILE, 1, False, "profiles"),
        (SUPPLY, 1, False, "supplies"),
        (NEED, 1, False, "needs"),
        (LINKAGE, 1, False, "linkages"),
        (RESIDUAL, 1, False, "residuals"),
        (INPUT, 1, False, "inputs"),
        (CASE, 1, False, "cases"),
        (RELATION, 1, False, "relations"),
        (PROPOSAL, 1, False, "proposals"),
        (POOL, 1, False, "pools"),
        (NOTE, 1, False, "notes"),
        (HISTORY, 1, False, "histories"),
        (AHEAD, 1, False, "ahead"),
        (LINE, 1, False, "lines"),
        (PROGRAMME, 1, False, "programmes"),
        (CHECK, 1, False, "checks"),
        (HISTORIC_LINK, 1, False, "historic"),
        (EVENT, 1, False, "events"),
        (DIARY, 1, False, "diary"),
        (np.int32, 1, True, "pair_need pair_linkage pair_supply"),
        (np.uint64, 1, True, "pair_id"),
        (np.float64, 1, True, "pair_km pair_contact"),
        (np.int64, 1, False, "acquainted_rows acquainted_first outside_rows outside_first pooled_rows pooled_first"),
        (np.int64, 1, False, "joinable_rows joinable_first hired seen account_months"),
        (np.int32, 1, False, "acquaintances takers entrants acting live pool_order queue small_first"),
        (np.uint64, 1, False, "taker_identities acting_identities"),
        (np.float64, 1, False, "luck shocks"),
        (np.int64, 3, False, "savings_ore"),
        (np.float64, 3, False, "outcomes by_month"),
        (np.float64, 2, False, "jobs_lost months_like_this demand_to_come"),
    )
    for name in names.split()
}
"""What kind of table each column of `World` is: its records or numbers, its dimensions, and whether it is the landscape's."""


def nothing() -> World:
    """Return columns without rows: what compiled code is made for."""
    tables = {}
    for name, (kind, dimensions, read_only) in KINDS.items():
        table = np.zeros((0,) * dimensions, kind)
        table.flags.writeable = not read_only
        tables[name] = table.view(np.recarray) if isinstance(kind, np.dtype) else table
    return World(**tables)
