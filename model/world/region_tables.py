"""Reads all tables of a region, and looks whether they fit together: every fault of every table is told in one go."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..shipped import data_folder, folder_hash, stand_ins
from .geography import Municipality, OutsidePlace
from .streams import (
    UNITS,
    Catalogue,
    HistoricLink,
    Input,
    Linkage,
    OutsideStream,
    PartnerRow,
    PartnerStream,
    RegionTables,
    Residual,
    Season,
    Sector,
    StreamUse,
    WorkplaceRow,
)
from .tables import Tables, by_code

PARTNERS, PLACES = "partners.csv", "outside_places.csv"
BY_STREAM, BY_FIRMS = ("direction", "stream"), ("municipality", "sector", "size_class")


def load_catalogue(folder: Path) -> Catalogue:
    """Return the streams and linkages of a data folder; raise TableError where a table is wrong."""
    reading = Tables(folder)
    catalogue = _catalogue(reading)
    reading.require_sound()
    return catalogue


def load_region_tables(folder: Path) -> RegionTables:
    """Return all tables of a data folder; raise TableError where any is missing or wrong, or two disagree."""
    reading = Tables(folder)
    tables = RegionTables(
        municipalities=by_code(reading.read("municipalities.csv", Municipality)),
        outside_places=by_code(reading.read(PLACES, OutsidePlace)),
        sectors=by_code(reading.read("sectors.csv", Sector)),
        catalogue=_catalogue(reading),
        sector_streams=tuple(reading.read("sector_streams.csv", StreamUse, ("sector", *BY_STREAM))),
        workplaces=tuple(reading.read("workplaces.csv", WorkplaceRow, BY_FIRMS)),
        partners=tuple(reading.read(PARTNERS, PartnerRow)),
        partner_streams=tuple(reading.read("partner_streams.csv", PartnerStream, ("partner", *BY_STREAM))),
        historic_links=tuple(reading.read("historic_links.csv", HistoricLink, HistoricLink._fields[:3])),
        outside_streams=tuple(reading.read("outside_streams.csv", OutsideStream, ("place", *BY_STREAM))),
    )
    _check_firms(tables, reading)
    _check_holders(tables, reading)
    _check_historic_links(tables, reading)
    reading.require_sound()
    return tables


def tables_of(data: str) -> RegionTables:
    """Return the tables of a data folder by its name, read once; raise NoTables where there is no such folder."""
    return tables_in(data_folder(data).resolve())


@contextmanager
def standing_in(folders: Mapping[str, Path]) -> Iterator[None]:
    """Have this process read folders of tables, by the names that scenarios have for them, from elsewhere."""
    before = dict(stand_ins)
    _stand_in({**before, **folders})
    try:
        yield
    finally:
        _stand_in(before)


def _stand_in(folders: Mapping[str, Path]) -> None:
    stand_ins.clear()
    stand_ins.update(folders)
    tables_in.cache_clear()
    folder_hash.cache_clear()


@lru_cache(maxsize=8)
def tables_in(folder: Path) -> RegionTables:
    """Return the tables of a data folder as they were when a process first asked; raise TableError as `load_region_tables`."""
    return load_region_tables(folder)


# --- streams and linkages --------------------------------------------------------------------------------------------


def _catalogue(reading: Tables) -> Catalogue:
    catalogue = Catalogue(
        residuals=by_code(reading.read("residuals.csv", Residual)),
        inputs=by_code(reading.read("inputs.csv", Input)),
        linkages=by_code(reading.read("linkages.csv", Linkage)),
        seasons=by_code(reading.read("seasons.csv", Season)),
    )
    for season in catalogue.seasons.values():
        _check_season(season, reading)
    streams: list[Residual | Input] = [*catalogue.residuals.values(), *catalogue.inputs.values()]
    for stream in streams:
        _check_stream(stream, reading)
    for linkage in catalogue.linkages.values():
        _check_linkage(linkage, catalogue, reading)
    return catalogue


def _check_season(season: Season, reading: Tables) -> None:
    total = math.fsum(season.months)
    if not math.isclose(total, 12, abs_tol=1e-6):
        reading.refuse(season, "jan..dec", "table.season", total=f"{total:.9g}")


def _check_stream(stream: Residual | Input, reading: Tables) -> None:
    reading.refers(stream, "season", "seasons.csv")
    if not _has_its_unit(stream):
        reading.refuse(stream, "unit", "table.unit", given=stream.unit, kind=stream.kind, unit=UNITS[stream.kind])


def _has_its_unit(stream: Residual | Input) -> bool:
    return stream.unit == UNITS[stream.kind]


def _check_linkage(linkage: Linkage, catalogue: Catalogue, reading: Tables) -> None:
    reading.refers(linkage, "residual", "residuals.csv")
    reading.refers(linkage, "input", "inputs.csv")
    _check_round(linkage, reading)
    residual, replaced = catalogue.residuals.get(linkage.residual), catalogue.inputs.get(linkage.input)
    if residual is None or replaced is None or not (_has_its_unit(residual) and _has_its_unit(replaced)):
        return  # told of itself, or of its own row
    if residual.unit != replaced.unit:
        units = {"input": replaced.code, "replaced": replaced.unit, "residual": residual.code, "unit": residual.unit}
        reading.refuse(linkage, "input", "table.units_differ", **units)
    elif linkage.mode != "pipe" and residual.unit != "t":
        reading.refuse(linkage, "mode", "table.mode", mode=linkage.mode, residual=residual.code, unit=residual.unit)


def _check_round(linkage: Linkage, reading: Tables) -> None:
    if linkage.mode == "pooled" and linkage.rounds_per_year == 0:
        reading.refuse(linkage, "rounds_per_year", "table.no_rounds")
    for column in ("round_dkk", "stop_dkk", "rounds_per_year"):
        value = getattr(linkage, column)
        if linkage.mode != "pooled" and value != 0:
            reading.refuse(linkage, column, "table.rounds", value=f"{value:g}")


# --- firms, and what they hold ---------------------------------------------------------------------------------------


def _check_firms(tables: RegionTables, reading: Tables) -> None:
    firms: list[WorkplaceRow | PartnerRow] = [*tables.workplaces, *tables.partners]
    for firm in firms:
        reading.refers(firm, "municipality", "municipalities.csv")
        reading.refers(firm, "sector", "sectors.csv")
    _check_workplaces(tables, reading)
    for partner in tables.partners:
        if partner.code in tables.outside_places:
            reading.refuse(partner, "code", "table.partner_outside", code=partner.code)
        if partner.named and partner.closes:
            reading.refuse(partner, "closes", "table.named_closes", code=partner.code)


def _check_workplaces(tables: RegionTables, reading: Tables) -> None:
    """Note the row by which a municipality has more workplaces than inhabitants: nobody can mean that."""
    held: dict[str, int] = {}
    for row in sorted(tables.workplaces, key=lambda row: row.workplaces):
        town, before = tables.municipalities.get(row.municipality), held.get(row.municipality, 0)
        held[row.municipality] = before + row.workplaces
        if town and before <= town.population < held[town.code]:
            told = {"given": held[town.code], "code": town.code, "name": town.name, "population": town.population}
            reading.refuse(row, "workplaces", "table.too_many_workplaces", **told)


def _check_holders(tables: RegionTables, reading: Tables) -> None:
    holders: list[tuple[tuple[Any, ...], str, str]] = [
        (tables.sector_streams, "sector", "sectors.csv"),
        (tables.partner_streams, "partner", PARTNERS),
        (tables.outside_streams, "place", PLACES),
    ]
    for rows, column, table in holders:
        for row in rows:
            reading.refers(row, column, table)
            reading.refers(row, "stream", "residuals.csv" if row.direction == "out" else "inputs.csv")


def _check_historic_links(tables: RegionTables, reading: Tables) -> None:
    if not reading.are_whole("partner_streams.csv", "outside_streams.csv"):
        return  # nobody knows what the ends hold
    holding = reading.cells("partner_streams.csv", "partner", *BY_STREAM)
    holding |= reading.cells("outside_streams.csv", "place", *BY_STREAM)
    for link in tables.historic_links:
        linkage = tables.catalogue.linkages.get(link.linkage)
        if _has_ends(link, tables, reading) and linkage is not None:
            _check_ends_hold(link, linkage, holding, reading)


def _has_ends(link: HistoricLink, tables: RegionTables, reading: Tables) -> bool:
    """Tell whether a link's ends and linkage are all known, and note what is wrong with them."""
    known = [reading.refers(link, end, PARTNERS, PLACES) for end in ("supplier", "receiver")]
    known += [reading.refers(link, "linkage", "linkages.csv")]
    if link.supplier == link.receiver:
        reading.refuse(link, "receiver", "table.one_end", code=link.receiver)
    elif link.supplier in tables.outside_places and link.receiver in tables.outside_places:
        reading.refuse(link, "receiver", "table.both_outside")
    return all(known)


def _check_ends_hold(link: HistoricLink, linkage: Linkage, holding: set[tuple[str, ...]], reading: Tables) -> None:
    for end, direction, stream in ((link.supplier, "out", linkage.residual), (link.receiver, "in", linkage.input)):
        if (end, direction, stream) not in holding:
            reading.refuse(link, "linkage", "table.no_stream", end=end, direction=direction, stream=stream)
