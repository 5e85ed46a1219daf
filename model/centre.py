"""The facilitation centre: hires with the money it is given, and spends hours on four activities."""

from typing import TYPE_CHECKING

import mesa

from . import targeting
from .accounts import CENTRE, CENTRE_STAFF, FUNDERS
from .cases import BUILT, Case
from .draws import Purpose
from .funding import TENTHS, affordable_tenths, last_month, paid_ore, promised_ore, tenth_month_ore
from .opportunities import Proposal, opportunity, propose, propose_best
from .outcomes import OUTSIDE
from .party import Need, Supply
from .record import CentreMonth
from .rules.awareness import visibility_chance
from .scenario import CentreInputs
from .streams import Linkage

if TYPE_CHECKING:
    from .firm import Firm
    from .region import Region

ACTIVITIES = ("visibility", "screening", "brokerage", "gathering")
CARRY_OVER_MONTHS = 3
"""Unused hours stay within their activity for so long."""
REFUSAL_RESTS_MONTHS = 12
"""Months before a firm that refused is asked again."""


class Centre(mesa.Agent):
    """A publicly funded facilitation centre with a budget and an end.

    It spends hours only: money buys posts, posts give hours, hours make firms aware, screen them, help cases along and
    gather small streams into pooled rounds.
    """

    model: "Region"

    def __init__(self, region: "Region", inputs: CentreInputs) -> None:
        super().__init__(region)
        self.inputs = inputs
        self.score = targeting.RULES[inputs.targeting]
        self.catchment = inputs.catchment or region.municipalities
        self.last = last_month(inputs.funding)
        self.tenth_ore = tenth_month_ore(region.parameters)
        self.lag = round(region.parameters.centre.hiring_lag_months)
        self.balance_ore = 0
        self.staff_tenths = 0
        self.hired: list[tuple[int, int]] = []
        self.month_h = dict.fromkeys(ACTIVITIES, 0.0)
        self.hours = dict.fromkeys(ACTIVITIES, 0.0)
        self.seen_supplies: dict[int, Supply] = {}
        self.seen_owners: dict[int, bool] = {}
        self.screened: dict[int, bool] = {}
        self.asked_again_from: dict[int, int] = {}
        self.surveyed: dict[int, bool] = {}
        self.queue = sorted(
            (firm for firm in region.firms if firm.supplies and firm.municipality in self.catchment),
            key=lambda firm: (-self.score(firm), firm.identity),
        )
        self.audience = [f for f in region.firms if (f.supplies or f.needs) and f.municipality in self.catchment]
        self.contacted_now = self.screened_now = self.helped_now = self.pools_now = 0
        self.diary: list[CentreMonth] = []

    # --- step 2: plans -----------------------------------------------------------------------------------------------

    def plan(self) -> None:
        """Take the month's money, hire and pay, and turn posts into hours."""
        month = self.model.month
        income = sum(paid_ore(line, month) for line in self.inputs.funding)
        self._book(FUNDERS, CENTRE, income, "public_money")
        self.balance_ore += income
        self.staff_tenths += sum(tenths for start, tenths in self.hired if start == month)
        self.hired = [post for post in self.hired if post[0] > month]
        self._hire(month)
        spent = self._pay(month)
        self._fill_hours()
        self.contacted_now = self.screened_now = self.helped_now = self.pools_now = 0
        self.income_now, self.spent_now = income, spent
        self.audience_now = sum(firm.open for firm in self.audience) if self.hours["visibility"] else 0

    def _hire(self, month: int) -> None:
        """Promise new posts as far as what is there and what is promised carries them to the end."""
        starts = month + self.lag
        committed = self.staff_tenths * (self.last - month + 1)
        committed += sum(tenths * (self.last - start + 1) for start, tenths in self.hired)
        available = self.balance_ore + promised_ore(self.inputs.funding, month) - committed * self.tenth_ore
        tenths = affordable_tenths(available, self.tenth_ore, self.last - starts + 1)
        if tenths:
            if starts == month:
                self.staff_tenths += tenths
            else:
                self.hired.append((starts, tenths))

    def _pay(self, month: int) -> int:
        """Pay the staff, never more than there is; after the last month of funding nobody stays."""
        if month > self.last:
            self.staff_tenths = 0
        self.paid_tenths = min(self.staff_tenths, self.balance_ore // self.tenth_ore)
        spent = self.paid_tenths * self.tenth_ore
        self._book(CENTRE, CENTRE_STAFF, spent, "centre_spent")
        self.balance_ore -= spent
        return spent

    def _book(self, source: str, target: str, ore: int, variable: str) -> None:
        self.model.ledger.pay(source, target, ore)
        self.model.recorder.add(variable, OUTSIDE, ore)

    def _fill_hours(self) -> None:
        """Add the month's hours to what is left of earlier ones, as far as those carry over."""
        work = self.model.parameters.centre
        all_h = self.paid_tenths / TENTHS * work.hours_per_fte_month
        unit_h = {"screening": work.screening_h, "brokerage": work.brokered_case_h, "gathering": work.pool_h}
        for activity in ACTIVITIES:
            new = self.month_h[activity] = all_h * getattr(self.inputs.hour_shares, activity)
            most = max(CARRY_OVER_MONTHS * new, unit_h.get(activity, 0.0)) if new > 0.0 else 0.0
            kept = 0.0 if activity == "visibility" else self.hours[activity]
            self.hours[activity] = min(kept + new, most)
        self.hours_now = dict(self.hours)

    # --- its activities ----------------------------------------------------------------------------------------------

    def screen(self) -> None:
        """Ask firms in the order of the targeting rule and go through the residuals of those that accept."""
        work = self.model.parameters.centre
        for firm in self.queue:
            if self.hours["screening"] < work.screening_h:
                return
            if firm.open and firm.identity not in self.screened and self._may_ask(firm):
                self._ask(firm)

    def _may_ask(self, firm: "Firm") -> bool:
        return self.asked_again_from.get(firm.identity, 0) <= self.model.month

    def _ask(self, firm: "Firm") -> None:
        work, month = self.model.parameters.centre, self.model.month
        self.contacted_now += 1
        self.model.recorder.add("contacted", firm.municipality, 1)
        luck = self.model.draws.one(Purpose.ACCEPT_SCREENING, month, firm.identity)
        if luck < firm.disposition * (1.0 if firm.aware else work.unaware_acceptance):
            self.hours["screening"] -= work.screening_h
            self._screen(firm)
        else:
            self.hours["screening"] -= work.refusal_h
            self.asked_again_from[firm.identity] = month + REFUSAL_RESTS_MONTHS

    def _screen(self, firm: "Firm") -> None:
        """Reveal residuals to the firm and to the centre; the firm now knows what to look for."""
        ids = [supply.id for supply in firm.supplies]
        luck = self.model.draws.uniform(Purpose.SCREENING_REVEALS, 0, ids)
        for supply, u in zip(firm.supplies, luck.tolist(), strict=True):
            supply.known = supply.known or u < self.model.parameters.centre.screening_reveals
        firm.informed = firm.aware = True
        self.screened[firm.identity] = True
        self._enter(firm)
        self.screened_now += 1
        self.model.recorder.add("screened", firm.municipality, 1)

    def _enter(self, firm: "Firm") -> None:
        """Put what a firm knows into the data base."""
        self.seen_owners[firm.identity] = True
        for supply in firm.known_supplies():
            self.seen_supplies[supply.id] = supply

    def receive_walk_ins(self) -> None:
        """Take in what aware firms bring by themselves."""
        if not (self.paid_tenths and self.hours_now["brokerage"]):
            return
        walk_in = self.model.parameters.centre.walk_in_per_month
        coming = [f for f in self.queue if f.open and f.aware and f.identity not in self.seen_owners]
        if coming:
            luck = self.model.draws.uniform(Purpose.WALK_IN, self.model.month, [firm.identity for firm in coming])
            for firm, u in zip(coming, luck.tolist(), strict=True):
                if u < walk_in * firm.disposition:
                    self._enter(firm)

    def help_cases(self) -> None:
        """Spend brokerage hours on last month's cases: latest stage first, then by targeting score, ties by identity.

        Members it has won for its rounds are looked after in the hours of gathering.
        """
        hours = self._case_month_h()
        for case in sorted(filter(self._in_hand, self.model.cases), key=self._urgency):
            if self.hours["brokerage"] < hours:
                return
            self.hours["brokerage"] -= hours
            case.helped = True
            case.helped_months += 1
            self.helped_now += 1
        for case in self.model.cases:
            if case.linkage.mode == "pooled" and case.opened_by == CENTRE and self.paid_tenths:
                case.helped = True
                case.helped_months += case.stage < BUILT

    def _case_month_h(self) -> float:
        """Return the hours one case takes in a month of help."""
        stages = self.model.parameters.stages
        months = stages.idea_months + stages.assessed_months + stages.negotiated_months
        return self.model.parameters.centre.brokered_case_h / max(months, 1.0)

    def _in_hand(self, case: Case) -> bool:
        return case.stage < BUILT and case.linkage.mode != "pooled" and case.pair.supply.id in self.seen_supplies

    def _urgency(self, case: Case) -> tuple[float, float, int]:
        supplier = case.pair.supply.owner
        return -case.stage, -self.score(supplier), case.key

    def propose(self) -> None:
        """Propose partners for residuals in its data base, by targeting score, as many as it has hours to help."""
        case_h = self._case_month_h()
        # A centre too small for one case a month takes one when it has saved the hours for it.
        room = int(max(self.month_h["brokerage"], min(self.hours["brokerage"], case_h)) / case_h)
        room -= sum(map(self._in_hand, self.model.cases))
        if room <= 0:
            return
        for supply in sorted(self.seen_supplies.values(), key=lambda s: (-self.score(s.owner), s.id)):
            if (
                supply.owner.open
                and supply.free > 0.0
                and propose_best(supply, self.shows(supply), "centre", self.model)
            ):
                room -= 1
                if room == 0:
                    return

    def shows(self, supply: Supply) -> list[int]:
        """Return the candidate rows it can show the owner of a residual in its data base; rounds are gathered apart."""
        if supply.id not in self.seen_supplies or not self.paid_tenths:
            return []
        pairs = self.model.candidates.pairs
        rows = self.model.worth.between_two(self.model.candidates.rows(supply))
        return [row for row in rows if self._sees(pairs[row].need)]

    def _sees(self, need: Need) -> bool:
        return need.public or need.owner.identity in self.seen_owners

    def knows(self, party) -> bool:
        """Tell whether it has seen a firm, and so can vouch for it."""
        return party.identity in self.seen_owners

    def visibility_chance(self, municipality: str) -> float:
        """Return the chance that this month's visibility work makes an unaware firm of a municipality aware."""
        if municipality not in self.catchment:
            return 0.0
        hours = self.hours["visibility"]
        return visibility_chance(hours, self.model.parameters.awareness.firms_per_visibility_hour, self.audience_now)

    # --- gathering ---------------------------------------------------------------------------------------------------

    def gather(self) -> None:
        """Win members for its rounds; organise new ones, or survey small firms where too few are known for one."""
        if not self.hours["gathering"]:
            return
        self._invite_members()
        wanted = self.model.pools.wanted(self.seen_supplies)
        if wanted:
            self._organise(wanted)
        else:
            self._survey()

    def _invite_members(self) -> None:
        member_h = self.model.parameters.centre.member_h
        if self.hours["gathering"] < member_h:
            return
        for pair in self.model.pools.openings(self.seen_supplies, organiser=CENTRE):
            if self.hours["gathering"] < member_h:
                return
            surplus, quantity = opportunity(pair, self.model)
            if surplus > 0.0 and propose(Proposal(surplus, pair, quantity, "centre"), self.model.month):
                self.hours["gathering"] -= member_h

    def _organise(self, wanted: list[tuple[Need, Linkage, int]]) -> None:
        pool_h = self.model.parameters.centre.pool_h
        for need, linkage, members in wanted:
            if self.hours["gathering"] < pool_h:
                return
            self.hours["gathering"] -= pool_h
            self.model.pools.organise(need, linkage, CENTRE, members)
            self.pools_now += 1

    def _survey(self) -> None:
        """Ask small firms about the one stream a round could take; no visit."""
        survey_h = self.model.parameters.centre.survey_h
        for firm in reversed(self.queue):
            if self.hours["gathering"] < survey_h:
                return
            if firm.open and firm.identity not in self.surveyed:
                self.surveyed[firm.identity] = True
                stream = next((s for s in firm.supplies if self._could_join(s)), None)
                if stream is not None:
                    self.hours["gathering"] -= survey_h
                    stream.known = True
                    self.seen_supplies[stream.id] = stream

    def _could_join(self, supply: Supply) -> bool:
        return supply.id not in self.seen_supplies and self.model.pools.takes(supply.residual.code)

    # --- its end -----------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Leave when the funding has ended: handed over, or its cases and rounds lose their support."""
        if self.model.month != self.last + 1:
            return
        self.model.pools.lose_organiser(CENTRE, self.inputs.handed_over)
        if not self.inputs.handed_over:
            self.seen_supplies, self.seen_owners = {}, {}
            for case in [c for c in self.model.cases if c.stage < BUILT and c.opened_by == "centre"]:
                self.model.drop(case, "support_ended")

    def write_diary(self) -> None:
        """Note the month: staff, money, hours spent, firms and cases served. Visibility work is done with whatever there is."""
        spent = {a: self.hours_now[a] - self.hours[a] for a in ACTIVITIES}
        self.diary.append(
            CentreMonth(
                month=self.model.month,
                staff_fte=self.paid_tenths / TENTHS,
                income_ore=self.income_now,
                spent_ore=self.spent_now,
                balance_ore=self.balance_ore,
                visibility_h=self.hours_now["visibility"],
                screening_h=spent["screening"],
                brokerage_h=spent["brokerage"],
                gathering_h=spent["gathering"],
                contacted=self.contacted_now,
                screened=self.screened_now,
                cases_helped=self.helped_now,
                pools_organised=self.pools_now,
            )
        )
