"""Gathering ("mange bække små"): surveying small firms, organising rounds, and winning members for them."""

from typing import TYPE_CHECKING

from ...month.kinds import AREAS, AWAY, HOME
from ...world.streams import Linkage
from ..accounts import CENTRE
from ..opportunities import Proposal, opportunity, propose
from ..party import Need, Supply

if TYPE_CHECKING:
    from ..centre import Centre


class Gathering:
    """Wins members for its rounds; organises new ones, or surveys small firms where too few are known for one."""

    def __init__(self, centre: "Centre") -> None:
        self.centre = centre
        self._surveyed: dict[int, bool] = {}
        self._small_first = sorted(centre.queue, key=lambda firm: (firm.jobs, firm.identity))
        self.invited = self.organised = self.surveyed = 0

    def work(self) -> None:
        """Spend the month's hours."""
        self.invited = self.organised = self.surveyed = 0
        if not self.centre.hours.has("gathering"):
            return
        self._invite_members()
        wanted = self.centre.model.pools.wanted(self.centre.seen)
        if wanted:
            self._organise(wanted)
        elif self.centre.model.pools.possible:
            self._survey(HOME)
            self._survey(AWAY)

    def _afford(self, area: int, hours: float) -> bool:
        """Spend hours where they are there."""
        if self.centre.hours.left["gathering", area] < hours:
            return False
        self.centre.hours.spend("gathering", area, hours)
        return True

    def _could_afford(self, hours: float) -> bool:
        return any(self.centre.hours.left["gathering", area] >= hours for area in AREAS)

    def _invite_members(self) -> None:
        region = self.centre.model
        member_h = region.parameters.centre.member_h * self.centre.routine("gathering")
        if not self._could_afford(member_h):
            return
        for pair in region.pools.openings(self.centre.seen, organiser=CENTRE):
            area = self.centre.area_of(pair.supply.owner)
            surplus, quantity = opportunity(pair, region, helped=True)
            if (
                surplus > 0.0
                and self.centre.hours.left["gathering", area] >= member_h
                and propose(Proposal(surplus, pair, quantity, "centre"), region.month)
            ):
                self.centre.hours.spend("gathering", area, member_h)
                self.centre.done["gathering"] += 1
                self.invited += 1

    def _organise(self, wanted: list[tuple[Need, Linkage, int]]) -> None:
        pool_h = self.centre.model.parameters.centre.pool_h * self.centre.routine("gathering")
        for need, linkage, members in wanted:
            if self._afford(self.centre.area_of(need.owner), pool_h):
                self.centre.model.pools.organise(need, linkage, CENTRE, members)
                self.centre.done["gathering"] += 1
                self.organised += 1

    def _survey(self, area: int) -> None:
        """Ask small firms about the one stream a round could take; no visit. What home has no use for goes elsewhere."""
        survey_h = self.centre.model.parameters.centre.survey_h
        for firm in self._small_first:
            if self.centre.hours.left["gathering", area] < survey_h:
                return
            if firm.open and firm.identity not in self._surveyed and self.centre.area_of(firm) == area:
                self._surveyed[firm.identity] = True
                self.centre.hours.spend("gathering", area, survey_h)
                self.surveyed += 1
                self._note(next((s for s in firm.supplies if self._could_join(s)), None))
        if area == HOME:
            self.centre.hours.lend("gathering")

    def _note(self, stream: Supply | None) -> None:
        """Enter the stream a round could take, where the firm has one."""
        if stream is not None:
            stream.known = True
            self.centre.register.enter_stream(stream)

    def _could_join(self, supply: Supply) -> bool:
        return supply.id not in self.centre.seen and self.centre.model.pools.takes(supply.residual.code)
