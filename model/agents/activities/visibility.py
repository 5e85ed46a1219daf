"""Visibility: talks, visits and press, which make firms of the catchment aware."""

from typing import TYPE_CHECKING

from ...month.kinds import AREAS
from ...rules.awareness import visibility_chance

if TYPE_CHECKING:
    from ..centre import Centre


class Visibility:
    """A month's visibility work reaches every firm of an area alike; its hours do not carry over."""

    def __init__(self, centre: "Centre") -> None:
        self.centre = centre
        region = centre.model
        served = [f for f in region.firms if (f.supplies or f.needs) and f.municipality in centre.catchment]
        self._audience = {area: [f for f in served if centre.area_of(f) == area] for area in AREAS}
        self.chance = dict.fromkeys(AREAS, 0.0)

    def work(self) -> None:
        """Spend the month's hours; from them follows an unaware firm's chance to become aware, by area."""
        centre = self.centre
        per_hour = centre.model.parameters.awareness.firms_per_visibility_hour * centre.welcome()
        for area in AREAS:
            hours = centre.hours.left["visibility", area]
            firms = sum(firm.open for firm in self._audience[area]) if hours else 0
            self.chance[area] = visibility_chance(hours, per_hour, firms)
            centre.hours.spend("visibility", area, hours)
