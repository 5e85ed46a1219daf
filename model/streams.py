"""What firms discard and need, which residual can replace which input, and who holds which stream.

Each named tuple is a row of the table in its docstring. Money is constant 2014 DKK, quantities are a year's.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from .geography import Municipality, OutsidePlace, load_municipalities, load_outside_places
from .shipped import data_folder, stand_ins, tables_hash
from .tables import (
    Code,
    Name,
    NonNegative,
    Origin,
    Positive,
    Share,
    Whole,
    YesNo,
    by_code,
    check_reference,
    read_table,
    refuse,
)

Kind = Literal["material", "water", "heat"]
Unit = Literal["t", "m3", "MWh"]
Mode = Literal["truck", "pipe", "pooled"]
Direction = Literal["out", "in"]
SizeClass = Literal["1-9", "10-49", "50-249", "250-999"]

UNITS: dict[str, str] = {"material": "t", "water": "m3", "heat": "MWh"}
"""The unit each kind of stream is counted in."""


class Residual(NamedTuple):
    """A stream out (residuals.csv): disposal costs the gate fee and, for the landfilled share, landfill tax."""

    code: Code
    name_en: Name
    name_da: Name
    kind: Kind
    unit: Unit
    gate_fee_dkk_per_unit: NonNegative
    landfill_share: Share
    season: Code
    origin: Origin = Origin()


class Input(NamedTuple):
    """A stream in (inputs.csv), bought at a price that follows the index of virgin goods or of energy."""

    code: Code
    name_en: Name
    name_da: Name
    kind: Kind
    unit: Unit
    price_dkk_per_unit: NonNegative
    price_index: Literal["virgin", "energy"]
    season: Code
    origin: Origin = Origin()


class Season(NamedTuple):
    """A year's course (seasons.csv): each month against the average month, which is 1."""

    code: Code
    jan: NonNegative
    feb: NonNegative
    mar: NonNegative
    apr: NonNegative
    may: NonNegative
    jun: NonNegative
    jul: NonNegative
    aug: NonNegative
    sep: NonNegative
    oct: NonNegative
    nov: NonNegative
    dec: NonNegative
    origin: Origin = Origin()

    @property
    def months(self) -> tuple[float, ...]:
        """Return the twelve factors, January first."""
        return self[1:13]


class Linkage(NamedTuple):
    """A residual that can replace an input (linkages.csv): how, at what cost, how far.

    `substitution`: units of input one unit of residual replaces. `capital_dkk_per_unit`: per unit of yearly capacity.
    `residue_share`: part of the treated residual that is waste all the same. `co2e_t_per_unit`: t CO2e avoided per unit
    of residual, haulage apart. `round_dkk`, `stop_dkk`: line haul and one stop of a collection round (pooled only).
    """

    code: Code
    name_en: Name
    name_da: Name
    residual: Code
    input: Code
    mode: Mode
    substitution: Positive
    treatment_dkk_per_unit: NonNegative
    running_dkk_per_year: NonNegative
    capital_fixed_dkk: NonNegative
    capital_dkk_per_unit: NonNegative
    capital_dkk_per_km: NonNegative
    reach_km: Positive
    permit_months: Whole
    build_months: Whole
    life_years: Positive
    contract_years: Positive
    residue_share: Share
    co2e_t_per_unit: float
    round_dkk: NonNegative
    stop_dkk: NonNegative
    rounds_per_year: Whole
    origin: Origin = Origin()

    @property
    def contract_months(self) -> int:
        """Return the term of a contract in months."""
        return round(12 * self.contract_years)


class StreamUse(NamedTuple):
    """A stream that firms of a sector have (sector_streams.csv).

    The median of those that have it: `quantity_per_fte` per full-time job; `spread`: standard deviation of the log.
    """

    sector: Code
    direction: Direction
    stream: Code
    share_of_firms: Share
    quantity_per_fte: Positive
    spread: NonNegative
    origin: Origin = Origin()


class Sector(NamedTuple):
    """A branch of business (sectors.csv); `closure_per_year` is that of a firm of 10 jobs at normal margin."""

    code: Code
    name_en: Name
    name_da: Name
    turnover_dkk_per_fte: Positive
    closure_per_year: Share
    estate: YesNo
    public_inputs: YesNo
    origin: Origin = Origin()


class WorkplaceRow(NamedTuple):
    """A number of like workplaces (workplaces.csv), named partners apart."""

    municipality: Code
    sector: Code
    size_class: SizeClass
    workplaces: Whole
    origin: Origin = Origin()


class PartnerRow(NamedTuple):
    """A firm of its own (partners.csv), so many km east and north of its municipality's seat.

    `named`: it is somebody, so that no table shows its simulated money or fate.
    """

    code: Code
    name: Name
    municipality: Code
    sector: Code
    fte: Positive
    closes: YesNo
    x_km_offset: float
    y_km_offset: float
    named: YesNo
    origin: Origin = Origin()


class PartnerStream(NamedTuple):
    """A stream of a partner (partner_streams.csv); `known`: seen as a resource at the start. Inputs always are."""

    partner: Code
    direction: Direction
    stream: Code
    quantity_per_year: Positive
    known: YesNo
    origin: Origin = Origin()


class HistoricLink(NamedTuple):
    """An exchange in operation at the start (historic_links.csv); one end at most is an outside place."""

    supplier: Code
    receiver: Code
    linkage: Code
    quantity_per_year: Positive
    origin: Origin = Origin()


class OutsideStream(NamedTuple):
    """A stream an outside place takes (`in`) or supplies (`out`) without limit (outside_streams.csv)."""

    place: Code
    direction: Direction
    stream: Code
    origin: Origin = Origin()


class Catalogue(NamedTuple):
    """All streams and linkages by code, each in order of code."""

    residuals: dict[str, Residual]
    inputs: dict[str, Input]
    linkages: dict[str, Linkage]
    seasons: dict[str, Season]

    def streams(self, direction: str) -> Mapping[str, Residual | Input]:
        """Return the residuals for `out`, the inputs for `in`."""
        return self.residuals if direction == "out" else self.inputs

    def season_of(self, stream: Residual | Input) -> tuple[float, ...]:
        """Return the twelve monthly factors of a stream, January first."""
        return self.seasons[stream.season].months


class RegionTables(NamedTuple):
    """Every table of a data folder, references checked, rows in order of their keys."""

    municipalities: dict[str, Municipality]
    outside_places: dict[str, OutsidePlace]
    sectors: dict[str, Sector]
    catalogue: Catalogue
    sector_streams: tuple[StreamUse, ...]
    workplaces: tuple[WorkplaceRow, ...]
    partners: tuple[PartnerRow, ...]
    partner_streams: tuple[PartnerStream, ...]
    historic_links: tuple[HistoricLink, ...]
    outside_streams: tuple[OutsideStream, ...]

    def rows(self) -> dict[str, tuple[Any, ...]]:
        """Return the rows of each table by its name, for reports on grades and sources."""
        tables = {**self._asdict(), **self.catalogue._asdict()}
        del tables["catalogue"]
        return {name: tuple(rows.values()) if isinstance(rows, dict) else rows for name, rows in tables.items()}


def load_catalogue(folder: Path) -> Catalogue:
    """Return the streams and linkages of a data folder; raise TableError where a table is wrong."""
    catalogue = Catalogue(
        residuals=by_code(read_table(folder / "residuals.csv", Residual)),
        inputs=by_code(read_table(folder / "inputs.csv", Input)),
        linkages=by_code(read_table(folder / "linkages.csv", Linkage)),
        seasons=by_code(read_table(folder / "seasons.csv", Season)),
    )
    for season in catalogue.seasons.values():
        _check_season(season)
    for residual in catalogue.residuals.values():
        _check_stream(residual, catalogue.seasons)
    for replaced in catalogue.inputs.values():
        _check_stream(replaced, catalogue.seasons)
    for linkage in catalogue.linkages.values():
        _check_linkage(linkage, catalogue)
    return catalogue


def load_region_tables(folder: Path) -> RegionTables:
    """Return all tables of a data folder; raise TableError where one is missing or wrong, or two disagree."""
    by_stream, by_firms = ("direction", "stream"), ("municipality", "sector", "size_class")
    tables = RegionTables(
        municipalities=load_municipalities(folder),
        outside_places=load_outside_places(folder),
        sectors=by_code(read_table(folder / "sectors.csv", Sector)),
        catalogue=load_catalogue(folder),
        sector_streams=tuple(read_table(folder / "sector_streams.csv", StreamUse, ("sector", *by_stream))),
        workplaces=tuple(read_table(folder / "workplaces.csv", WorkplaceRow, by_firms)),
        partners=tuple(read_table(folder / "partners.csv", PartnerRow)),
        partner_streams=tuple(read_table(folder / "partner_streams.csv", PartnerStream, ("partner", *by_stream))),
        historic_links=tuple(read_table(folder / "historic_links.csv", HistoricLink, HistoricLink._fields[:3])),
        outside_streams=tuple(read_table(folder / "outside_streams.csv", OutsideStream, ("place", *by_stream))),
    )
    _check_firms(tables)
    _check_holders(tables)
    _check_historic_links(tables)
    return tables


@lru_cache(maxsize=8)
def tables_of(data: str) -> RegionTables:
    """Return the tables of a data folder by its name, read once; KeyError where there is no such folder."""
    return load_region_tables(data_folder(data))


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
    tables_of.cache_clear()
    tables_hash.cache_clear()


def _check_season(season: Season) -> None:
    total = math.fsum(season.months)
    if not math.isclose(total, 12, abs_tol=1e-6):
        refuse(season, "jan..dec", "table.season", total=f"{total:g}")


def _check_stream(stream: Residual | Input, seasons: Mapping[str, Season]) -> None:
    check_reference(stream, "season", seasons, "seasons.csv")
    if stream.unit != UNITS[stream.kind]:
        refuse(stream, "unit", "table.unit", given=stream.unit, kind=stream.kind, unit=UNITS[stream.kind])


def _check_linkage(linkage: Linkage, catalogue: Catalogue) -> None:
    check_reference(linkage, "residual", catalogue.residuals, "residuals.csv")
    check_reference(linkage, "input", catalogue.inputs, "inputs.csv")
    unit, replaced = catalogue.residuals[linkage.residual].unit, catalogue.inputs[linkage.input].unit
    if unit != replaced:
        units = {"input": linkage.input, "replaced": replaced, "residual": linkage.residual, "unit": unit}
        refuse(linkage, "input", "table.units_differ", **units)
    if linkage.mode != "pipe" and unit != "t":
        refuse(linkage, "mode", "table.mode", mode=linkage.mode, residual=linkage.residual, unit=unit)
    _check_round(linkage)


def _check_round(linkage: Linkage) -> None:
    if linkage.mode == "pooled" and linkage.rounds_per_year == 0:
        refuse(linkage, "rounds_per_year", "table.no_rounds")
    for column in ("round_dkk", "stop_dkk", "rounds_per_year"):
        value = getattr(linkage, column)
        if linkage.mode != "pooled" and value != 0:
            refuse(linkage, column, "table.rounds", value=f"{value:g}")


def _check_firms(tables: RegionTables) -> None:
    firms: list[WorkplaceRow | PartnerRow] = [*tables.workplaces, *tables.partners]
    for firm in firms:
        check_reference(firm, "municipality", tables.municipalities, "municipalities.csv")
        check_reference(firm, "sector", tables.sectors, "sectors.csv")
    for partner in tables.partners:
        if partner.code in tables.outside_places:
            refuse(partner, "code", "table.partner_outside", code=partner.code)
        if partner.named and partner.closes:
            refuse(partner, "closes", "table.named_closes", code=partner.code)


def _check_holders(tables: RegionTables) -> None:
    holders: list[tuple[tuple[Any, ...], str, Mapping[str, Any], str]] = [
        (tables.sector_streams, "sector", tables.sectors, "sectors.csv"),
        (tables.partner_streams, "partner", by_code(tables.partners), "partners.csv"),
        (tables.outside_streams, "place", tables.outside_places, "outside_places.csv"),
    ]
    for rows, column, known, table in holders:
        for row in rows:
            check_reference(row, column, known, table)
            stream_table = "residuals.csv" if row.direction == "out" else "inputs.csv"
            check_reference(row, "stream", tables.catalogue.streams(row.direction), stream_table)


def _check_historic_links(tables: RegionTables) -> None:
    held = {(row.partner, row.direction, row.stream) for row in tables.partner_streams}
    held |= {(row.place, row.direction, row.stream) for row in tables.outside_streams}
    for link in tables.historic_links:
        _check_ends(link, tables)
        linkage = tables.catalogue.linkages[link.linkage]
        for end, direction, stream in ((link.supplier, "out", linkage.residual), (link.receiver, "in", linkage.input)):
            if (end, direction, stream) not in held:
                refuse(link, "linkage", "table.no_stream", end=end, direction=direction, stream=stream)


def _check_ends(link: HistoricLink, tables: RegionTables) -> None:
    ends = {**by_code(tables.partners), **tables.outside_places}
    check_reference(link, "supplier", ends, "partners.csv, outside_places.csv")
    check_reference(link, "receiver", ends, "partners.csv, outside_places.csv")
    check_reference(link, "linkage", tables.catalogue.linkages, "linkages.csv")
    if link.supplier == link.receiver:
        refuse(link, "receiver", "table.one_end", code=link.receiver)
    if link.supplier in tables.outside_places and link.receiver in tables.outside_places:
        refuse(link, "receiver", "table.both_outside")
