"""How much of what a scenario stands on was read, derived or assumed."""

from collections import Counter

from ...rules import trust
from ...scenario.scenario import Scenario, Uncertainties
from ...world.region_tables import tables_of

FIRST_IMPRESSIONS = "trust"
"""Numbers that every trust rule begins from."""


def grades(scenario: Scenario) -> dict[str, dict[str, int]]:
    """Return, for `table_rows` and `uncertain_numbers`, how many carry each grade.

    Numbers that only a trust rule reads which the scenario does not choose are left out.
    """
    rows = (row.origin.grade for table in tables_of(scenario.region.data).rows().values() for row in table)
    idle = {rule.group for name, rule in trust.RULES.items() if name != scenario.rules.trust} - {FIRST_IMPRESSIONS}
    groups = [getattr(scenario.uncertainties, name) for name in Uncertainties.model_fields if name not in idle]
    numbers = (getattr(group, name).grade for group in groups for name in type(group).model_fields)
    return {
        "table_rows": dict(sorted(Counter(rows).items())),
        "uncertain_numbers": dict(sorted(Counter(numbers).items())),
    }
