"""Writes the tables of `docs/face-validity.md`: figures, their bands and roles, and how results lie to them.

All of it stands in `docs/face-validity.yaml`. `python -m analysis.face_validity` writes bands and roles anew, with a result
folder of the main job (`python -m analysis.face_validity results/funding`) the results as well.
"""

import math
import sys
from collections.abc import Sequence
from pathlib import Path

from .page import significant, table, write_between
from .reading.bands import UNTOLD, WITHIN, Bands, Figure, Found, found, read, verdict
from .reading.results import open_results

DATA, PAGE, PROTOCOL = Path("docs/face-validity.yaml"), Path("docs/face-validity.md"), Path("docs/ODD.md")
BANDS = "<!-- bands: begin -->\n", "<!-- bands: end -->"
ROLES = "<!-- roles: begin -->\n", "<!-- roles: end -->"
RESULTS = "<!-- results: begin -->\n", "<!-- results: end -->"


def bands_table(bands: Bands) -> str:
    """Return the table of figures: band, where it comes from, role, and why this role."""
    rows = [(one.figure, band(one), one.rests_on, ", ".join(one.roles), one.because) for one in bands.figures]
    return table(("figure", "band", "where the band comes from", "role", "why"), rows)


def roles_table(bands: Bands) -> str:
    """Return the table of roles: what each means, and the figures that have it."""
    figures = {role: [one.figure for one in bands.figures if role in one.roles] for role in bands.roles}
    rows = [(f"*{role}*", meaning, "; ".join(figures[role])) for role, meaning in bands.roles.items()]
    return table(("role", "meaning", "figures"), rows)


def results_table(folder: Path, bands: Bands) -> str:
    """Return the table of results: for each figure its band, what runs say of it, and the verdict.

    Parameters
    ----------
    folder : Path
        A result of the main job.
    bands : Bands
        The figures, as `bands.read` returns them.
    """
    held = sum(one.has_band for one in bands.figures)
    with open_results(folder) as results:
        rows = [_row(one, found(results, one), found(results, one, held)) for one in bands.figures]
        runs = results.replicates
    heading = "figure", "role", "band", "mean", "95 % interval of the mean", "range of outcomes", "verdict"
    return f"Replicates: {runs}. Figures with a band: {held}.\n\n{table(heading, rows)}"


def _row(figure: Figure, seen: Found, together: Found) -> Sequence[str]:
    """Return a row: the interval shown is the figure's own, the verdict asks for one that holds for all figures."""
    told = verdict(figure, together)
    return (
        figure.figure,
        ", ".join(figure.roles),
        band(figure),
        significant(seen.mean),
        from_to(seen.low, seen.high),
        from_to(seen.range_low, seen.range_high),
        told if told in (WITHIN, UNTOLD) or not figure.has_band else f"**{told}**",
    )


def band(figure: Figure) -> str:
    """Return a band in words, with its unit; the unit alone where there is no band."""
    return f"{from_to(figure.low, figure.high)} {figure.unit}" if figure.has_band else f"none ({figure.unit})"


def from_to(low: float, high: float) -> str:
    """Return two ends in words; a dash where there are none."""
    return "–" if math.isnan(low) else f"{significant(low)} to {significant(high)}"


def main(arguments: Sequence[str]) -> None:
    """Write bands and roles into their pages, and the results of a folder where one is given."""
    bands = read(DATA)
    write_between(PAGE, *BANDS, bands_table(bands))
    write_between(PROTOCOL, *ROLES, roles_table(bands))
    for folder in arguments:
        write_between(PAGE, *RESULTS, results_table(Path(folder), bands))


if __name__ == "__main__":
    main(sys.argv[1:])
