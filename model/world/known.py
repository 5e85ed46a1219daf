"""The names a scenario may use beside those of its schema: rules, and municipalities by folder of tables."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from ..rules import price, trust
from ..rules.targeting import RULES as TARGETING_RULES
from ..scenario.name_faults import Names
from ..scenario.scenario_file import ScenarioFile, load
from ..scenario.strict_yaml import ScenarioError
from ..shipped import data_folder, data_folders, is_shipped
from .geography import load_municipalities
from .region_tables import tables_of
from .tables import TableError, by_code


def known_names() -> Names:
    """Return the rules there are, and the municipalities of every folder of tables that can be reached."""
    return Names(tuple(price.RULES), tuple(trust.RULES), tuple(TARGETING_RULES), DataFolders(), named_in_events)


class DataFolders(Mapping[str, dict[str, str]]):
    """The municipalities of each folder of tables, names by code: one of the user's own, else a shipped one.

    Counts and lists the shipped ones. A faulty table raises ScenarioError; of the shipped ones, which tests hold, only
    that of municipalities is read.
    """

    def __getitem__(self, data: str) -> dict[str, str]:
        folder = data_folder(data)
        if is_shipped(folder):
            return _shipped_municipalities(folder)
        try:
            return {code: place.name for code, place in tables_of(data).municipalities.items()}
        except TableError as error:
            raise ScenarioError(*error.faults) from None

    def __iter__(self) -> Iterator[str]:
        return iter(data_folders())

    def __len__(self) -> int:
        return len(data_folders())


@lru_cache(maxsize=8)
def _shipped_municipalities(folder: Path) -> dict[str, str]:
    return {code: place.name for code, place in load_municipalities(folder).items()}


def named_in_events(data: str) -> dict[str, list[str]]:
    """Return what a dated event may name, by its key, in a folder of tables; raises ScenarioError for a faulty table."""
    try:
        tables = tables_of(data)
    except TableError as error:
        raise ScenarioError(*error.faults) from None
    partners, catalogue = list(by_code(tables.partners)), tables.catalogue
    return {"closes": partners, "at": partners, "bans": list(catalogue.linkages), "stops": list(catalogue.residuals)}


def load_known(name: str | Path, changed: Sequence[str] = ()) -> ScenarioFile:
    """Return a scenario file, checked against the rules and tables there are, with `key=value` texts put on top of it.

    Raises ScenarioError.
    """
    return load(name, known_names(), changed)
