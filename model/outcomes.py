"""The vocabulary of results: what is recorded, what is measured from it, and in which unit.

Nothing else in the project names a result variable in its own words. `docs/measures.md` is printed from here.
"""

from typing import NamedTuple


class Variable(NamedTuple):
    """One recorded series per year and municipality: a `flow` sums over the year, a `stock` stands at its end."""

    name: str
    unit: str
    kind: str
    meaning: str


class Measure(NamedTuple):
    """One figure readers compare: an exact expression over recorded variables, with unit and date."""

    name: str
    unit: str
    date: str
    expression: str
    meaning: str


FLOW, STOCK = "flow", "stock"

VARIABLES = (
    Variable("contacted", "requests", FLOW, "requests for a screening the centre made, refused and repeated ones included"),
    Variable("screened", "firms", FLOW, "firms whose residuals the centre went through on the spot"),
    Variable("checked", "firms", FLOW, "firms whose residuals a background programme went through"),
    Variable("platform_users", "firms", STOCK, "open firms that list what they know on a public platform"),
    Variable("opened", "cases", FLOW, "cases opened, by a firm or by the centre"),
    Variable("assessed", "cases", FLOW, "cases whose assessment ended as viable"),
    Variable("matched", "cases", FLOW, "cases whose price terms both sides accepted (end of negotiation)"),
    Variable("built", "cases", FLOW, "cases that began to operate"),
    Variable("dropped", "cases", FLOW, "cases given up before they operated"),
    Variable("ended", "exchanges", FLOW, "operating exchanges and pool memberships that ended"),
    Variable("operating", "exchanges", STOCK, "two-firm exchanges in operation, by the supplier's municipality"),
    Variable("historic", "exchanges", STOCK, "the part of operating that stood before the first month simulated"),
    Variable("pool_members", "members", STOCK, "suppliers taking part in a pooled round"),
    Variable("savings_supplier", "DKK", FLOW, "suppliers' operating saving - capital when paid - transaction costs"),
    Variable("savings_receiver", "DKK", FLOW, "receivers' operating saving - capital when paid - transaction costs"),
    Variable(
        "operating_saving",
        "DKK",
        FLOW,
        "both sides' saving on disposal and purchase, subsidies included, net of haulage, treatment and running cost",
    ),
    Variable(
        "capital", "DKK", FLOW, "capital paid by both sides, once, when an exchange is built; less what a guarantee pays back"
    ),
    Variable("transaction_cost", "DKK", FLOW, "both sides' set-up hours, failed cases included, net of feasibility grants"),
    Variable("diverted", "t", FLOW, "material residuals put to use, net of treatment residues"),
    Variable("water", "m3", FLOW, "water residuals put to use"),
    Variable("energy", "MWh", FLOW, "heat, steam and gas residuals put to use"),
    Variable("co2e", "t", FLOW, "greenhouse gas avoided, net of haulage (CO2 equivalents)"),
    Variable("co2e_material", "t", FLOW, "the part of co2e that material residuals account for"),
    Variable("tax_forgone", "DKK", FLOW, "landfill tax not collected on residuals put to use"),
    Variable(
        "added_tax",
        "DKK",
        FLOW,
        "landfill tax on top of society's that firms would owe were everything disposed of; what they avoid is in savings",
    ),
    Variable("public_money", "DKK", FLOW, "all that funders paid out: to a centre, a platform, and as the three below"),
    Variable("subsidies", "DKK", FLOW, "subsidies per tonne put to use"),
    Variable("investment_grants", "DKK", FLOW, "public part of the capital of exchanges"),
    Variable("guarantees_paid", "DKK", FLOW, "capital paid back under a guarantee"),
    Variable("feasibility_grants", "DKK", FLOW, "grants the centre paid out of its funding for firms' own hours"),
    Variable("centre_spent", "DKK", FLOW, "money the centre spent on staff and overhead"),
    Variable("jobs", "FTE", STOCK, "full-time jobs in open firms"),
    Variable(
        "jobs_competitiveness",
        "FTE",
        STOCK,
        "jobs added by output growth from savings, two years later; never part of jobs retained",
    ),
    Variable("jobs_lost_expected", "FTE", FLOW, "sum over open firms of jobs x this month's chance of closure"),
    Variable("jobs_lost_expected_large", "FTE", FLOW, "the part of jobs_lost_expected in plants above 500 jobs"),
    Variable("jobs_lost_realised", "FTE", FLOW, "jobs in firms that did close"),
    Variable("jobs_entered", "FTE", FLOW, "jobs in firms that opened"),
    Variable("closed_firms", "firms", FLOW, "firms that closed"),
    Variable("open_firms", "firms", STOCK, "firms open"),
    Variable("aware_firms", "firms", STOCK, "open firms that know the idea of industrial symbiosis"),
    Variable("known_residuals", "residuals", STOCK, "residuals their open firms know as a resource"),
    Variable("residuals", "residuals", STOCK, "residuals of open firms"),
)

NAMES = tuple(variable.name for variable in VARIABLES)
INDEX = {name: i for i, name in enumerate(NAMES)}
UNITS = {variable.name: variable.unit for variable in VARIABLES}
STOCKS = frozenset(variable.name for variable in VARIABLES if variable.kind == STOCK)

OUTSIDE = "outside"
"""Stands where a municipality's code would: the two places beyond the region. What lands there is leakage."""

MEASURES = (
    Measure(
        "savings",
        "m DKK",
        "2011 to the year given",
        "sum over years of (savings_supplier + savings_receiver - added_tax), region only, run - twin, / 1e6",
        "cash saved by firms of the region, all transaction costs, capital and added landfill tax paid",
    ),
    Measure(
        "run_rate",
        "m DKK a year",
        "the year given",
        "operating_saving - added_tax in that year, region only, run - twin, / 1e6",
        "what the exchanges then in operation save in a year",
    ),
    Measure(
        "operating",
        "exchanges",
        "31 December of the year given",
        "operating, region, run - twin",
        "two-firm exchanges in operation; members of pooled rounds are counted apart (pool_members)",
    ),
    Measure(
        "pool_members",
        "members",
        "31 December of the year given",
        "pool_members, region, run - twin",
        "suppliers taking part in a pooled round",
    ),
    Measure(
        "match",
        "cases",
        "2011 to the year given",
        "sum over years of matched, run - twin",
        "price terms accepted by both sides; a match is not yet an operating exchange",
    ),
    Measure(
        "screened",
        "firms",
        "2011 to the year given",
        "sum over years of screened",
        "firms screened by the centre; contacted firms that refused are not counted",
    ),
    Measure(
        "diverted",
        "t",
        "2011 to the year given",
        "sum over years of diverted, region and outside, run - twin",
        "material residuals put to use, net of treatment residues",
    ),
    Measure(
        "co2e",
        "t",
        "2011 to the year given",
        "sum over years of co2e, region and outside, run - twin",
        "greenhouse gas avoided, net of haulage",
    ),
    Measure(
        "jobs_retained",
        "FTE",
        "31 December of the year given",
        "sum over years of jobs_lost_expected, twin - run, from the start of recording",
        "jobs not lost to closures, in expectation; conditional on the closure sensitivity, which nobody has measured",
    ),
    Measure(
        "jobs_retained_realised",
        "FTE",
        "31 December of the year given",
        "sum over years of jobs_lost_realised, twin - run, from the start of recording",
        "the same from closures that happened: equal in the mean, far noisier",
    ),
    Measure(
        "job_years",
        "FTE years",
        "2011 to the year given",
        "sum over the years of jobs_retained at each 31 December",
        "how much work the retained jobs add up to",
    ),
    Measure(
        "public_money",
        "m DKK",
        "2011 to the year given",
        "sum over years of public_money, run - twin, / 1e6",
        "what funders paid out, in 2014 prices; tax_forgone and added_tax stand apart",
    ),
    Measure(
        "tax_revenue",
        "m DKK",
        "2011 to the year given",
        "sum over years of (added_tax - tax_forgone), run - twin, / 1e6",
        "landfill tax the state takes more (an added tax) or less (residuals no longer landfilled): a transfer",
    ),
    Measure(
        "additional",
        "exchanges",
        "31 December of the year given",
        "two-firm exchanges in operation in the run, of class would_not_have_come",
        "exchanges that never operate in the twin, to the end of the horizon",
    ),
    Measure(
        "pair",
        "paired runs",
        "whole horizon",
        "one run and its twin: same scenario but for the levers, same replicate, same parameter draw, same random draws",
        "the unit over which every range and every calculation error is taken",
    ),
)


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

CLASS_MEANINGS = {
    WOULD_NOT_HAVE_COME: "operated in the run, never in the twin",
    CAME_EARLIER: "operated in both, earlier in the run",
    WOULD_HAVE_COME_ANYWAY: "operated in both from the same month",
    CAME_LATER: "operated in both, later in the run",
    CROWDED_OUT: "operated in the twin only",
    NEVER_OPERATED: "never operated in either: its set-up costs, and nothing else",
    OTHER: "no exchange: a tax added on what is disposed of all the same, and jobs that cannot be split",
}

STAGES = ("idea", "assessed", "negotiated", "built", "operating")
"""A case is *in* a stage until that stage's work is done; `operating` is an exchange."""

DROP_CAUSES = ("not_viable", "no_agreement", "no_time", "permit", "partner_closed", "support_ended", "outcompeted")
END_CAUSES = (
    "price",
    "trust",
    "supply_failure",
    "partner_closed",
    "better_offer",
    "regulation",
    "expired",
    "support_ended",
)


def page() -> str:
    """Return `docs/measures.md`: every measure, class, variable and cause, with unit and date."""
    lines = [
        "# Measures",
        "",
        "What the figures mean, exactly. Printed by `python -m model.outcomes > docs/measures.md`; a test holds page and",
        "program together. Money is constant 2014 DKK. A *run* is compared with its *twin*: the same without policy.",
        "",
        "## Measures",
        "",
        *_table(("measure", "unit", "date", "expression", "meaning"), MEASURES),
        "",
        "## Classes of exchanges against the twin",
        "",
        *_table(("class", "meaning"), tuple(CLASS_MEANINGS.items())),
        "",
        "Savings by class are run - twin, so the classes add up to the whole difference. A firm's difference in jobs is split",
        "over its exchanges by their difference in savings; what cannot be split is `other`.",
        "",
        "## Recorded variables, per year and municipality",
        "",
        "A flow sums over the year, a stock stands at its end. Exchanges count at the supplier's municipality; `outside` holds",
        "what lands beyond the region, and the centre's money, which belongs to no single municipality.",
        "",
        *_table(("variable", "unit", "kind", "meaning"), VARIABLES),
        "",
        "## Why a case ended",
        "",
        f"Before it operated: {', '.join(f'`{cause}`' for cause in DROP_CAUSES)}.",
        "",
        f"While it operated: {', '.join(f'`{cause}`' for cause in END_CAUSES)}.",
    ]
    return "\n".join(lines) + "\n"


def _table(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> list[str]:
    return [_row(header), _row(tuple("---" for _ in header)), *(_row((f"`{row[0]}`", *row[1:])) for row in rows)]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    print(page(), end="")
