"""The names a scenario may use beside those of its schema: rules, and municipalities by folder of tables."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from .geography import load_municipalities
from .rules import price
from .scenario_faults import Names
from .scenario_file import SHIPPED
from .strict_yaml import Fault, Place, ScenarioError
from .tables import TableError
from .targeting import RULES as TARGETING_RULES

TRUST_RULES = ("reinforcement",)


def known_names() -> Names:
    """Return the rules there are, and the municipalities of every folder of tables that can be reached."""
    return Names(tuple(price.RULES), TRUST_RULES, tuple(TARGETING_RULES), DataFolders())


class DataFolders(Mapping[str, tuple[str, ...]]):
    """The municipality codes of each folder of tables: one in the working folder where there is one, else a shipped one.

    Counts and lists the shipped ones. A faulty table of municipalities raises ScenarioError.
    """

    def __getitem__(self, data: str) -> tuple[str, ...]:
        own = Path(data)
        folder = own if (own / "linkages.csv").is_file() else SHIPPED / data
        if not (folder / "linkages.csv").is_file():
            raise KeyError(data)
        try:
            return tuple(load_municipalities(folder))
        except TableError as error:
            raise ScenarioError(Fault(Place(data), "", str(error))) from None

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(table.parent.relative_to(SHIPPED).as_posix() for table in SHIPPED.rglob("linkages.csv")))

    def __len__(self) -> int:
        return len(list(iter(self)))
