"""Screening: going through a firm's residuals on the spot, with those that let the centre in."""

from typing import TYPE_CHECKING

from ...draws import Purpose
from ...month.activities import REFUSAL_RESTS_MONTHS
from ...month.kinds import AREAS, HOME

if TYPE_CHECKING:
    from ..centre import Centre
    from ..firm import Firm


class Screening:
    """Asks firms in the order of the targeting rule; `screened` holds the identities of those it has been through."""

    def __init__(self, centre: "Centre") -> None:
        self.centre = centre
        self.screened: dict[int, bool] = {}
        self._asked_again_from: dict[int, int] = {}
        self.contacted = self.refused = self.now = 0

    def work(self) -> None:
        """Screen at home, then elsewhere; what home has no more use for goes elsewhere."""
        self.contacted = self.refused = self.now = 0
        for area in AREAS:
            served_all = self._serve(area)
            if area == HOME and served_all:
                self.centre.hours.lend("screening")

    def waiting(self) -> int:
        """Return how many firms of the catchment could be asked now."""
        return sum(self._may_ask(firm) for firm in self.centre.queue)

    def _serve(self, area: int) -> bool:
        """Ask until hours are short of one more screening; tell whether the queue came to its end before."""
        hours, unit = self.centre.hours, self.hours_of_one()
        for firm in self.centre.queue:
            if hours.left["screening", area] < unit:
                return False
            if self.centre.area_of(firm) == area and self._may_ask(firm):
                self._ask(firm, area)
        return True

    def hours_of_one(self) -> float:
        """Return what a screening takes by now."""
        return self.centre.model.parameters.centre.screening_h * self.centre.routine("screening")

    def _may_ask(self, firm: "Firm") -> bool:
        rested = self._asked_again_from.get(firm.identity, 0) <= self.centre.model.month
        return firm.open and rested and firm.identity not in self.screened

    def _ask(self, firm: "Firm", area: int) -> None:
        region, work = self.centre.model, self.centre.model.parameters.centre
        self.contacted += 1
        region.recorder.add("contacted", firm.recorded_at, 1)
        luck = region.draws.one(Purpose.ACCEPT_SCREENING, region.month, firm.identity)
        open_door = firm.disposition * (1.0 if firm.aware else work.unaware_acceptance) * self.centre.welcome()
        if luck < open_door:
            self.centre.hours.spend("screening", area, self.hours_of_one())
            self._screen(firm)
        else:
            self.refused += 1
            self.centre.hours.spend("screening", area, work.refusal_h)
            self._asked_again_from[firm.identity] = region.month + REFUSAL_RESTS_MONTHS

    def _screen(self, firm: "Firm") -> None:
        """Reveal residuals to the firm and to the centre; the firm now knows what to look for."""
        region = self.centre.model
        firm.learn_of_residuals(Purpose.SCREENING_REVEALS, region.parameters.centre.screening_reveals)
        self.screened[firm.identity] = True
        self.centre.register.enter(firm)
        self.centre.done["screening"] += 1
        self.now += 1
        region.recorder.add("screened", firm.recorded_at, 1)
