"""Where the shipped scenarios and tables lie, in a clone and in an installed package alike."""

from functools import lru_cache
from pathlib import Path

from .streams import RegionTables, load_region_tables

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"


@lru_cache(maxsize=8)
def tables_of(data: str) -> RegionTables:
    """Return the tables of a data folder: in the working folder where there is one of that name, else the shipped ones."""
    own = Path(data)
    return load_region_tables(own if (own / "linkages.csv").is_file() else SCENARIOS / data)
