"""Brokerage: receiving those who come, proposing partners out of the data base, and helping cases along."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...draws import Purpose
from ...month.kinds import AREAS, BUILT, HOME
from ..cases import Case
from ..opportunities import propose_best
from ..party import Supply

if TYPE_CHECKING:
    from ..centre import Centre


class Brokerage:
    """Helps as many cases as it has hours for, the latest stage first; takes new ones while hours are left."""

    def __init__(self, centre: "Centre") -> None:
        self.centre = centre
        self.walk_ins = self.in_hand = self.helped = self.proposed = 0

    def receive(self) -> None:
        """Take in what aware firms bring by themselves."""
        self.walk_ins = 0
        centre, region = self.centre, self.centre.model
        if not centre.hours.has("brokerage"):
            return
        coming = [f for f in centre.queue if f.open and f.aware and not centre.register.knows(f)]
        luck = region.draws.uniform(Purpose.WALK_IN, region.month, [firm.identity for firm in coming])
        for firm, u in zip(coming, luck.tolist(), strict=True):
            if u < region.parameters.centre.walk_in_per_month * firm.disposition:
                centre.register.enter(firm)
                self.walk_ins += 1

    def help(self) -> None:
        """Spend a month's hours on last month's cases: latest stage first, then by targeting score, ties by identity.

        Members it has won for its rounds are looked after in the hours of gathering.
        """
        self.helped = self.in_hand = 0
        self._hand = [case for case in self.centre.model.cases if self._is_in_hand(case)]
        for area in AREAS:
            self._help_in(area)
        for case in self.centre.model.cases:
            if case.linkage.mode == "pooled" and case.opened_by == "centre" and self.centre.paid_tenths:
                case.helped = True
                case.helped_months += case.stage < BUILT

    def _help_in(self, area: int) -> None:
        hours, cases = self.hours_of_one_month(), self._cases_of(area)
        self.in_hand += len(cases)
        for case in sorted(cases, key=self._urgency):
            if self.centre.hours.left["brokerage", area] < hours:
                return
            self.centre.hours.spend("brokerage", area, hours)
            self.centre.done["brokerage"] += 1.0 / self._months_of_help()
            case.helped = True
            case.helped_months += 1
            self.helped += 1

    def _cases_of(self, area: int) -> list[Case]:
        return [case for case in self._hand if self.centre.area_of(case.pair.supply.owner) == area]

    def _is_in_hand(self, case: Case) -> bool:
        return case.stage < BUILT and case.linkage.mode != "pooled" and self.centre.register.has(case.pair.supply)

    def _urgency(self, case: Case) -> tuple[float, float, int]:
        return -case.stage, -self.centre.score(case.pair.supply.owner), case.key

    def _months_of_help(self) -> float:
        stages = self.centre.model.parameters.stages
        return max(stages.idea_months + stages.assessed_months + stages.negotiated_months, 1.0)

    def hours_of_one_month(self) -> float:
        """Return what a case takes in a month of help by now."""
        return self.hours_of_one_case() / self._months_of_help()

    def hours_of_one_case(self) -> float:
        """Return what a case takes from idea to signing by now."""
        return self.centre.model.parameters.centre.brokered_case_h * self.centre.routine("brokerage")

    def propose(self) -> None:
        """Propose partners for residuals in the data base, by targeting score, as many as it has hours to help."""
        self.proposed = 0
        centre = self.centre
        if not centre.hours.has("brokerage"):
            return
        known = sorted(centre.seen.values(), key=lambda s: (-centre.score(s.owner), s.id))
        for area in AREAS:
            mine = [supply for supply in known if centre.area_of(supply.owner) == area]
            room = self._room(area)
            room -= self._propose(mine, room)
            if area == HOME and room > 0:
                centre.hours.lend("brokerage")

    def _room(self, area: int) -> int:
        """Return how many more cases this month's hours would carry."""
        case_h = self.hours_of_one_month()
        # A centre too small for one case a month takes one when it has saved the hours for it.
        hours = max(self.centre.hours.new["brokerage", area], min(self.centre.hours.left["brokerage", area], case_h))
        return int(hours / case_h) - sum(case.stage < BUILT for case in self._cases_of(area))

    def _propose(self, supplies: Sequence[Supply], room: int) -> int:
        """Propose at most `room` residuals; return how many it proposed."""
        made = 0
        for supply in supplies:
            if made >= room:
                break
            owner = supply.owner
            if owner.open and supply.free > 0.0 and owner.has_time(owner.proposed()):
                made += propose_best(self.centre.shows(supply), "centre", self.centre.model)
        self.proposed += made
        return made
