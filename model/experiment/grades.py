"""How much of what a scenario stands on was read, derived or assumed."""

from collections import Counter

from ..region_tables import tables_of
from ..scenario import Scenario, Uncertainties


def grades(scenario: Scenario) -> dict[str, dict[str, int]]:
    """Return, for `table_rows` and `uncertain_numbers`, how many carry each grade."""
    rows = (row.origin.grade for table in tables_of(scenario.region.data).rows().values() for row in table)
    groups = [getattr(scenario.uncertainties, name) for name in Uncertainties.model_fields]
    numbers = (getattr(group, name).grade for group in groups for name in type(group).model_fields)
    return {
        "table_rows": dict(sorted(Counter(rows).items())),
        "uncertain_numbers": dict(sorted(Counter(numbers).items())),
    }
