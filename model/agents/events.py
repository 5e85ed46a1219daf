"""Dated events: what society decides, and what happens to a named firm, in run and twin alike."""

from typing import TYPE_CHECKING

from .party import Supply

if TYPE_CHECKING:
    from .cases import Case
    from .region import Region


class Events:
    """Lets each event take effect at the start of its month. `banned` holds the linkages no longer permitted."""

    def __init__(self, region: "Region") -> None:
        self._region = region
        self._to_come = sorted(region.inputs.society.events, key=lambda event: event.month)
        self.banned: dict[str, bool] = {}

    def take_effect(self) -> None:
        """Apply the events of the month at hand, and in the first month those of earlier ones."""
        due = [event for event in self._to_come if event.month <= self._region.month]
        self._to_come = self._to_come[len(due) :]
        for event in due:
            if event.closes is not None:
                self._close(event.closes)
            elif event.bans is not None:
                self._ban(event.bans)
            elif event.stops is not None:
                self._stop(event.stops, event.at)

    def _close(self, code: str) -> None:
        for firm in self._region.firms:
            if firm.code == code and firm.open:
                self._region.losses.lose_for_certain(firm)
                firm.shut()

    def _ban(self, linkage: str) -> None:
        self.banned[linkage] = True
        self._end([case for case in self._region.cases if case.linkage.code == linkage])
        self._region.pools.ban(linkage)

    def _stop(self, residual: str, at: str | None) -> None:
        stopped = [s for s in self._region.supplies if s.residual.code == residual and at in (None, s.owner.code)]
        for supply in stopped:
            supply.quantity_per_year = 0.0
        self._end([case for supply in stopped for case in _in_order(supply)])

    def _end(self, cases: list["Case"]) -> None:
        """End exchanges (`regulation`); cases in talks are refused their permit."""
        for case in cases:
            if case.operating:
                self._region.end_exchange(case, "regulation")
            else:
                self._region.drop(case, "permit")


def _in_order(supply: Supply) -> list["Case"]:
    return [supply.cases[key] for key in sorted(supply.cases)]
