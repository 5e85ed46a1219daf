"""What firms discard and need, which residual can replace which input, and who holds which stream.

Each named tuple is a row of the table in its docstring. Money is constant 2014 DKK, quantities are a year's.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from .geography import Municipality, OutsidePlace
from .table_rows import (
    Code,
    Jobs,
    Km,
    LogSpread,
    Months,
    Name,
    NonNegative,
    Number,
    Offset,
    Origin,
    Positive,
    Share,
    TimesAYear,
    Tonnes,
    Years,
    YesNo,
)

Kind = Literal["material", "water", "heat"]
Unit = Literal["t", "m3", "MWh"]
Mode = Literal["truck", "pipe", "pooled"]
Direction = Literal["out", "in"]
SizeClass = Literal["1-9", "10-49", "50-249", "250-999"]

TAKERS_SEEN = 3
"""Pooled rounds a small supplier knows of: its nearest takers."""
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
    reach_km: Km
    permit_months: Months
    build_months: Months
    life_years: Years
    contract_years: Years
    residue_share: Share
    co2e_t_per_unit: Tonnes
    round_dkk: NonNegative
    stop_dkk: NonNegative
    rounds_per_year: TimesAYear
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
    spread: LogSpread
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
    workplaces: Number
    origin: Origin = Origin()


class PartnerRow(NamedTuple):
    """A firm of its own (partners.csv), so many km east and north of its municipality's seat.

    `named`: it is somebody, so that no table shows its simulated money or fate; every partner is, unless a table says no.
    """

    code: Code
    name: Name
    municipality: Code
    sector: Code
    fte: Jobs
    closes: YesNo
    x_km_offset: Offset
    y_km_offset: Offset
    named: YesNo = True
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
