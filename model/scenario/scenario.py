"""The schema of a scenario: every parameter with its type, unit, bounds and meaning.

A scenario is frozen and strict: an unknown key is an error, never ignored. `scenario_file.py` reads it from YAML;
`parameters.py` draws the uncertain numbers. Money is constant 2014 DKK; a name that ends in `_dkk…` is money.
"""

from typing import Any, Literal

from pydantic import Field, model_validator

from ..faults import LANGUAGES, Unfit, say
from ..recording import CasesKept, Level
from .levers import Levers, Programme
from .schema import (
    Dated,
    Exponent,
    Month,
    Months,
    NonNegative,
    Positive,
    PositiveShare,
    Ratio,
    Salary,
    Share,
    Strict,
    TrustLevel,
    Wording,
    acting_in,
)
from .schema import in_unit as _unit


class Prices(Strict):
    """Levels and movements of prices."""

    gate_fee_factor: Positive = _unit("factor", "all disposal gate fees, against the tables")
    virgin_price_factor: Positive = _unit("factor", "all prices of virgin inputs, against the tables")
    energy_price_factor: Positive = _unit("factor", "all prices of energy inputs, against the tables")
    capital_factor: Positive = _unit("factor", "capital cost of every linkage, against the tables")
    freight_dkk_per_t_km: NonNegative = _unit("DKK/t/km", "haulage by lorry, both ways included")
    loading_dkk_per_t: NonNegative = _unit("DKK/t", "loading and unloading a lorry")
    volatility_per_month: NonNegative = _unit("log points", "monthly standard deviation of each price index")
    reversion_per_month: Share = _unit("share", "part of a price's deviation from normal that is gone after a month")
    discount_rate_per_year: Share = _unit("share", "firms' rate of return in the annuity of capital")
    wage_dkk_per_h: Positive = _unit("DKK/h", "cost of an hour firms spend on setting up an exchange")


class Modes(Strict):
    """What differs between exchanges by lorry, by pipe and in pooled rounds."""

    truck_reliability: Share = _unit(
        "share of a year", "1 less the failures of quality or quantity that begin in a year, by lorry"
    )
    pipe_reliability: Share = _unit("share of a year", "the same, by pipe")
    pooled_reliability: Share = _unit("share of a year", "the same, in a pooled round")
    truck_viability: Share = _unit("share", "assessed cases that turn out technically viable, by lorry")
    pipe_viability: Share = _unit("share", "the same, by pipe")
    pooled_viability: Share = _unit("share", "the same, in a pooled round")
    truck_specificity: Share = _unit("share", "part of the capital that is lost if the partner fails, by lorry")
    pipe_specificity: Share = _unit("share", "the same, by pipe")
    pooled_specificity: Share = _unit("share", "the same, in a pooled round")
    truck_complexity: Positive = _unit("factor", "set-up hours against the reference, by lorry")
    pipe_complexity: Positive = _unit("factor", "the same, by pipe")
    pooled_complexity: Positive = _unit("factor", "the same, for a member of a pooled round")
    failure_persistence: Share = _unit("share a month", "failures that go on for another month")
    truck_co2e_t_per_t_km: NonNegative = _unit("t/t/km", "greenhouse gas of haulage, empty return included")
    permit_granted: Share = _unit("share", "cases whose permit is granted in the end")


class Awareness(Strict):
    """How the idea of industrial symbiosis spreads among firms, and fades."""

    spontaneous_per_month: Share = _unit("share a month", "unaware firms that hear of it by themselves")
    imitation_per_month: Share = _unit("share a month", "unaware firms that take it up, were all their acquaintances aware")
    example_per_month: Share = _unit("share a month", "the same, were all firms of their municipality in an exchange")
    fade_per_month: Share = _unit("share a month", "aware firms without an exchange that forget it")
    firms_per_visibility_hour: NonNegative = _unit("firms/h", "firms made aware by an hour of visibility work, were none aware")


class Search(Strict):
    """How residuals are discovered and partners found."""

    stumble_per_month: Share = _unit("share a month", "chance that an aware firm discovers one residual as a resource")
    self_identification_per_month: Share = _unit(
        "share a month", "chance that an informed firm finds a partner it is acquainted with"
    )
    public_taker_weight: Share = _unit("weight", "the same chance for a taker whose inputs are public, acquaintance = 1")
    same_municipality_weight: Share = _unit("weight", "the same for another firm of the municipality")
    other_weight: Share = _unit("weight", "the same for any other firm")
    aware_weight: Share = _unit("weight", "the same for a firm that is aware only, informed = 1")
    acquaintances_near: NonNegative = _unit("share", "chance that two firms on the same spot are acquainted")
    acquaintance_distance_km: Positive = _unit("km", "distance over which that chance falls to a third")
    acquaintances_same_sector: Share = _unit("share", "chance that two firms of one sector and municipality are acquainted")
    acquaintances_random: NonNegative = _unit("firms", "acquaintances at random, anywhere in the region")
    attention_to_cost: NonNegative = _unit(
        "elasticity", "rise of discovery and search with the cost of disposal, against what it was at the start"
    )
    retry_months: NonNegative = _unit(
        "months", "rest before a dropped pair is looked at again (up to half as long again, by luck)"
    )


class Stages(Strict):
    """How cases advance from idea to operation."""

    idea_months: NonNegative = _unit("months", "from first contact to the start of an assessment, with help")
    assessed_months: NonNegative = _unit("months", "assessment, with help")
    negotiated_months: NonNegative = _unit("months", "negotiation, with help")
    unaided_speed: Share = _unit("share", "speed of a stage without help, with help = 1")
    no_time_per_month: Share = _unit("share a month", "a firm of 10 jobs gives up for want of time, without help")
    helped_no_time_factor: Share = _unit("factor", "the same with help")
    jobs_per_further_case: Positive = _unit(
        "jobs", "jobs for which a firm can look into one more case at a time, beside its first"
    )
    setup_h_per_month: NonNegative = _unit("h", "hours each side spends in a month of work on a case by lorry")
    setup_help_saving: Share = _unit("share", "hours saved by brokerage")
    setup_trust_saving: Share = _unit("share", "hours saved at full trust")
    setup_experience_saving: Share = _unit("share", "hours saved by a firm that already runs an exchange")
    hurdle_years: Positive = _unit("years", "payback the median firm asks for")
    hurdle_spread: Exponent = _unit("log points", "standard deviation of that hurdle between firms")
    disruption_share: Share = _unit("share", "a failed year's cost, as part of the year's disposal and purchase avoided")
    switching_premium: NonNegative = _unit("share", "how much better an offer must be to be taken at the end of a contract")


class Bargaining(Strict):
    """What the price rules `cost_sharing` and `posted_gate_fee` go by."""

    supplier_cost_share: Share = _unit(
        "share", "part of all added costs the supplier bears (rule `cost_sharing`)", acts_in="rules/cost_sharing"
    )
    posted_fee_share: Share = _unit(
        "share",
        "fee a receiver posts, as part of the supplier's cost of disposal (rule `posted_gate_fee`)",
        acts_in="rules/posted_gate_fee",
    )


class Trust(Strict):
    """Trust as the mean of a Beta distribution over good and bad months (rule `reinforcement`)."""

    disposition_low: Share = _unit("share", "trust in strangers of the least trusting firm")
    disposition_high: Share = _unit("share", "the same of the most trusting firm")
    prior_strength: Positive = _unit("counts", "weight of the prior")
    same_municipality: Share = _unit("share", "added to the prior for a firm of the same municipality")
    common_acquaintance: Share = _unit("share", "added to the prior where the two know somebody in common")
    vouched: Share = _unit("share", "added to the prior where the centre vouches for the partner")
    good_month: NonNegative = _unit("counts", "evidence of a month that went well")
    bad_month: NonNegative = _unit("counts", "evidence of a month that failed")
    forgetting_per_month: PositiveShare = _unit("share a month", "evidence that fades, towards the prior")
    word_of_failure: Share = _unit("share", "part of a bad month that reaches acquaintances who deal with the same partner")


class Ghali(Strict):
    """Trust from -1 to 1 and knowledge from 0 to 1, as in Ghali, Frayret & Ahabchane 2017 (rule `ghali2017`)."""

    social_influence: Share = _unit(
        "share a month",
        "pull of the mean trust in common acquaintances on trust, and of the partner's knowledge",
        acts_in="rules/ghali_slow",
    )
    event_size: NonNegative = _unit(
        "trust", "largest change of trust by a month's random event, either way", acts_in="rules/ghali_slow"
    )
    contact: Share = _unit(
        "share", "part of a partner's lead in knowledge that contact offers in a month", acts_in="rules/ghali_slow"
    )
    learning_per_month: Share = _unit(
        "knowledge a month", "most that is learnt in a month; as little as nothing", acts_in="rules/ghali_slow"
    )
    first_knowledge: Share = _unit("knowledge", "what is known at the first contact", acts_in="rules/ghali_slow")
    trust_threshold: TrustLevel = _unit(
        "trust", "least trust at which a firm learns from a partner and takes part", acts_in="rules/ghali_slow"
    )
    knowledge_threshold: Share = _unit("knowledge", "knowledge above which a firm takes part", acts_in="rules/ghali_slow")


class Jobs(Strict):
    """How savings bear on closures and on output."""

    closure_sensitivity: NonNegative = _unit(
        "1/margin", "fall of the log closure hazard for a margin higher by 1 (100 % of turnover)"
    )
    closure_size_exponent: Exponent = _unit("exponent", "fall of the closure hazard with size, (jobs/10)^-exponent")
    closure_demand_sensitivity: NonNegative = _unit("1/demand", "rise of the log closure hazard for demand lower by 1 (100 %)")
    margin_persistence: Share = _unit("share a month", "part of a margin's deviation from normal that is left after a month")
    margin_volatility: NonNegative = _unit("margin", "monthly standard deviation of the margin")
    entry_per_closure: Ratio = _unit("firms/firm", "new firms for each closure to be expected at normal margin and demand")
    output_elasticity: NonNegative = _unit(
        "elasticity", "growth of output and jobs for savings worth 1 % of turnover, after two years"
    )


class CentreWork(Strict):
    """What the centre's money and hours buy."""

    salary_dkk_per_fte_year: Salary = _unit("DKK/FTE/year", "salary of a member of staff")
    overhead_share: NonNegative = _unit("share", "overhead on salaries")
    hours_per_fte_month: Positive = _unit("h/FTE/month", "hours a full-time member of staff works for firms")
    hiring_lag_months: Months = _unit("months", "from the decision to hire to the first day")
    screening_h: Positive = _unit("h", "hours of one screening")
    refusal_h: NonNegative = _unit("h", "hours of a contact that is refused")
    screening_reveals: Share = _unit("share", "residuals a screening reveals")
    unaware_acceptance: Share = _unit("factor", "readiness of an unaware firm to be screened, aware = 1")
    brokered_case_h: Positive = _unit("h", "hours of brokerage for one case from idea to signing")
    pool_h: Positive = _unit("h", "hours to organise one pooled round")
    member_h: Positive = _unit("h", "hours to win one member for it")
    survey_h: Positive = _unit("h", "hours of the light survey of one small firm, which reveals one stream")
    walk_in_per_month: Share = _unit(
        "share a month", "aware firms that bring what they know to the centre, were they to trust it fully"
    )
    home_share: Share = _unit("share", "part of its hours kept for its home municipalities, where it has any")
    learning_exponent: NonNegative = _unit("exponent", "fall of hours per service with services done, (1 + done/start)^-b")
    learning_start: Positive = _unit("services", "services of a kind after which experience has doubled")
    learning_floor: Share = _unit("share", "hours per service that no experience saves")
    reputation_weight: Share = _unit(
        "share", "how far results raise (or the lack of them lowers) acceptance and the reach of visibility work"
    )
    reputation_prior: Positive = _unit("cases", "cases after which its own results count as much as the first opinion")


class Pools(Strict):
    """Pooled rounds without the centre."""

    taker_starts_per_month: Share = _unit("share a month", "chance that a taker of pooled streams organises a round by itself")
    taker_asks_per_month: NonNegative = _unit("firms", "suppliers a taker that runs a round asks to join it, a month")


class Platform(Strict):
    """A public platform, where there is one."""

    join_per_month: Share = _unit("share a month", "aware firms that join an open platform", acts_in="rivals/platform")
    least_user_share: Share = _unit(
        "share of firms with streams", "users below which it brings nothing", acts_in="rivals/platform"
    )
    weight: Share = _unit(
        "weight", "chance that a user comes upon another user as a partner, acquaintance = 1", acts_in="rivals/platform"
    )


class Uncertainties(Strict):
    """All that nobody knows exactly. Each replicate draws it anew, the same for all scenarios."""

    prices: Prices
    modes: Modes
    awareness: Awareness
    search: Search
    stages: Stages
    bargaining: Bargaining
    trust: Trust
    ghali: Ghali
    jobs: Jobs
    centre: CentreWork
    pools: Pools
    platform: Platform


class Horizon(Strict):
    """Simulated months."""

    start: Month = Field(description="first month simulated", json_schema_extra=acting_in("centre"))
    recorded_from: Month = Field(
        description="first month recorded; what comes before is warm-up", json_schema_extra=acting_in("centre")
    )
    end: Month = Field(description="last month simulated", json_schema_extra=acting_in("centre"))

    @model_validator(mode="after")
    def _in_order(self) -> "Horizon":
        if not self.start <= self.recorded_from <= self.end:
            raise Unfit("horizon_order")
        return self


class RegionInputs(Strict):
    """Which tables the region is built from."""

    data: str = Field(
        description="folder of tables: beside the file that names it, in the working folder, or among the shipped ones",
        pattern=r"^[\w/-]+$",
        json_schema_extra=acting_in("two_firms"),
    )
    municipalities: tuple[str, ...] = Field(
        description="codes of the municipalities simulated", min_length=1, json_schema_extra=acting_in("centre")
    )
    road_factor: float = Field(
        description="road kilometres per kilometre as the crow flies", ge=1, le=3, json_schema_extra=acting_in("centre")
    )
    candidates_per_stream: int = Field(
        description="nearest partners kept per residual stream and linkage", ge=1, json_schema_extra=acting_in("centre")
    )


class Event(Strict):
    """Something dated that society decides or that happens to a named firm, in run and twin alike."""

    month: Month = Field(description="month it takes effect")
    closes: str | None = Field(None, description="code of a named firm that closes")
    bans: str | None = Field(None, description="code of a linkage no longer permitted: its exchanges end (regulation)")
    stops: str | None = Field(None, description="code of a residual that no longer arises: its exchanges end (regulation)")
    at: str | None = Field(None, description="code of the named firm where the residual stops; null: everywhere")

    @model_validator(mode="after")
    def _one_thing(self) -> "Event":
        if sum(what is not None for what in (self.closes, self.bans, self.stops)) != 1:
            raise Unfit("event_one_thing")
        if self.at is not None and self.stops is None:
            raise Unfit("event_at")
        return self


class Society(Strict):
    """What the region cannot choose."""

    landfill_tax_dkk_per_t: Dated = Field(description="tax on landfilled waste, by date", json_schema_extra=acting_in("centre"))
    demand: Dated = Field(
        description="demand for firms' products by date, normal = 1", json_schema_extra=acting_in("recession")
    )
    programmes: tuple[Programme, ...] = Field(
        default=(), description="background programmes", json_schema_extra=acting_in("programmes/with_programmes")
    )
    events: tuple[Event, ...] = Field(default=(), description="dated events", json_schema_extra=acting_in("coal_exit"))


class Rules(Strict):
    """Interchangeable rules, by name."""

    price: str = Field(
        description="how two firms split what an exchange is worth", json_schema_extra=acting_in("rules/equal_split")
    )
    trust: str = Field(description="how trust is formed", json_schema_extra=acting_in("rules/no_trust"))


def no_policy() -> Wording:
    """Return what a scenario without policy is called."""
    return Wording(**{language: say("no_policy").worded(language) for language in LANGUAGES})


class Titled(Strict):
    """What asks a question."""

    title: Wording = Field(description="the question this scenario answers")


class Scenario(Titled):
    """One fully specified case: what is simulated, under which policy, and what is uncertain."""

    label: Wording | None = Field(
        default=None,
        description="what tables and figures call it, a few words; not inherited; null: as the file or the scenario is called",
    )
    horizon: Horizon
    region: RegionInputs
    society: Society
    rules: Rules
    levers: Levers
    uncertainties: Uncertainties

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """All programmes: those that come anyway, and those the policy brings."""
        return self.society.programmes + self.levers.programmes

    def twin(self) -> "Scenario":
        """Return the same scenario with every lever at its no-policy value."""
        return self.model_copy(update={"title": no_policy(), "label": no_policy(), "levers": Levers()})


MOST_DRAWS = 100_000
_LIST: dict[str, Any] = {"type": "array", "minItems": 1}
_BOUNDS = {"type": "object", "properties": dict.fromkeys(("low", "high"), {"type": "number"}), "additionalProperties": False}
_INSTEAD = {"anyOf": [{"type": "null"}, _LIST | {"items": {"type": "number"}}, _BOUNDS]}
_RANGES: dict[str, Any] = {"type": "object", "minProperties": 1, "additionalProperties": _INSTEAD}


class Design(Strict):
    """How the uncertain numbers are drawn, where not each replicate draws all of them at random."""

    design: Literal["latin_hypercube", "sobol", "factorial", "random"] = Field(
        description="latin_hypercube, sobol, factorial or random"
    )
    draws: int | None = Field(None, description="number of draws; of sobol a power of two", ge=1, le=MOST_DRAWS)
    levels: int | None = Field(None, description="levels of each number of a factorial, from low to high", ge=2, le=1000)
    over: Any = Field(
        default="all",
        description="all, a list of dotted keys, or keys with {low, high}, a list of values, or null for its own distribution",
        json_schema_extra={"anyOf": [{"enum": ["all"]}, _LIST | {"items": {"type": "string"}}, _RANGES]},
    )


class Report(Strict):
    """What the report of an experiment speaks of; it bears on no run."""

    scenario: str | None = Field(
        default=None, description="scenario that titles and findings speak of; null: the first with a centre or other lever"
    )
    years: tuple[int, ...] | None = Field(
        default=None,
        description="years that tables show; null: the last funded year, three years after it, and the horizon's end",
        min_length=1,
    )
    trifle: str | None = Field(
        default=None,
        description="scenario that differs from that one by next to nothing: shows how far single runs differ for no reason",
    )


class Experiment(Strict):
    """Several scenarios over the same replicates, each as changes to the file they stand in, or as a file that makes them."""

    replicates: int = Field(description="paired runs per scenario", ge=1, le=1_000_000)
    seed: int = Field(description="which stream of random numbers", ge=0, lt=2**32)
    scenarios: dict[str, Any] = Field(
        description="name of a scenario: its changes, or the file whose changes it takes", min_length=1
    )
    levers: dict[str, Any] = Field(
        default={},
        description="dotted key of a lever: its values, a list or each under a name; every combination is a scenario",
    )
    labels: dict[str, dict[str, Wording]] = Field(
        default={}, description="dotted key of a lever: what figures and tables call its values, each by its name"
    )
    uncertainties: Design | None = Field(
        default=None, description="how uncertain numbers are drawn; null: each replicate draws all of them at random"
    )
    record: Level | None = Field(
        default=None, description="outcomes kept: by year or by month too, of each municipality or of the region"
    )
    cases: CasesKept | None = Field(default=None, description="cases kept: all, those that came to an end, or none")
    report: Report | None = Field(default=None, description="what the report speaks of; null: as its keys say")
