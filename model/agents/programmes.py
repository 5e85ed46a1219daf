"""Background programmes: somebody else's checks of firms' residuals, in run and twin alike or brought by a policy."""

from typing import TYPE_CHECKING

from ..draws import Purpose
from ..identity import identity
from ..month.society import part_simulated
from ..scenario.scenario import Programme

if TYPE_CHECKING:
    from .firm import Firm
    from .region import Region


class BackgroundProgramme:
    """Checks firms in an order of chance, so many a year; a check reveals residuals as a centre's screening does."""

    def __init__(self, region: "Region", inputs: Programme) -> None:
        self._region, self._inputs = region, inputs
        self._key = identity("programme", inputs.name, str(inputs.first))
        places = inputs.municipalities or tuple(region.tables.municipalities)
        self._per_month = inputs.checks_per_year / 12.0 * part_simulated(places, region.municipalities, region.tables)
        served = [firm for firm in region.firms if firm.supplies and firm.municipality in places]
        ids = [firm.identity for firm in served]
        rank = region.draws.uniform(Purpose.PROGRAMME_RANK, 0, ids, self._key).tolist()
        ready = region.draws.uniform(Purpose.PROGRAMME_ACCEPT, 0, ids, self._key).tolist()
        in_order = sorted(zip(rank, ids, served, ready, strict=True), key=lambda entry: entry[:2])
        self._waiting: list[tuple[Firm, float]] = [(firm, luck) for _, _, firm, luck in in_order]

    def check(self) -> None:
        """Do this month's checks; a firm that does not let it in is passed over for good."""
        month = self._region.month - self._inputs.first
        if not 0 <= month < self._inputs.months:
            return
        left = int(self._per_month * (month + 1)) - int(self._per_month * month)
        for firm, luck in [entry for entry in self._waiting if entry[0].open]:
            if not left:
                return
            self._waiting.remove((firm, luck))
            if luck < firm.disposition:
                self._go_through(firm)
                left -= 1

    def _go_through(self, firm: "Firm") -> None:
        firm.learn_of_residuals(Purpose.PROGRAMME_REVEALS, self._region.parameters.centre.screening_reveals, self._key)
        self._region.recorder.add("checked", firm.recorded_at, 1)
