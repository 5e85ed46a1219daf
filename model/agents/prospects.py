"""What a centre may know of the firms of its catchment before it has been there."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..month.prospects import usual_saving_per_job
from ..rules.targeting import Prospect
from ..world.geography import ESTATE_RADIUS_KM

if TYPE_CHECKING:
    from .firm import Firm
    from .region import Region


class Prospects:
    """The public side of firms: what stays as it is, kept; whether they are aware, asked anew."""

    def __init__(self, region: "Region", firms: Sequence["Firm"]) -> None:
        per_job = usual_saving_per_job(region.market, region.tables)
        self._firms = firms
        self._neighbours: dict[int, int] | None = None
        self._saving = {firm.identity: firm.jobs * per_job.get(firm.sector, 0.0) for firm in firms}

    def of(self, firm: "Firm") -> Prospect:
        """Return what is known of a firm today."""
        if self._neighbours is None:
            self._neighbours = neighbours(self._firms)
        saving = self._saving[firm.identity]
        return Prospect(firm.jobs, self._neighbours[firm.identity], saving, firm.aware_since)


def neighbours(firms: Sequence["Firm"]) -> dict[int, int]:
    """Return, by identity, how many others of these firms that stand today do so within the radius of an estate.

    Only those of the same municipality are looked at.
    """
    by_municipality = defaultdict(list)
    for firm in firms:
        by_municipality[firm.municipality].append(firm)
    found: dict[int, int] = {}
    for group in by_municipality.values():
        x, y = (np.array([getattr(firm, axis) for firm in group]) for axis in ("x_km", "y_km"))
        standing = np.array([firm.open for firm in group], bool)
        near = (np.hypot(x[:, None] - x, y[:, None] - y) <= ESTATE_RADIUS_KM) & standing
        counts = near.sum(axis=1) - standing
        found |= {firm.identity: int(count) for firm, count in zip(group, counts, strict=True)}
    return found
