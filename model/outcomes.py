"""The vocabulary of results: what is recorded, what is measured from it, and in which unit.

Nothing else in the project names a result variable in its own words. What they mean stands in `analysis/texts/*/codebook.yaml`.
"""

from typing import NamedTuple


class Variable(NamedTuple):
    """One recorded series per year and municipality: a `flow` sums over the year, a `stock` stands at its end.

    An `account` stands at the end of a year and holds all since recording began; months have none.
    """

    name: str
    unit: str
    kind: str


class Measure(NamedTuple):
    """One figure readers compare: an exact expression over recorded variables, with unit and date."""

    name: str
    unit: str
    date: str
    expression: str


FLOW, STOCK, ACCOUNT = "flow", "stock", "account"

VARIABLES = (
    Variable("contacted", "requests", FLOW),
    Variable("screened", "firms", FLOW),
    Variable("checked", "firms", FLOW),
    Variable("platform_users", "firms", STOCK),
    Variable("opened", "cases", FLOW),
    Variable("assessed", "cases", FLOW),
    Variable("matched", "cases", FLOW),
    Variable("built", "cases", FLOW),
    Variable("dropped", "cases", FLOW),
    Variable("ended", "exchanges", FLOW),
    Variable("operating", "exchanges", STOCK),
    Variable("historic", "exchanges", STOCK),
    Variable("pool_members", "members", STOCK),
    Variable("savings_supplier", "DKK", FLOW),
    Variable("savings_receiver", "DKK", FLOW),
    Variable("operating_saving", "DKK", FLOW),
    Variable("capital", "DKK", FLOW),
    Variable("transaction_cost", "DKK", FLOW),
    Variable("diverted", "t", FLOW),
    Variable("water", "m3", FLOW),
    Variable("energy", "MWh", FLOW),
    Variable("co2e", "t", FLOW),
    Variable("co2e_material", "t", FLOW),
    Variable("tax_forgone", "DKK", FLOW),
    Variable("added_tax", "DKK", FLOW),
    Variable("public_money", "DKK", FLOW),
    Variable("subsidies", "DKK", FLOW),
    Variable("investment_grants", "DKK", FLOW),
    Variable("guarantees_paid", "DKK", FLOW),
    Variable("feasibility_grants", "DKK", FLOW),
    Variable("centre_spent", "DKK", FLOW),
    Variable("jobs", "FTE", STOCK),
    Variable("jobs_competitiveness", "FTE", STOCK),
    Variable("jobs_lost_weighted", "FTE", ACCOUNT),
    Variable("jobs_lost_weighted_large", "FTE", ACCOUNT),
    Variable("jobs_lost_realised", "FTE", FLOW),
    Variable("jobs_entered", "FTE", FLOW),
    Variable("closed_firms", "firms", FLOW),
    Variable("open_firms", "firms", STOCK),
    Variable("aware_firms", "firms", STOCK),
    Variable("known_residuals", "residuals", STOCK),
    Variable("residuals", "residuals", STOCK),
)

NAMES = tuple(variable.name for variable in VARIABLES)
INDEX = {name: i for i, name in enumerate(NAMES)}
UNITS = {variable.name: variable.unit for variable in VARIABLES}
ACCOUNTS = frozenset(variable.name for variable in VARIABLES if variable.kind == ACCOUNT)

OUTSIDE = "outside"
"""Stands where a municipality's code would: the two places beyond the region. What lands there is leakage."""

NAMED = "named"
"""Stands where a municipality's code would, and where a class of exchanges would: named firms, three or more, as one sum."""

REGION = "region"
"""Stands where a municipality's code would, where the sums over all of them alone are recorded."""

SINCE = "first policy year to the year given"
"""The dates of a sum: from the year in which the policy of any scenario of the result begins."""
AT_END, IN_YEAR = "31 December of the year given", "the year given"

MEASURES = (
    Measure(
        "savings",
        "m DKK",
        SINCE,
        "sum over years of (savings_supplier + savings_receiver - added_tax), region only, run - twin, / 1e6",
    ),  # fmt: skip
    Measure(
        "transfers",
        "m DKK",
        SINCE,
        "sum over years of (subsidies + investment_grants + guarantees_paid + feasibility_grants + tax_forgone - added_tax), "
        "region only, run - twin, / 1e6",
    ),  # fmt: skip
    Measure("net_savings", "m DKK", SINCE, "savings - transfers"),
    Measure("run_rate", "m DKK a year", IN_YEAR, "operating_saving - added_tax in that year, region only, run - twin, / 1e6"),
    Measure("operating", "exchanges", AT_END, "operating, region, run - twin"),
    Measure("pool_members", "members", AT_END, "pool_members, region, run - twin"),
    Measure("match", "cases", SINCE, "sum over years of matched, run - twin"),
    Measure("screened", "firms", SINCE, "sum over years of screened"),
    Measure("diverted", "t", SINCE, "sum over years of diverted, region and outside, run - twin"),
    Measure("co2e", "t", SINCE, "sum over years of co2e, region and outside, run - twin"),
    Measure("jobs_retained", "FTE", AT_END, "jobs_lost_weighted at the end of that year, twin - run"),
    Measure(
        "jobs_retained_realised",
        "FTE",
        AT_END,
        "sum over years of jobs_lost_realised, twin - run, from the start of recording",
    ),  # fmt: skip
    Measure("job_years", "FTE years", SINCE, "sum over the years of jobs_retained at each 31 December"),
    Measure("job_years_realised", "FTE years", SINCE, "sum over the years of jobs_retained_realised at each 31 December"),
    Measure("public_money", "m DKK", SINCE, "sum over years of public_money, run - twin, / 1e6"),
    Measure("tax_revenue", "m DKK", SINCE, "sum over years of (added_tax - tax_forgone), run - twin, / 1e6"),
    Measure("additional", "exchanges", AT_END, "two-firm exchanges in operation in the run, of class would_not_have_come"),
    Measure(
        "pair",
        "paired runs",
        "whole horizon",
        "one run and its twin: same scenario but for the levers, same replicate, same parameter draw, same random draws",
    ),  # fmt: skip
)

OUTCOMES_OF = {"jobs_retained": "jobs_retained_realised", "job_years": "job_years_realised"}
"""Measures whose mean is reckoned with less noise than what happens has: range and counts of runs are those of the other."""


# How an exchange of the run stands against the twin. Savings by class are run - twin, so the classes add up.
WOULD_NOT_HAVE_COME = "would_not_have_come"
CAME_EARLIER = "came_earlier"
WOULD_HAVE_COME_ANYWAY = "would_have_come_anyway"
CAME_LATER = "came_later"
CROWDED_OUT = "crowded_out"
NEVER_OPERATED = "never_operated"
CLASSES = (WOULD_NOT_HAVE_COME, CAME_EARLIER, WOULD_HAVE_COME_ANYWAY, CAME_LATER, CROWDED_OUT, NEVER_OPERATED)

OTHER = "other"
"""Beside the classes: a difference that belongs to no exchange."""

PARTS = (*CLASSES, NAMED, OTHER)
"""What the difference between a run and its twin is made of: exchanges by class, those with named firms, and the rest."""

STAGES = ("idea", "assessed", "negotiated", "built", "operating")
"""A case is *in* a stage until that stage's work is done; `operating` is an exchange."""


class Cause(NamedTuple):
    """Why a case ends: it `drops` one before it operates, or `ends` an exchange.

    A guarantee pays for an exchange's failure where the cause is `insured`; a case that a centre helped in vain speaks against
    the centre where it is `blamed`.
    """

    name: str
    drops: bool = False
    ends: bool = False
    insured: bool = False
    blamed: bool = False


CAUSES = (
    Cause("no_agreement", drops=True, blamed=True),
    Cause("outcompeted", drops=True, blamed=True),
    Cause("no_time", drops=True, blamed=True),
    Cause("not_viable", drops=True),
    Cause("permit", drops=True),
    Cause("support_ended", drops=True, ends=True),
    Cause("partner_closed", drops=True, ends=True, insured=True),
    Cause("regulation", ends=True),
    Cause("supply_failure", ends=True, insured=True),
    Cause("price", ends=True),
    Cause("trust", ends=True, insured=True),
    Cause("better_offer", ends=True),
    Cause("expired", ends=True),
)
"""The one list of causes. The first two are how a negotiation fails, in the order of `negotiation.AGREED` and so on."""
DROP_CAUSES = tuple(cause.name for cause in CAUSES if cause.drops)
END_CAUSES = tuple(cause.name for cause in CAUSES if cause.ends)
INSURED_CAUSES = tuple(cause.name for cause in CAUSES if cause.insured)
BLAMED_CAUSES = tuple(cause.name for cause in CAUSES if cause.blamed)
