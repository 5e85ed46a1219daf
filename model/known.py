"""The names a scenario may use: rules in the code, and municipalities in the folders of tables at hand."""

import csv
from itertools import chain
from pathlib import Path

from .rules.price import RULES as PRICE_RULES
from .scenario_file import SHIPPED, Names
from .targeting import RULES as TARGETING_RULES

TRUST_RULES = ("reinforcement",)


def known_names() -> Names:
    """Return the names of all rules, and the municipality codes of each folder of tables, shipped or in the working folder."""
    return Names(
        price=tuple(PRICE_RULES),
        trust=TRUST_RULES,
        targeting=tuple(TARGETING_RULES),
        municipalities=_municipalities(SHIPPED) | _municipalities(Path()),
    )


def _municipalities(root: Path) -> dict[str, tuple[str, ...]]:
    """Return codes by folder, as a scenario's `region.data` names it: at most two folders below `root`."""
    tables = sorted(chain(root.glob("*/municipalities.csv"), root.glob("*/*/municipalities.csv")))
    return {table.parent.relative_to(root).as_posix(): _codes(table) for table in tables}


def _codes(table: Path) -> tuple[str, ...]:
    with table.open(encoding="utf-8", newline="") as file:
        return tuple(row["code"] for row in csv.DictReader(file) if row.get("code"))
