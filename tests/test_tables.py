"""The shipped tables are complete, sourced and plausible; faulty ones are refused with place, fault and remedy."""

import csv
import math
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.draws import Draws
from model.scenario.parameters import draw_parameters
from model.world.geography import project, road_km
from model.world.population import FROM_THE_START, setting_of, synthesise
from model.world.region_tables import load_catalogue, load_region_tables
from model.world.streams import Linkage, RegionTables, Residual
from model.world.tables import TableError, read_table
from tests.made_up import no_centre

ROOT = Path(__file__).parent.parent
DATA = ROOT / "scenarios" / "data"
SHIPPED = (DATA, DATA / "two_firms")
ROAD_FACTOR = 1.3


@pytest.fixture(scope="module")
def tables() -> RegionTables:
    return load_region_tables(DATA)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped tables, to be spoiled."""
    for file in DATA.glob("*.csv"):
        shutil.copy(file, tmp_path)
    return tmp_path


def spoil(path: Path, line: int, column: str, text: str) -> None:
    """Put `text` into a cell; `line` counts as in an editor, the header being 1."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[line - 1][rows[0].index(column)] = text
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


# ---- what the shipped tables claim


def sources_named() -> set[str]:
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]
    return {cell for cell in cells if cell != "source"}


@pytest.mark.parametrize("data", SHIPPED, ids=lambda path: path.name)
def test_every_number_read_has_a_listed_source_and_every_assumption_a_range_and_a_basis(data: Path) -> None:
    named = sources_named()
    tables = load_region_tables(data).rows()
    assert set(tables) == {path.stem for path in data.glob("*.csv")}
    for table, rows in tables.items():
        for row in rows:
            origin = row.origin
            if origin.grade == "assumed":
                assert 0 < origin.low_factor <= 1 <= origin.high_factor, origin.place
                assert len(origin.source_or_basis.split()) >= 2, f"{table}: {origin.place} has no basis"
            else:
                assert origin.source in named, f"{origin.place}: '{origin.source}' is not in docs/sources.md"


def test_the_share_of_assumed_rows_is_known(tables: RegionTables) -> None:
    grades = Counter(row.origin.grade for rows in tables.rows().values() for row in rows)
    share = grades["assumed"] / grades.total()
    print(f"assumed: {grades['assumed']} of {grades.total()} rows ({share:.0%})")
    assert grades["read"] == 20 and 0.9 < share < 1
    assert all(row.origin.grade == "assumed" for row in tables.workplaces)


def counts(tables: RegionTables, column: str) -> Counter[str]:
    """Return the number of workplaces by a column of workplaces.csv."""
    found: Counter[str] = Counter()
    for row in tables.workplaces:
        found[getattr(row, column)] += row.workplaces
    return found


def test_the_region_has_about_2500_workplaces_in_all_17_municipalities_and_few_large_ones(tables: RegionTables) -> None:
    by_place, by_size = counts(tables, "municipality"), counts(tables, "size_class")
    assert len(by_place) == 17 and set(by_place) == set(tables.municipalities)
    assert 2_400 <= by_place.total() <= 2_600
    assert by_size["1-9"] > by_size["10-49"] > by_size["50-249"] > 5 * by_size["250-999"]


def test_more_people_or_more_land_mean_more_workplaces(tables: RegionTables) -> None:
    by_place, places = counts(tables, "municipality"), tables.municipalities
    for code, place in places.items():
        assert 2 < 1_000 * by_place[code] / place.population < 4.5, place.name
    farms = [row for row in tables.workplaces if row.sector == "farm"]
    by_area = counts(tables._replace(workplaces=tuple(farms)), "municipality")
    per_km2 = by_area.total() / sum(place.area_km2 for place in places.values())
    assert all(abs(by_area[code] - per_km2 * place.area_km2) < 4 for code, place in places.items())


def test_sectors_of_which_the_region_has_one_plant_are_the_named_partners_only(tables: RegionTables) -> None:
    alone = {"power", "refinery", "gypsum", "biofuel"}
    assert not alone & {row.sector for row in tables.workplaces}
    assert alone <= {row.sector for row in tables.partners}


def sizes(tables: RegionTables, replicate: int) -> np.ndarray:
    """Return the jobs of all workplaces at the start, named partners included, the largest first."""
    everywhere = no_centre().region.model_copy(update={"municipalities": tuple(tables.municipalities)})
    scenario = no_centre().model_copy(update={"region": everywhere})
    setting = setting_of(scenario, draw_parameters(scenario, lambda _: 0.5), tables, 1, replicate)
    firms = synthesise(setting, Draws(1, replicate))
    return np.sort([firm.jobs for firm in firms if firm.enters == FROM_THE_START])[::-1]


def tail(jobs: np.ndarray) -> tuple[float, float]:
    """Return the rank-size slope of plants with 50 jobs or more, and the part of jobs the largest 1 % hold.

    A Pareto with exponent 1 has the slope -1. Rank less one half, so that the few largest do not flatten the line.
    """
    large = jobs[jobs >= 50]
    slope, _ = np.polyfit(np.log(large), np.log(np.arange(len(large)) + 0.5), 1)
    return float(slope), float(jobs[: len(jobs) // 100].sum() / jobs.sum())


@pytest.mark.parametrize("replicate", range(3))
def test_sizes_have_a_heavy_tail(tables: RegionTables, replicate: int) -> None:
    slope, top = tail(sizes(tables, replicate))
    assert -1.5 < slope < -0.9 and top > 0.2


def test_without_its_largest_plants_the_region_would_have_no_heavy_tail(tables: RegionTables) -> None:
    rows = tuple(row for row in tables.workplaces if row.size_class != "250-999")
    slope, top = tail(sizes(tables._replace(workplaces=rows, partners=(), partner_streams=(), historic_links=()), 0))
    assert slope < -1.7 and top < 0.2


def test_every_stream_finds_a_linkage_and_every_linkage_a_supplier_and_a_taker(tables: RegionTables) -> None:
    catalogue = tables.catalogue
    linkages = catalogue.linkages.values()
    assert {linkage.residual for linkage in linkages} == set(catalogue.residuals)
    assert {linkage.input for linkage in linkages} == set(catalogue.inputs)
    holders: list[Any] = [*tables.sector_streams, *tables.partner_streams, *tables.outside_streams]
    held = {(row.direction, row.stream) for row in holders}
    for linkage in linkages:
        assert ("out", linkage.residual) in held and ("in", linkage.input) in held, linkage.code


def test_every_sector_with_workplaces_has_streams(tables: RegionTables) -> None:
    assert {row.sector for row in tables.workplaces} <= {row.sector for row in tables.sector_streams}


def test_there_are_enough_residuals_and_linkages_of_every_mode(tables: RegionTables) -> None:
    modes = Counter(linkage.mode for linkage in tables.catalogue.linkages.values())
    assert len(tables.catalogue.residuals) >= 36 and modes.total() >= 66
    assert modes["pooled"] >= 10 and modes["pipe"] >= 16 and modes["truck"] >= 30


def ends(tables: RegionTables, direction: str, stream: str) -> set[str]:
    """Return who may hold a stream: sectors with workplaces, partners, outside places."""
    peopled = {row.sector for row in tables.workplaces}
    uses = [row.sector for row in tables.sector_streams if (row.direction, row.stream) == (direction, stream)]
    named = [row.partner for row in tables.partner_streams if (row.direction, row.stream) == (direction, stream)]
    beyond = [row.place for row in tables.outside_streams if (row.direction, row.stream) == (direction, stream)]
    return {sector for sector in uses if sector in peopled} | set(named) | set(beyond)


def test_every_linkage_has_two_ends_of_which_one_at_least_is_in_the_region(tables: RegionTables) -> None:
    for linkage in tables.catalogue.linkages.values():
        suppliers, takers = ends(tables, "out", linkage.residual), ends(tables, "in", linkage.input)
        assert suppliers and takers, linkage.code
        assert not (suppliers <= set(tables.outside_places) and takers <= set(tables.outside_places)), linkage.code


def test_every_round_has_a_taker_in_the_region(tables: RegionTables) -> None:
    for linkage in tables.catalogue.linkages.values():
        if linkage.mode == "pooled":
            assert ends(tables, "in", linkage.input) - set(tables.outside_places), linkage.code


def test_energy_and_water_have_a_season_and_few_are_flat_for_a_reason(tables: RegionTables) -> None:
    catalogue = tables.catalogue
    streams: list[Any] = [*catalogue.residuals.values(), *catalogue.inputs.values()]
    flowing = [stream for stream in streams if stream.kind in ("heat", "water")]
    flat = [stream for stream in flowing if min(catalogue.season_of(stream)) == max(catalogue.season_of(stream))]
    assert len(flowing) >= 24 and 1 <= len(flat) <= 3
    assert all("no season" in stream.origin.source_or_basis for stream in flat)


PEAKS = [
    ("district_heat", (12, 1, 2)),
    ("pond_heat", (1, 2)),
    ("refrigeration_heat", (7, 8)),
    ("cooling_water", (7, 8)),
    ("cooling_feed", (7, 8)),
    ("roof_rainwater", (10, 11, 12, 1)),
    ("waste_water", (10, 11, 12, 1)),
    ("irrigation_water", (5, 6, 7)),
    ("field_water", (6, 7)),
    ("biogas_surplus", (6, 7, 8)),
]


@pytest.mark.parametrize(("code", "peak"), PEAKS)
def test_heat_and_water_peak_in_their_season(tables: RegionTables, code: str, peak: tuple[int, ...]) -> None:
    catalogue = tables.catalogue
    months = catalogue.season_of(catalogue.residuals.get(code) or catalogue.inputs[code])
    assert months.index(max(months)) + 1 in peak


def test_production_pauses_in_july_and_at_christmas(tables: RegionTables) -> None:
    months = tables.catalogue.seasons["process"].months
    assert sorted(range(1, 13), key=lambda month: months[month - 1])[:2] == [7, 12]


def in_step(tables: RegionTables, linkage: Linkage) -> float:
    """Return the part of a year's quantity the seasons of supply and need let through."""
    catalogue = tables.catalogue
    supply = catalogue.season_of(catalogue.residuals[linkage.residual])
    return sum(map(min, supply, catalogue.season_of(catalogue.inputs[linkage.input]))) / 12


def test_seasons_let_most_of_the_historic_links_through_and_little_heat_of_cooling(tables: RegionTables) -> None:
    linkages = tables.catalogue.linkages
    parts = {link.linkage: in_step(tables, linkages[link.linkage]) for link in tables.historic_links}
    assert min(parts.values()) > 0.75
    assert in_step(tables, linkages["refrigeration_to_town"]) < in_step(tables, linkages["heat_to_town"]) < 0.8
    assert in_step(tables, linkages["waste_water_to_fields"]) < 0.5


def outside_uses(tables: RegionTables) -> set[tuple[str, str, str]]:
    """Return (linkage, place, direction) where the place has the other end's stream and lies within the reach."""
    found: set[tuple[str, str, str]] = set()
    for row in tables.outside_streams:
        for linkage in tables.catalogue.linkages.values():
            stream = linkage.input if row.direction == "in" else linkage.residual
            if stream == row.stream and linkage.reach_km >= tables.outside_places[row.place].haul_km:
                found.add((linkage.code, row.place, row.direction))
    return found


def test_at_least_five_linkages_reach_an_outside_place_and_some_come_from_one(tables: RegionTables) -> None:
    uses = outside_uses(tables)
    assert len({code for code, _, _ in uses}) >= 12
    assert len({code for code, _, direction in uses if direction == "out"}) >= 3
    assert {place for _, place, _ in uses} == set(tables.outside_places)


def test_every_stream_of_an_outside_place_is_within_some_reach(tables: RegionTables) -> None:
    linkages, used = tables.catalogue.linkages, outside_uses(tables)
    reached = {(place, "in", linkages[code].input) for code, place, direction in used if direction == "in"}
    reached |= {(place, "out", linkages[code].residual) for code, place, direction in used if direction == "out"}
    assert reached == {(row.place, row.direction, row.stream) for row in tables.outside_streams}


def test_at_least_five_linkages_are_worth_their_haul_to_an_outside_place(tables: RegionTables) -> None:
    haul = {place.code: place.haul_km for place in tables.outside_places.values()}
    paying = {code for code, place, _ in outside_uses(tables) if yearly_flow(tables, code, 200, haul[place]) > 0}
    assert len(paying) >= 5


def yearly_flow(tables: RegionTables, code: str, quantity: float, km: float, landfill_tax: float = 475) -> float:
    """Return what an exchange saves both sides in a year before capital, at the scenario's central haulage rates."""
    linkage = tables.catalogue.linkages[code]
    residual = tables.catalogue.residuals[linkage.residual]
    disposal = residual.gate_fee_dkk_per_unit + residual.landfill_share * landfill_tax
    purchase = linkage.substitution * tables.catalogue.inputs[linkage.input].price_dkk_per_unit
    haul = 35 + 1.2 * km if linkage.mode == "truck" else 0
    return quantity * (disposal + purchase - linkage.treatment_dkk_per_unit - haul) - linkage.running_dkk_per_year


def test_the_historic_links_fit_in_reach_and_quantity_and_are_worth_keeping(tables: RegionTables) -> None:
    seat = project(tables.municipalities["326"].lat, tables.municipalities["326"].lon)
    places = {row.code: seat.moved(row.x_km_offset, row.y_km_offset) for row in tables.partners}
    amounts: dict[tuple[str, str, str], float]
    amounts = {(row.partner, row.direction, row.stream): row.quantity_per_year for row in tables.partner_streams}
    used: dict[tuple[str, str, str], float] = defaultdict(float)
    assert len(tables.historic_links) == 16
    for link in tables.historic_links:
        linkage, quantity = tables.catalogue.linkages[link.linkage], link.quantity_per_year
        outside = tables.outside_places.get(link.receiver)
        km = outside.haul_km if outside else road_km(places[link.supplier], places[link.receiver], ROAD_FACTOR)
        moved = quantity * in_step(tables, linkage)
        assert km <= linkage.reach_km and yearly_flow(tables, link.linkage, moved, km) > 0, link
        used[link.supplier, "out", linkage.residual] += quantity
        used[link.receiver, "in", linkage.input] += quantity * linkage.substitution
    for end, quantity in used.items():
        assert quantity <= amounts.get(end, math.inf), end


def test_most_lorry_exchanges_of_a_30_job_firm_pay_nearby_and_fewer_far_away(tables: RegionTables) -> None:
    linkages = tables.catalogue.linkages.values()
    outs = [row for row in tables.sector_streams if row.direction == "out"]
    pairs = [
        (link.code, 30 * row.quantity_per_fte)
        for link in linkages
        for row in outs
        if link.mode == "truck" and link.residual == row.stream
    ]
    near = [yearly_flow(tables, code, quantity, 15) for code, quantity in pairs]
    paying = sorted(flow for flow in near if flow > 0)
    far = [yearly_flow(tables, code, quantity, 100) for code, quantity in pairs]
    assert 10_000 <= paying[len(paying) // 2] <= 150_000
    assert 0 < sum(flow < 0 for flow in near) < len(near) / 2
    assert sum(flow < 0 for flow in far) > sum(flow < 0 for flow in near)


def test_most_lorry_exchanges_that_pay_save_tens_to_hundreds_a_tonne(tables: RegionTables) -> None:
    outs = [row for row in tables.sector_streams if row.direction == "out"]
    saved = []
    for link in tables.catalogue.linkages.values():
        quantities = [30 * row.quantity_per_fte for row in outs if row.stream == link.residual and link.mode == "truck"]
        saved += [yearly_flow(tables, link.code, quantity, 15) / quantity for quantity in quantities]
    paying = [dkk for dkk in saved if dkk > 0]
    assert sum(10 <= dkk <= 500 for dkk in paying) > 0.85 * len(paying) and max(paying) < 2_000


def test_the_worked_example_holds_the_numbers_of_the_tutorial() -> None:
    tables = load_region_tables(DATA / "two_firms")
    heatplant, sawmill = tables.partners
    (linkage,) = tables.catalogue.linkages.values()
    east, north = heatplant.x_km_offset - sawmill.x_km_offset, heatplant.y_km_offset - sawmill.y_km_offset
    assert (east, north) == (8, 6) and road_km((0, 0), (east, north), 1) == 10
    assert (sawmill.fte, sawmill.closes, heatplant.fte, heatplant.closes) == (40, True, 12, False)
    assert (linkage.substitution, linkage.capital_fixed_dkk, linkage.running_dkk_per_year) == (0.9, 120_000, 12_000)
    assert [(row.quantity_per_year, row.known) for row in tables.partner_streams] == [(540, True), (600, False)]


# ---- reading


def test_the_order_of_lines_has_no_effect(folder: Path, tables: RegionTables) -> None:
    for file in folder.glob("*.csv"):
        header, *lines = file.read_text(encoding="utf-8").splitlines()
        file.write_text("\n".join([header, *reversed(lines)]) + "\n", encoding="utf-8")

    def contents(loaded: RegionTables) -> list[object]:
        return [(name, [row[:-1] for row in rows]) for name, rows in loaded.rows().items()]

    assert contents(load_region_tables(folder)) == contents(tables)


def test_a_byte_order_mark_and_empty_lines_are_read_over(folder: Path) -> None:
    file = folder / "residuals.csv"
    file.write_text(file.read_text(encoding="utf-8") + "\n\n", encoding="utf-8-sig")
    assert len(read_table(file, Residual)) == len(read_table(DATA / "residuals.csv", Residual))


def test_numbers_are_numbers_and_yes_and_no_are_true_and_false(tables: RegionTables) -> None:
    assert tables.sectors["heat"].public_inputs is True and tables.sectors["retail"].estate is False
    assert isinstance(tables.workplaces[0].workplaces, int)


CELLS = [
    ("residuals", 2, "gate_fee_dkk_per_unit", "free", "'free' is not a number; write it as"),
    ("residuals", 2, "gate_fee_dkk_per_unit", "", "the cell is empty"),
    ("residuals", 2, "gate_fee_dkk_per_unit", "12,5", "12,5 is not a number: write 12.5"),
    ("residuals", 2, "gate_fee_dkk_per_unit", "-3", "at least 0 is allowed"),
    ("residuals", 2, "gate_fee_dkk_per_unit", "nan", "not a finite number"),
    ("residuals", 2, "gate_fee_dkk_per_unit", "-Infinity", "not a finite number"),
    ("residuals", 2, "gate_fee_dkk_per_unit", "1e999", "larger than a number can be"),
    ("residuals", 2, "landfill_share", "1.01", "at most 1 is allowed"),
    ("residuals", 2, "kind", "gas", "allowed are material, water, heat"),
    ("residuals", 2, "unit", "t", "heat is counted in MWh"),
    ("residuals", 2, "season", "winter", "'winter' is not in seasons.csv; allowed are building, cooling, flat"),
    ("residuals", 2, "code", "refinery gas", "is not a code"),
    ("residuals", 3, "code", "refinery_gas", "stands in line 2 already; each may come once"),
    ("residuals", 3, "grade", "guessed", "allowed are read, derived, assumed"),
    ("residuals", 3, "low_factor", "", "needs a range"),
    ("residuals", 3, "low_factor", "1.1", "needs a range"),
    ("residuals", 3, "source_or_basis", "", "the cell is empty"),
    ("municipalities", 2, "low_factor", "0.5", "has no range"),
    ("municipalities", 2, "lat", "12.30", "at least 54 is allowed"),
    ("seasons", 2, "jan", "2", "add up to 13; they must add up to 12"),
    ("linkages", 2, "residual", "gold", "'gold' is not in residuals.csv"),
    ("linkages", 2, "input", "gypsum_rock", "choose two with the same unit"),
    ("linkages", 2, "mode", "ship", "allowed are truck, pipe, pooled"),
    ("linkages", 2, "mode", "truck", "write pipe"),
    ("linkages", 2, "stop_dkk", "10", "write 0"),
    ("linkages", 39, "rounds_per_year", "0", "at least one round"),
    ("linkages", 2, "permit_months", "1.5", "not a whole number"),
    ("sectors", 2, "estate", "maybe", "write yes or no"),
    ("sector_streams", 2, "sector", "mining", "'mining' is not in sectors.csv"),
    ("sector_streams", 2, "stream", "wood_fuel", "'wood_fuel' is not in residuals.csv"),
    ("workplaces", 2, "municipality", "101", "'101' is not in municipalities.csv"),
    ("workplaces", 2, "size_class", "10-19", "allowed are 1-9, 10-49, 50-249, 250-999"),
    ("workplaces", 2, "workplaces", "-1", "at least 0 is allowed"),
    ("partners", 2, "code", "DK", "is an outside place"),
    ("partner_streams", 2, "partner", "partner-99", "'partner-99' is not in partners.csv"),
    ("historic_links", 2, "supplier", "nobody", "'nobody' is not in partners.csv, outside_places.csv"),
    ("historic_links", 2, "receiver", "partner-06", "'partner-06' has no stream 'in,fuel_gas'"),
    ("historic_links", 2, "receiver", "partner-04", "is the supplier too"),
    ("historic_links", 3, "supplier", "XX", "both ends are outside places"),
    ("outside_streams", 2, "place", "moon", "'moon' is not in outside_places.csv"),
]


@pytest.mark.parametrize(("table", "line", "column", "text", "fault"), CELLS)
def test_a_faulty_cell_is_refused_with_place_and_remedy(
    folder: Path, table: str, line: int, column: str, text: str, fault: str
) -> None:
    spoil(folder / f"{table}.csv", line, column, text)
    with pytest.raises(TableError) as caught:
        load_region_tables(folder)
    message = str(caught.value)
    assert fault in message
    assert re.search(rf"{table}\.csv:\d+(:\d+)? ", message)


def test_a_cell_is_named_by_its_line_and_column(folder: Path) -> None:
    spoil(folder / "inputs.csv", 5, "price_dkk_per_unit", "cheap")
    with pytest.raises(TableError, match=r"inputs\.csv:5:\d+ price_dkk_per_unit: 'cheap' is not a number"):
        load_catalogue(folder)


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.csv")))
def test_a_missing_table_is_named_with_its_columns(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(TableError, match=rf"{re.escape(name)}: no such table; .*grade,low_factor"):
        load_region_tables(folder)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda text: text.replace("gate_fee_dkk_per_unit", "gate_fee"), "column gate_fee_dkk_per_unit is missing"),
        (lambda text: text.replace("gate_fee_dkk_per_unit", "gate_fee"), "column 'gate_fee' is unknown"),
        (lambda text: text.replace("name_da", "name_en", 1), "column name_en comes twice"),
        (lambda text: text.replace(",", "|"), "none of its columns is known (code|name_en|"),
        (lambda text: text.replace(",80,", ",80,5,"), ":3: 13 values for 12 columns; write 0.5, not 0,5"),
        (lambda text: text + "lonely\n", "1 values for 12 columns"),
        (lambda text: text + '"open\n', "not a CSV line"),
        (lambda text: "", "the table is empty; its first line must be code,"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(folder: Path, change: Callable[[str], str], fault: str) -> None:
    file = folder / "residuals.csv"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(TableError, match=re.escape(fault)):
        load_catalogue(folder)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("cp1252", "4:53: this seems to be Windows-1252 text; save it as UTF-8"),
        ("latin-1", "4:53: this seems to be Windows-1252 text; save it as UTF-8"),
        ("cp850", "4:53: this seems to be CP850 text; save it as UTF-8"),
        ("mac_roman", "4:53: this seems to be Mac Roman text; save it as UTF-8"),
        ("cp037", "csv: not UTF-8 text; save it as UTF-8"),
        ("utf-16-le", "UTF-16 text without its mark"),
        ("utf-32", "UTF-32 text"),
    ],
)
def test_another_encoding_than_the_file_names_is_refused_by_its_name(folder: Path, encoding: str, said: str) -> None:
    file = folder / "residuals.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("–", "-"), encoding=encoding)
    with pytest.raises(TableError, match=re.escape(said)):
        load_catalogue(folder)


def rewritten(folder: Path, separator: str, decimal: str, encoding: str) -> None:
    """Write every table anew as a program elsewhere would: numbers with its mark before decimals, texts as they are."""
    for file in folder.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as source:
            rows = list(csv.reader(source))
        numbers = [any(re.fullmatch(r"-?[0-9]+\.[0-9]+", row[i]) for row in rows) for i in range(len(rows[0]))]
        made = [[cell.replace(".", decimal) if numbers[i] else cell for i, cell in enumerate(row)] for row in rows]
        with file.open("w", encoding=encoding, newline="") as target:
            csv.writer(target, delimiter=separator).writerows(made)


@pytest.mark.parametrize(
    ("separator", "decimal", "encoding"),
    [(";", ",", "utf-8-sig"), ("\t", ".", "utf-16"), ("\t", ".", "utf-8"), (",", ".", "utf-16"), (";", ",", "utf-16")],
    ids=["as export --format csv-da writes", "as a spreadsheet's Unicode text", "tabs", "commas in UTF-16", "all of it"],
)
def test_what_a_spreadsheet_writes_is_read_as_the_file_itself_says(
    folder: Path, tables: RegionTables, separator: str, decimal: str, encoding: str
) -> None:
    rewritten(folder, separator, decimal, encoding)

    def contents(loaded: RegionTables) -> list[object]:
        return [(name, [(*row[:-1], row.origin[:-1]) for row in rows]) for name, rows in loaded.rows().items()]

    assert contents(load_region_tables(folder)) == contents(tables)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0.6", "0.6 is not a number: write 0,6"),
        ("1.300.000", "write 1,3 or 1300000"),
        ("1.234,5", "write 1234,5 or 12345"),
        ("1,5 mio", "write 1,5e6, without a unit"),
        ("cheap", "write it as 12000, 0,5 or 12e6"),
        ("-0,5", "-0,5 is too small; at least 0 is allowed"),
    ],
)
def test_where_semicolons_separate_numbers_have_a_comma_and_nothing_else_is_read(folder: Path, text: str, said: str) -> None:
    rewritten(folder, ";", ",", "utf-8")
    file = folder / "residuals.csv"
    header, first, *rest = file.read_text(encoding="utf-8").splitlines()
    cells = first.split(";")
    cells[header.split(";").index("gate_fee_dkk_per_unit")] = text
    file.write_text("\n".join([header, ";".join(cells), *rest]), encoding="utf-8")
    with pytest.raises(TableError, match=re.escape(said)):
        load_catalogue(folder)


def test_all_faults_of_all_tables_are_told_at_once_by_place_and_none_that_only_follows_from_another(folder: Path) -> None:
    spoil(folder / "residuals.csv", 3, "gate_fee_dkk_per_unit", "..")
    spoil(folder / "residuals.csv", 3, "landfill_share", "2")
    spoil(folder / "workplaces.csv", 2, "size_class", "01-sep")
    spoil(folder / "sectors.csv", 4, "estate", "maybe")
    (folder / "inputs.csv").unlink()
    with pytest.raises(TableError) as caught:
        load_region_tables(folder)
    lines = [line.rpartition("/")[2] for line in str(caught.value).splitlines()]
    assert [line.split(": ")[0] for line in lines] == [
        "inputs.csv",
        "residuals.csv:3:38 gate_fee_dkk_per_unit",
        "residuals.csv:3:41 landfill_share",
        "sectors.csv:4:53 estate",
        "workplaces.csv:2:10 size_class",
    ]
    assert "StatBank does not tell" in lines[1] and "a spreadsheet has made a date of it" in lines[4]


def test_blank_rows_and_columns_are_harmless_and_a_value_without_a_column_is_not(folder: Path, tables: RegionTables) -> None:
    file = folder / "seasons.csv"
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    blank = "," * header.count(",")
    file.write_text("\n".join([blank, f"{header},,", blank, *(f"{line},," for line in lines), blank, ""]), encoding="utf-8")
    assert load_catalogue(folder).seasons.keys() == tables.catalogue.seasons.keys()
    file.write_text("\n".join([f"{header},,", *(f"{line},,3" for line in lines)]), encoding="utf-8")
    with pytest.raises(TableError, match=r"seasons\.csv:2: '3' stands in a column without a name"):
        load_catalogue(folder)


def test_an_extract_of_statbank_is_named_as_one(folder: Path) -> None:
    (folder / "workplaces.csv").write_text("OMRÅDE;BRANCHE07;TID;INDHOLD\n326;TOT;2011;2350\n", encoding="utf-8-sig")
    with pytest.raises(TableError, match="as StatBank Denmark .* hands it out"):
        load_region_tables(folder)


def test_a_cell_after_a_line_break_in_quotes_is_found(folder: Path) -> None:
    file = folder / "residuals.csv"
    header, first, *rest = file.read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    cells[1], cells[5] = '"two\nlines"', "cheap"
    file.write_text("\n".join([header, ",".join(cells), *rest]), encoding="utf-8")
    with pytest.raises(TableError, match=r"residuals\.csv:3:\d+ gate_fee_dkk_per_unit: 'cheap'"):
        load_catalogue(folder)


def test_a_folder_in_place_of_a_table_is_refused(folder: Path) -> None:
    (folder / "residuals.csv").unlink()
    (folder / "residuals.csv").mkdir()
    with pytest.raises(TableError, match="cannot be read"):
        load_catalogue(folder)
