"""A firm: looks for partners for its residuals, answers those who ask, lives or closes."""

from collections import deque
from typing import TYPE_CHECKING

import mesa

from ..draws import Purpose
from ..months import NEVER
from ..rules import awareness, closure
from ..rules.effort import most_cases
from ..rules.reversion import step
from ..world.named import recorded_at
from ..world.population import FROM_THE_START, Workplace
from .opportunities import propose_best, take_proposals
from .party import Party

if TYPE_CHECKING:
    from .region import Region


class Firm(mesa.Agent, Party):
    """One workplace that acts. What is fixed about it is its `workplace`; the rest is its state."""

    model: "Region"

    def __init__(self, region: "Region", workplace: Workplace, row: int, luck: dict[str, float]) -> None:
        super().__init__(region)
        self.workplace, self.row = workplace, row
        self.identity, self.code, self.municipality = workplace.id, workplace.code, workplace.municipality
        self.sector, self.size_class, self.jobs = workplace.sector.code, workplace.size_class, workplace.jobs
        self.x_km, self.y_km, self.named = workplace.x_km, workplace.y_km, workplace.named
        self.recorded_at = recorded_at(workplace, region.recorder.municipalities)
        self.open, self.closed = workplace.enters == FROM_THE_START, NEVER
        self.takes_for_a_living = workplace.sector.public_inputs
        self.acquaintances: list[Firm] = []
        self.acquainted = frozenset()
        self.disposition, self.hurdle_years = luck["disposition"], luck["hurdle_years"]
        self.margin_deviation = luck["margin_deviation"]
        self.aware = self.informed = self.will_be_aware = False
        self.aware_since = NEVER
        self.turnover_dkk = self.jobs * workplace.sector.turnover_dkk_per_fte
        self.base_hazard = closure.base_hazard(
            workplace.sector.closure_per_year, self.jobs, region.parameters.jobs.closure_size_exponent
        )
        self.savings_dkk: deque[float] = deque(maxlen=12)
        self.margin_shares: deque[float] = deque(maxlen=closure.COMPETITIVENESS_LAG_MONTHS + 1)
        self.start_dealing()

    # --- awareness and discovery -------------------------------------------------------------------------------------

    def hear(self) -> None:
        """Work out next month's awareness from what stood at the start of the month."""
        luck, spread = self.model.awareness_luck[self.row], self.model.parameters.awareness
        if self.aware:
            # Low luck takes the idea up, high luck forgets it: else a firm would forget when its twin hears.
            self.will_be_aware = bool(self.partners) or luck < 1.0 - spread.fade_per_month
            return
        outside = self.model.outside_influence[self.municipality]
        near = [firm.aware for firm in self.acquaintances if firm.open]
        share = sum(near) / len(near) if near else 0.0
        self.will_be_aware = luck < awareness.take_up_chance(outside, spread.imitation_per_month, share)

    def take_up(self) -> None:
        """Become aware, or forget."""
        self.aware = self.will_be_aware
        if not self.aware:
            self.aware_since = NEVER
        elif self.aware_since == NEVER:
            self.aware_since = self.model.month

    def learn_of_residuals(self, purpose: Purpose, reveals: float, by: int = 0) -> None:
        """Go through its residuals with somebody who knows (`by`); it now knows what to look for."""
        luck = self.model.draws.uniform(purpose, 0, [supply.id for supply in self.supplies], by)
        for supply, u in zip(self.supplies, luck.tolist(), strict=True):
            supply.known = supply.known or u < reveals
        self.informed = self.aware = True

    def stumble(self) -> None:
        """Discover one of its residuals as a resource now and then, once aware."""
        unknown = [supply for supply in self.supplies if not supply.known] if self.aware else []
        if unknown:
            luck = self.model.draws.uniform(Purpose.STUMBLE, self.model.month, [supply.id for supply in unknown])
            for supply, u in zip(unknown, luck.tolist(), strict=True):
                attention = self.model.market.attention[supply.residual.code]
                supply.known = u < attention * self.model.parameters.search.stumble_per_month

    def knows_somebody_in_common(self, other: Party) -> bool:
        """Tell whether one of its acquaintances, still open, knows the other too."""
        if self.acquainted.isdisjoint(other.acquainted):
            return False
        return any(firm.open and firm.identity in other.acquainted for firm in self.acquaintances)

    # --- opportunities -----------------------------------------------------------------------------------------------

    def propose(self) -> None:
        """Propose each residual it still has to the best of the partners it has come upon, as far as its staff have time."""
        for supply in self.supplies:
            found = self.model.found.get(supply.index)
            if found and supply.free > 0.0 and self.has_time(self.proposed()):
                propose_best(found, "firm", self.model)

    def proposed(self) -> int:
        """Return how many of its residuals have been proposed this month."""
        return sum(supply.proposed_in == self.model.month for supply in self.supplies)

    def has_time(self, pending: int = 0) -> bool:
        """Tell whether its staff could look into one more case: they have hours for one, and one more for so many jobs."""
        most = most_cases(self.jobs, self.model.parameters.stages.jobs_per_further_case)
        return self.takes_for_a_living or self.model.burden.get(self.identity, 0.0) + pending + 1.0 <= most

    def answer(self) -> None:
        """Take the best proposals for each input, as far as they fit."""
        for need in self.needs:
            if need.proposals:
                take_proposals(need, self.model)

    def readiness(self) -> float:
        """Return its chance a month to come upon an acquaintance as a partner: nil where it knows nothing of the idea."""
        search = self.model.parameters.search
        if not self.aware:
            return 0.0
        return search.self_identification_per_month * (1.0 if self.informed else search.aware_weight)

    # --- margin and closure ------------------------------------------------------------------------------------------

    def saving_per_year_dkk(self) -> float:
        """Return the operating saving of the last twelve months; neither capital nor set-up cost enters."""
        return sum(self.savings_dkk)

    def pay_added_tax(self) -> None:
        """Owe the landfill tax a policy adds on all it would dispose of; what its exchanges avoid they have saved."""
        market = self.model.market
        if not (market.added_tax and self.supplies):
            return
        now = self.model.month % 12
        landfilled = sum(
            s.quantity_per_year / 12.0 * market.season(s.residual.season)[now] * s.residual.landfill_share
            for s in self.supplies
        )
        if landfilled:
            self.model.books.tax(self, landfilled * market.demand * market.added_tax)

    def close_books(self) -> None:
        """Take the month's operating saving into the last twelve months, and its share of turnover into the past."""
        if self.saved_dkk or self.savings_dkk or self.partners:
            self.savings_dkk.append(self.saved_dkk)
            self.saved_dkk = 0.0
            self.margin_shares.append(closure.saving_as_margin(self.saving_per_year_dkk(), self.turnover_dkk))

    def closure_hazard(self) -> float:
        """Move the margin on by a month and return this month's chance of closure."""
        jobs, model = self.model.parameters.jobs, self.model
        self.margin_deviation = step(
            self.margin_deviation, jobs.margin_persistence, jobs.margin_volatility, model.margin_luck[self.row]
        )
        if not self.workplace.closes:
            return 0.0
        saved = self.margin_shares[-1] if self.margin_shares else 0.0
        return closure.hazard(
            self.base_hazard,
            self.margin_deviation + saved,
            jobs.closure_sensitivity,
            model.margin_spread,
            model.cycle,
        )

    def face_closure(self) -> None:
        """Book this month's chance of closure, and close if its luck says so."""
        hazard = self.closure_hazard()
        closes = self.model.closure_luck[self.row] < hazard
        self.model.losses.book(self, hazard, closes)
        if closes:
            self.shut()

    def shut(self) -> None:
        """Close, and book the jobs it had."""
        self.closed = self.model.month
        recorder = self.model.recorder
        recorder.add("jobs_lost_realised", self.recorded_at, self.jobs)
        recorder.add("closed_firms", self.recorded_at, 1)
        self.model.close(self)

    def jobs_from_output(self) -> float:
        """Return the jobs that savings of two years ago have added through output."""
        if len(self.margin_shares) <= closure.COMPETITIVENESS_LAG_MONTHS:
            return 0.0
        return self.jobs * self.model.parameters.jobs.output_elasticity * self.margin_shares[0]
