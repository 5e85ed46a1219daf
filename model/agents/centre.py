"""The facilitation centre: hires with the money it is given, and spends hours on four activities."""

from math import isfinite
from typing import TYPE_CHECKING

import mesa
import numpy as np

from ..month.funding import TENTHS, GrantPot, affordable_tenths, last_month, paid_ore, promised_ore, tenth_month_ore
from ..month.hours import home_share
from ..month.kinds import ACTIVITIES, AREAS, AWAY, BUILT, HOME, OPERATING
from ..outcomes import BLAMED_CAUSES, OUTSIDE
from ..record import CentreMonth
from ..rule_numbers import no_score
from ..rules import practice, targeting
from ..scenario.levers import CentreInputs
from .accounts import CENTRE, CENTRE_STAFF, FUNDERS, OVERHEAD
from .activities.brokerage import Brokerage
from .activities.gathering import Gathering
from .activities.screening import Screening
from .activities.visibility import Visibility
from .cases import Case
from .hours import Hours
from .opportunities import Introduction
from .party import Party, Supply
from .prospects import Prospects
from .register import Register

if TYPE_CHECKING:
    from .region import Region


class Centre(mesa.Agent):
    """A publicly funded facilitation centre with a budget and an end.

    Money buys posts, posts give hours, hours make firms aware, screen them, help cases along and gather small streams into
    pooled rounds. What it has seen is in its `register`, what it has done in `done`, by activity.
    """

    model: "Region"

    def __init__(self, region: "Region", inputs: CentreInputs) -> None:
        super().__init__(region)
        self.inputs = inputs
        self.catchment = frozenset(inputs.catchment or region.municipalities)
        self._home = frozenset(inputs.home)
        self.last = last_month(inputs.funding)
        self.tenth_ore, self.salary_ore = tenth_month_ore(region.parameters)
        self.lag = round(region.parameters.centre.hiring_lag_months)
        self.balance_ore = self.staff_tenths = self.paid_tenths = 0
        self.hired: list[tuple[int, int]] = []
        self.grants = GrantPot(inputs.grants)
        self.hours = Hours(inputs.hour_shares, home_share(self._home, self.catchment, region.parameters.centre.home_share))
        self.register = Register()
        self.seen: dict[int, Supply] = {}
        self._open_register: Introduction | None = None
        self.done = dict.fromkeys(ACTIVITIES, 0.0)
        self.results = {"good": 0.0, "bad": 0.0}
        self._rule = targeting.RULES[inputs.targeting]
        self.queue = [firm for firm in region.firms if firm.supplies and firm.municipality in self.catchment]
        self._prospects = Prospects(region, tuple(self.queue))
        self._scores: dict[int, float] = {}
        self._looked_at: dict[int, int] = {}
        self.visibility, self.screening = Visibility(self), Screening(self)
        self.brokerage, self.gathering = Brokerage(self), Gathering(self)
        self.diary: list[CentreMonth] = []

    def area_of(self, party: Party) -> int:
        """Tell whether a party is served in hours kept for the centre's owners, or in those for elsewhere."""
        return self._area(party.municipality)

    def _area(self, municipality: str) -> int:
        """Return the area of a municipality; where all hours are for one area, everybody is served in those."""
        if self.hours.only is not None:
            return self.hours.only
        return HOME if municipality in self._home else AWAY

    # --- step 2: plans -----------------------------------------------------------------------------------------------

    def plan(self) -> None:
        """Take the month's money, hire and pay, turn posts into hours, and put the queue in order."""
        month = self.model.month
        self.income_now = sum(paid_ore(line, month) for line in self.inputs.funding)
        self._book(FUNDERS, CENTRE, self.income_now, "public_money")
        self.balance_ore += self.income_now
        self.staff_tenths += sum(tenths for start, tenths in self.hired if start == month)
        self.hired = [post for post in self.hired if post[0] > month]
        self._hire(month)
        self._pay(month)
        worked = self.paid_tenths / TENTHS * self.model.parameters.centre.hours_per_fte_month
        self.hours.fill(worked, self._units())
        self.grants.turn_month()
        if self.paid_tenths:
            self._look_over_prospects()
            self.visibility.work()

    def _units(self) -> dict[str, float]:
        """Return the hours of one unit of service of each activity: what is saved up for."""
        pool_h = self.model.parameters.centre.pool_h * self.routine("gathering")
        screening_h, case_h = self.screening.hours_of_one(), self.brokerage.hours_of_one_case()
        return {"visibility": 0.0, "screening": screening_h, "brokerage": case_h, "gathering": pool_h}

    def _hire(self, month: int) -> None:
        """Promise new posts as far as what is there and what is promised, grants set aside, carries them to the end."""
        starts = month + self.lag
        committed = self.staff_tenths * (self.last - month + 1)
        committed += sum(tenths * (self.last - start + 1) for start, tenths in self.hired)
        available = self.balance_ore + promised_ore(self.inputs.funding, month)
        available -= committed * self.tenth_ore + self.grants.left_ore
        tenths = affordable_tenths(available, self.tenth_ore, self.last - starts + 1)
        if tenths:
            if starts == month:
                self.staff_tenths += tenths
            else:
                self.hired.append((starts, tenths))

    def _pay(self, month: int) -> None:
        """Pay the staff, never more than there is; after the last month of funding nobody stays."""
        if month > self.last:
            self.staff_tenths = 0
        self.paid_tenths = min(self.staff_tenths, self.balance_ore // self.tenth_ore)
        self.salaries_now = self.paid_tenths * self.salary_ore
        self.overhead_now = self.paid_tenths * (self.tenth_ore - self.salary_ore)
        for account, ore in ((CENTRE_STAFF, self.salaries_now), (OVERHEAD, self.overhead_now)):
            self._book(CENTRE, account, ore, "centre_spent")
            self.balance_ore -= ore

    def _book(self, source: str, target: str, ore: int, variable: str) -> None:
        self.model.ledger.pay(source, target, ore)
        self.model.recorder.add(variable, OUTSIDE, ore)

    def _look_over_prospects(self) -> None:
        """Rank the firms of the catchment by the targeting rule, ties by identity.

        Of what may be known of a firm only its awareness changes: those where it did not keep their score.
        """
        for firm in self.queue:
            if self._looked_at.get(firm.identity) != firm.aware_since:
                self._looked_at[firm.identity] = firm.aware_since
                score = self._scores[firm.identity] = self._rule(self._prospects.of(firm))
                if not isfinite(score):
                    raise no_score(self.inputs.targeting, score, firm.code, self.model.month)
        self.queue.sort(key=lambda firm: (-self._scores[firm.identity], firm.identity))

    def score(self, party: Party) -> float:
        """Return a firm's targeting score; an outside place has none."""
        return self._scores.get(party.identity, 0.0)

    # --- its activities ----------------------------------------------------------------------------------------------

    def screen(self) -> None:
        """Go through the residuals of firms that let it in."""
        self.screening.work()

    def receive_walk_ins(self) -> None:
        """Take in what aware firms bring by themselves."""
        self.brokerage.receive()

    def help_cases(self) -> None:
        """Help last month's cases along."""
        self.brokerage.help()

    def propose(self) -> None:
        """Propose partners out of the data base."""
        self.seen = self.register.supplies() if self.paid_tenths else {}
        self.brokerage.propose()

    def gather(self) -> None:
        """Gather small streams into rounds."""
        self.gathering.work()

    def shows(self, supply: Supply) -> list[int]:
        """Return the candidate rows it can show the owner of a residual in its data base; rounds are gathered apart."""
        if not self.paid_tenths or not self.register.has(supply):
            return []
        pairs = self.model.candidates.pairs
        rows = self.model.worth.between_two(self.model.candidates.rows(supply))
        return [row for row in rows if self.register.sees(pairs[row].need)]

    def knows(self, party: Party) -> bool:
        """Tell whether it has seen a firm, and so can vouch for it."""
        return self.register.knows(party)

    def visibility_chance(self, municipality: str) -> float:
        """Return the chance that this month's visibility work makes an unaware firm of a municipality aware."""
        if municipality not in self.catchment or not self.paid_tenths:
            return 0.0
        return self.visibility.chance[self._area(municipality)]

    # --- what it learns, and what is thought of it -------------------------------------------------------------------

    def routine(self, activity: str) -> float:
        """Return the part of the first service's hours that an activity's next one takes."""
        work = self.model.parameters.centre
        return practice.hours_factor(self.done[activity], work.learning_start, work.learning_exponent, work.learning_floor)

    def welcome(self) -> float:
        """Return by what its reputation multiplies acceptance and reach."""
        work = self.model.parameters.centre
        return practice.welcome(self.reputation(), work.reputation_weight)

    def reputation(self) -> float:
        """Return its reputation, between 0 and 1; one half at the start."""
        prior = self.model.parameters.centre.reputation_prior
        return practice.reputation(self.results["good"], self.results["bad"], prior)

    def hear_of(self, case: Case, cause: str) -> None:
        """Take the credit for an exchange it helped to start (cause ""), or the blame for a case it helped in vain."""
        if not case.helped_months:
            return
        if not cause:
            self.results["good"] += 1
        elif case.stage < OPERATING and cause in BLAMED_CAUSES:
            self.results["bad"] += 1

    # --- grants ------------------------------------------------------------------------------------------------------

    def grant_share(self, case: Case, party: "Party") -> float:
        """Return the part of a firm's set-up cost on a case that its grants pay: of cases it helps this month only."""
        if not case.helped or case.linkage.mode == "pooled" or party.municipality == OUTSIDE:
            return 0.0
        stages, prices = self.model.parameters.stages, self.model.parameters.prices
        month_dkk = stages.setup_h_per_month * self.model.modes[case.linkage.mode].complexity * prices.wage_dkk_per_h
        return self.grants.share(party.identity, self.balance_ore, month_dkk)

    def pay_grant(self, case: Case, side: int, dkk: float) -> None:
        """Pay a grant to one side of a case."""
        ore = self.grants.pay(case.sides[side].identity, dkk)
        self.balance_ore -= ore
        self.model.books.receive(case, side, CENTRE, ore, "transaction_cost")
        self.model.recorder.add("feasibility_grants", case.sides[side].recorded_at, ore)

    # --- its end -----------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Leave when the funding has ended: handed over, or its cases and rounds lose their support."""
        if self.model.month != self.last + 1:
            return
        self.model.pools.lose_organiser(CENTRE, self.inputs.handed_over)
        if self.inputs.handed_over:
            self._open_register = self._introduction()
        else:
            self.register = Register()
            for case in [c for c in self.model.cases if c.stage < BUILT and c.opened_by == "centre"]:
                self.model.drop(case, "support_ended")

    def _introduction(self) -> Introduction:
        """Return what the register it leaves behind shows: a firm finds a partner in it as one finds a public taker."""
        region, register = self.model, self.register
        supplies = [supply.id in register.streams or supply.owner.identity in register.firms for supply in region.supplies]
        needs = [register.sees(need) for need in region.needs]
        return Introduction(region.parameters.search.public_taker_weight, np.array(supplies, bool), np.array(needs, bool))

    def introduces(self) -> Introduction | None:
        """Show what it left behind, once its register has been handed over."""
        return self._open_register

    def write_diary(self) -> None:
        """Note the month: where each krone and each hour came from and went, and whom it served."""
        hours = self.hours
        self.diary.append(
            CentreMonth(
                month=self.model.month,
                staff_fte=self.paid_tenths / TENTHS,
                income_ore=self.income_now,
                salaries_ore=self.salaries_now,
                overhead_ore=self.overhead_now,
                grants_ore=self.grants.paid_now_ore,
                balance_ore=self.balance_ore,
                worked_h=hours.worked,
                carried_in_h=hours.carried_in,
                **{f"{activity}_h": hours.spent_on(activity) for activity in ACTIVITIES},
                home_h=sum(hours.spent[activity, HOME] for activity in ACTIVITIES),
                unassigned_h=hours.unassigned,
                lapsed_h=hours.lapsed,
                carried_out_h=sum(hours.left[activity, area] for activity in ACTIVITIES for area in AREAS),
                queue=self.screening.waiting() if self.paid_tenths else 0,
                contacted=self.screening.contacted,
                refused=self.screening.refused,
                screened=self.screening.now,
                walk_ins=self.brokerage.walk_ins,
                surveyed=self.gathering.surveyed,
                cases_in_hand=self.brokerage.in_hand,
                cases_helped=self.brokerage.helped,
                cases_proposed=self.brokerage.proposed,
                members_invited=self.gathering.invited,
                pools_organised=self.gathering.organised,
                reputation=self.reputation(),
            )
        )
