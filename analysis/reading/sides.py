"""A scenario's paired runs and their twins side by side: what is counted over them, and the queries that count it."""

from typing import NamedTuple

RUN, TWIN = "run", "twin"
GOING_ON, NOT_SHOWN = "going_on", "not_shown"


class Place(NamedTuple):
    """A municipality simulated, its seat in degrees north and east, and how many firms the tables name there."""

    code: str
    name: str
    lat: float
    lon: float
    named_firms: int


class Fate(NamedTuple):
    """How many cases opened from a year on came as far as `reached` in one run, and what became of them then.

    `side` is the scenario of a pair or its twin; `pooled` says whether they are members of rounds; `fate` is a cause,
    `GOING_ON` or `NOT_SHOWN`.
    """

    side: str
    replicate: int
    pooled: bool
    reached: str
    fate: str
    cases: int


class Flow(NamedTuple):
    """Two-firm exchanges in operation at the end of a year, summed over runs; `kind` is the unit of what is exchanged."""

    side: str
    supplier: str
    receiver: str
    kind: str
    exchanges: int


class Kept(NamedTuple):
    """How many plants one paired run has open at the end of a year that are closed in its twin, and the other way round."""

    replicate: int
    kept: int
    kept_fte: float
    lost: int
    lost_fte: float


PLACES = "SELECT code, name, lat::DOUBLE, lon::DOUBLE, named_firms FROM municipalities"

KEPT = """
    SELECT replicate, kept, kept_fte, lost, lost_fte FROM plants JOIN pairs USING (scenario, replicate)
    WHERE scenario = $1 AND year = $2 ORDER BY replicate
"""

SIDES = f"""
    SELECT '{RUN}' AS side, scenario, replicate FROM pairs WHERE scenario = $1
    UNION ALL SELECT '{TWIN}', twin, replicate FROM pairs WHERE scenario = $1
"""
"""The runs of one scenario that have a twin, and their twins."""

SUMS = f"""
    SELECT side, municipality, sum(value) FROM outcomes JOIN ({SIDES}) USING (scenario, replicate)
    WHERE variable = $2 AND year BETWEEN $3 AND $4 GROUP BY ALL ORDER BY ALL
"""

FATES = f"""
    SELECT side, replicate, mode = 'pooled' AS pooled,
        CASE WHEN started IS NOT NULL THEN 'built' WHEN matched IS NOT NULL THEN 'matched'
            WHEN assessed IS NOT NULL THEN 'assessed' ELSE 'opened' END AS reached,
        CASE WHEN private = 1 THEN '{NOT_SHOWN}' WHEN ended IS NULL THEN '{GOING_ON}' ELSE end_cause END AS fate,
        count(*)
    FROM cases JOIN ({SIDES}) USING (scenario, replicate) WHERE opened >= $2 GROUP BY ALL ORDER BY ALL
"""

FLOWS = f"""
    SELECT side, supplier_municipality, receiver_municipality, unit, count(*)
    FROM cases JOIN ({SIDES}) USING (scenario, replicate)
    WHERE mode <> 'pooled' AND started <= $2 AND (ended IS NULL OR ended > $2) AND private = 0
    GROUP BY ALL ORDER BY ALL
"""

DRAWN = """
    SELECT replicate, any_value(value) FROM draws JOIN pairs USING (scenario, replicate)
    WHERE scenario = $1 AND parameter = $2 GROUP BY replicate ORDER BY replicate
"""
