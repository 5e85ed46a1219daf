"""A centre's hours: what a month brings, what carries over, what is spent on what, and what lapses."""

from ..month.hours import CARRY_OVER_MONTHS
from ..month.kinds import ACTIVITIES, AREAS, AWAY, HOME
from ..scenario.levers import HourShares

Purse = tuple[str, int]
"""An activity and an area: hours for one serve no other."""
PURSES: tuple[Purse, ...] = tuple((activity, area) for activity in ACTIVITIES for area in AREAS)


class Hours:
    """Purses of hours by activity and area. `left` is float hours; the counters are for the diary, of the month at hand."""

    def __init__(self, shares: HourShares, home_share: float) -> None:
        self._shares = {activity: getattr(shares, activity) for activity in ACTIVITIES}
        self._areas = {HOME: home_share, AWAY: 1.0 - home_share}
        self.only = {0.0: AWAY, 1.0: HOME}.get(home_share)
        """The one area that has all hours, where there is but one."""
        self.left = dict.fromkeys(PURSES, 0.0)
        self.new = dict.fromkeys(PURSES, 0.0)
        self.spent = dict.fromkeys(PURSES, 0.0)
        self.worked = self.carried_in = self.lapsed = self.unassigned = 0.0

    def fill(self, worked: float, unit_h: dict[str, float]) -> None:
        """Begin a month with so many hours of work; a purse keeps three months' hours, or enough for one unit of service."""
        self.worked = worked
        self.carried_in = sum(self.left.values())
        self.spent = dict.fromkeys(PURSES, 0.0)
        self.lapsed = 0.0
        for activity, area in PURSES:
            new = self.new[activity, area] = worked * self._shares[activity] * self._areas[area]
            most = max(CARRY_OVER_MONTHS * new, unit_h[activity]) if new > 0.0 else 0.0
            there = self.left[activity, area] + new
            self.left[activity, area] = min(there, most)
            self.lapsed += max(0.0, there - most)
        self.unassigned = worked * (1.0 - sum(self._shares.values()))

    def spend(self, activity: str, area: int, hours: float) -> None:
        """Take hours out of a purse."""
        self.left[activity, area] -= hours
        self.spent[activity, area] += hours

    def lend(self, activity: str) -> None:
        """Let the rest of the region, where there is one, have what home has no more use for, as hours of this month."""
        if self.only is not None:
            return
        self.new[activity, AWAY] += self.left[activity, HOME]
        self.left[activity, AWAY] += self.left[activity, HOME]
        self.left[activity, HOME] = 0.0

    def has(self, activity: str) -> bool:
        """Tell whether an activity was given hours this month."""
        return self.new[activity, HOME] + self.new[activity, AWAY] > 0.0

    def spent_on(self, activity: str) -> float:
        """Return the hours of the month spent on an activity."""
        return self.spent[activity, HOME] + self.spent[activity, AWAY]
