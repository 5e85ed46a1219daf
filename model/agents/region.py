"""The region as a Mesa model. `step` is the month's table of contents."""

from operator import methodcaller

import mesa
import numpy as np
from mesa.agent import AgentSet

from .. import months
from ..draws import Draws, Listener, Purpose
from ..month.kinds import OPERATING
from ..month.modes import modes_of
from ..month.prices import Market
from ..record import RunResult
from ..rules import closure, price, trust
from ..rules.awareness import take_up_chance
from ..rules.cost import Terms
from ..rules.negotiation import Custom
from ..rules.trust import Evidence
from ..scenario.parameters import as_dict, draw_parameters, quantiles
from ..scenario.scenario import Scenario
from ..world.landscape import landscape_of
from ..world.named import places_recorded
from ..world.population import setting_of
from ..world.region_tables import tables_of
from ..world.streams import Linkage, RegionTables
from . import exchanges, experience, opportunities, settlement, stages
from .accounts import Books, Ledger
from .cases import Case
from .centre import Centre
from .events import Events
from .firm import Firm
from .loss_accounts import LossAccounts
from .observe import observe, run_result
from .pairs import Pair
from .party import Party
from .platform import Platform
from .pools import Pools
from .programmes import BackgroundProgramme
from .recorder import Recorder
from .witness import Witness


class Region(mesa.Model):
    """Firms, outside places and centres of one scenario and one replicate."""

    firm_type: type[Firm] = Firm
    """What its firms are; a region whose firms do something in another way names its own."""

    def __init__(
        self,
        inputs: Scenario,
        seed: int,
        replicate: int,
        tables: RegionTables | None = None,
        listener: Listener | None = None,
        witness: Witness | None = None,
        by_month: bool = False,
    ) -> None:
        super().__init__(rng=0)
        self.inputs, self.month = inputs, inputs.horizon.start
        self.witness = witness or Witness()
        self.municipalities = inputs.region.municipalities
        self.tables = tables or tables_of(inputs.region.data)
        self.draws = Draws(seed, replicate, listener)
        self.parameters = draw_parameters(inputs, quantiles(self.draws).__getitem__)
        self.modes = modes_of(self.parameters)
        self.price_rule = price.RULES[inputs.rules.price]
        self.bargain = price.Bargain(**self.parameters.bargaining._asdict())
        self.trust_rule = trust.RULES[inputs.rules.trust]
        self.trust_numbers = getattr(self.parameters, self.trust_rule.group)
        self.market = Market(inputs.society, inputs.levers, self.parameters, self.tables.catalogue)
        self.landscape = landscape_of(setting_of(inputs, self.parameters, self.tables, seed, replicate), listener)
        places = places_recorded(self.municipalities, self.landscape.workplaces)
        self.recorder = Recorder(inputs.horizon, places, by_month)
        self.ledger = Ledger()
        self.books = Books(self.ledger, self.recorder)
        self.cases: list[Case] = []
        self.finished: list[Case] = []
        self.burden: dict[int, float] = {}
        self.ready: list[Case] = []
        self.dealing: dict[int, Party] = {}
        self.centres: list[Centre] = []
        self._settle()

    def _settle(self) -> None:
        """Give the landscape its agents, and what stands between them at the start."""
        self.margin_spread = settlement.margin_spread(self)
        self.firms = settlement.settle_firms(self)
        self.open_firms = AgentSet([firm for firm in self.firms if firm.open], random=self.random)
        self._acting = list(self.open_firms)
        self._firm_ids = np.array([firm.identity for firm in self.firms], np.uint64)
        self._entrants = settlement.entrants(self.firms)
        self.outside = settlement.outside_places(self)
        self.parties: list[Party] = [*self.firms, *self.outside]
        self.party_of = {party.identity: party for party in self.parties}
        self.supplies, self.needs = settlement.give_streams(self)
        self._supply_of = {supply.id: supply for supply in self.supplies}
        self._need_of = {need.id: need for need in self.needs}
        self.candidates = settlement.candidates(self)
        self.worth = opportunities.Worth(self.candidates.columns, self.market)
        self.pools = Pools(self)
        self.losses = LossAccounts(self)
        self.market.open(self.month)
        settlement.start_historic_links(self)
        self._look_around()
        settlement.first_awareness(self, self.draws)
        self.programmes = [BackgroundProgramme(self, programme) for programme in self.inputs.programmes]
        self.events = Events(self)
        levers = self.inputs.levers
        self.platform = Platform(self, levers.platform) if levers.platform is not None else None
        if levers.centre is not None:
            self.centres.append(Centre(self, levers.centre))

    # --- the month ---------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Run one month, in this order.

        All propose before anybody answers; cases given up and exchanges ended take effect together, after all were looked at.
        """
        self._begin_month()
        # 1. Prices and demand
        self.market.advance(self.month, self.draws)
        self.cycle = closure.cycle_factor(self.market.demand, self.parameters.jobs.closure_demand_sensitivity)
        self.worth.reckon(self.market)
        # 2. The centre plans and spends its hours
        self._centres("plan", "end", "screen", "receive_walk_ins", "help_cases")
        # 3. Awareness spreads and fades
        self._spread_awareness()
        # 4. Streams are discovered
        self._discover()
        # 5. Opportunities are identified: all propose, then all answer
        self.found = opportunities.found_rows(self)
        self._propose()
        self._centres("propose", "gather")
        self.pools.begin()
        self._answer()
        # 6. Cases advance
        self.burden = stages.burdens(self.cases, self)
        given_up = [(case, cause) for case in self.cases if (cause := stages.advance(case, self))]
        self._apply(given_up)
        # 7. Exchanges operate
        for case in self.operating:
            exchanges.operate(case, self)
        # 8. Trust is revised
        experience.revise_trust(self)
        # 9. Exchanges are reviewed
        over = [(case, cause) for case in self.operating if (cause := exchanges.review(case, self))]
        for case, cause in over:
            self.end_exchange(case, cause)
        # 10. Accounts close
        if self.market.added_tax:
            self._firms("pay_added_tax")
        self._close_accounts()
        self._firms("close_books")
        # 11. Jobs
        self._firms("face_closure")
        # 12. Record
        observe(self)
        self._centres("write_diary")
        self.month += 1

    def _begin_month(self) -> None:
        """Draw the month's luck of all firms, by their identities, and call up those that are open."""
        self.recorder.turn_to(self.month)
        self._enter_firms()
        self.events.take_effect()
        for case in self.cases:
            case.helped = False
        draws, ids = self.draws, self._firm_ids
        self.awareness_luck = draws.uniform(Purpose.AWARENESS, self.month, ids).tolist()
        self.margin_luck = draws.normal(Purpose.MARGIN, self.month, ids).tolist()
        self.closure_luck = draws.uniform(Purpose.CLOSURE, self.month, ids).tolist()
        self._acting = list(self.open_firms)

    def _firms(self, *verbs: str, among: list[Firm] | None = None) -> None:
        """Let firms act, one verb after the other: all that were open when the month began, or those among them."""
        firms = self._acting if among is None else among
        for verb in verbs:
            act = methodcaller(verb)
            for firm in firms:
                act(firm)

    def _centres(self, *verbs: str) -> None:
        for centre in self.centres:
            for verb in verbs:
                getattr(centre, verb)()

    def _look_around(self) -> None:
        """Work out, per municipality, what reaches an unaware firm from outside its acquaintances this month."""
        spread = self.parameters.awareness
        firms, examples = dict.fromkeys(self.municipalities, 0), dict.fromkeys(self.municipalities, 0)
        for firm in self._acting:
            if firm.supplies or firm.needs:
                firms[firm.municipality] += 1
                examples[firm.municipality] += bool(firm.partners)
        self.outside_influence = {}
        for code in self.municipalities:
            example = spread.example_per_month * examples[code] / max(firms[code], 1)
            reached = sum(centre.visibility_chance(code) for centre in self.centres)
            self.outside_influence[code] = spread.spontaneous_per_month + example + reached

    def _spread_awareness(self) -> None:
        self._look_around()
        self._firms("hear", "take_up", among=self._listening())
        if self.platform is not None:
            self.platform.run()

    def _listening(self) -> list[Firm]:
        """Return the aware, and those that would become so this month were all their acquaintances aware."""
        imitation, luck = self.parameters.awareness.imitation_per_month, self.awareness_luck
        most = {code: take_up_chance(outside, imitation, 1.0) for code, outside in self.outside_influence.items()}
        return [firm for firm in self._acting if firm.aware or luck[firm.row] < most[firm.municipality]]

    def _discover(self) -> None:
        self._firms("stumble", among=[firm for firm in self._acting if firm.aware])
        for programme in self.programmes:
            programme.check()

    def _apply(self, given_up: list[tuple[Case, str]]) -> None:
        """Let what was found this month take effect: cases given up, exchanges that are ready, rounds."""
        for case, cause in given_up:
            self.drop(case, cause)
        for case in self.ready:
            stages.start(case, self)
        self.ready = []
        self.pools.advance()

    def _propose(self) -> None:
        """Let those propose that have come upon somebody."""
        for firm in dict.fromkeys(self.supplies[index].owner for index in self.found):
            if isinstance(firm, Firm):
                firm.propose()
        for place in self.outside:
            for supply in place.supplies:
                for row in self.found.get(supply.index, []):
                    opportunities.propose_best([row], "firm", self)

    def _answer(self) -> None:
        """Let those answer that have been asked."""
        for firm in self._acting:
            if firm.asked_in == self.month:
                firm.answer()
        for place in self.outside:
            for need in place.needs:
                opportunities.take_proposals(need, self)

    def _close_accounts(self) -> None:
        """Check that every krone and every unit balances; a fault here is a fault of the program."""
        season, demand, now = self.market.season, self.market.demand, self.month % 12
        supplies = (self._supply_of[stream] for stream in self.ledger.delivered)
        needs = (self._need_of[stream] for stream in self.ledger.replaced)
        generated = [(s.id, s.quantity_per_year / 12.0 * season(s.residual.season)[now] * demand) for s in supplies]
        needed = [(n.id, n.quantity_per_year / 12.0 * season(n.input.season)[now] * demand) for n in needs]
        faults = self.ledger.out_of_balance(generated, needed)
        if faults:
            raise RuntimeError(f"{months.label(self.month)}: the books do not balance: {'; '.join(faults)}")

    def _enter_firms(self) -> None:
        """Open the firms whose keyed month has come."""
        for firm in self._entrants.get(self.month, ()):
            firm.open = True
            self.open_firms.add(firm)
            self.recorder.add("jobs_entered", firm.recorded_at, firm.jobs)

    def introductions(self) -> list[opportunities.Introduction]:
        """Return who is shown to whom this month beside those that know each other: by platforms and by open registers."""
        shown = [centre.introduces() for centre in self.centres]
        if self.platform is not None:
            shown.append(self.platform.introduces())
        return [one for one in shown if one is not None]

    # --- cases -------------------------------------------------------------------------------------------------------

    def open_case(self, pair: Pair, quantity: float, opened_by: str) -> None:
        """Open a case on a pair; from now on it holds capacity on both sides."""
        attempt = pair.supply.attempts.get(pair.id, 0) + 1
        pair.supply.attempts[pair.id] = attempt
        case = Case(pair, quantity, opened_by, attempt, self.month, len(self.recorder.years))
        case.hold_capacity()
        self.cases.append(case)
        self.count("opened", case)
        if self.trust_rule.from_first_contact:
            self._introduce(case)
        stages.open_case(case, self)
        self.witness.opened(case)

    def drop(self, case: Case, cause: str) -> None:
        """Give up a case before it operates; its pair rests for a while."""
        self.count("dropped", case)
        for centre in self.centres:
            centre.hear_of(case, cause)
        self._finish(case, cause)

    def end_exchange(self, case: Case, cause: str) -> None:
        """End an exchange; its pair rests for a while."""
        self.count("ended", case)
        exchanges.honour_guarantee(case, cause, self)
        self._finish(case, cause)

    def _finish(self, case: Case, cause: str) -> None:
        case.end(self.month, cause)
        luck = self.draws.one(Purpose.RETRY, 0, case.pair.id, case.attempt)
        rest = self.parameters.search.retry_months * (1.0 + 0.5 * luck)
        case.pair.supply.rests_until[case.pair.id] = self.month + round(rest)
        self.cases.remove(case)
        self.finished.append(case)
        self.witness.ended(case, cause)

    def start_exchange(self, case: Case) -> None:
        """Turn a case that is built into an exchange; both sides now know what to look for."""
        self._introduce(case)
        for party in case.sides:
            party.aware = party.informed = True
        case.operate_from(self.month, case.linkage.contract_months)
        self.count("built", case)
        for centre in self.centres:
            centre.hear_of(case, "")
        self.witness.started(case)

    def close(self, firm: Firm) -> None:
        """Close a firm: all its cases and exchanges end at once."""
        firm.open = firm.aware = False
        self.open_firms.discard(firm)
        for case in [c for c in self.cases if firm in c.sides]:
            (self.end_exchange if case.stage == OPERATING else self.drop)(case, "partner_closed")

    @property
    def operating(self) -> list[Case]:
        """Return all exchanges in operation."""
        return [case for case in self.cases if case.stage == OPERATING]

    def count(self, variable: str, case: Case) -> None:
        """Record a step of a case at its supplier's municipality."""
        self.recorder.add(variable, case.sides[0].recorded_at, 1)

    def terms(self, case: Case, capital: bool) -> Terms:
        """Return a case's terms at mean prices, with or without its capital."""
        haul = self.pools.haul_expected(case) if case.linkage.mode == "pooled" else self.haul(case)
        return self.market.terms(case.linkage, case.pair.km, case.quantity, haul, capital)

    def custom(self, linkage: Linkage) -> Custom:
        """Return what holds at every negotiation over a linkage."""
        disruption = self.parameters.stages.disruption_share
        return Custom(self.price_rule, self.bargain, self.modes[linkage.mode], disruption)

    # --- grants ------------------------------------------------------------------------------------------------------

    def grant_share(self, case: Case, party: Party) -> float:
        """Return the part of a party's set-up cost on a case that centres pay this month."""
        return sum(centre.grant_share(case, party) for centre in self.centres)

    def pay_feasibility_grant(self, case: Case, side: int, dkk: float) -> float:
        """Let centres pay their part of a set-up cost; return it in DKK, unrounded."""
        paid = 0.0
        for centre in self.centres:
            granted = dkk * centre.grant_share(case, case.sides[side])
            centre.pay_grant(case, side, granted)
            paid += granted
        return paid

    def haul(self, case: Case) -> float:
        """Return DKK per unit of haulage by lorry."""
        return self.market.haul(case.linkage, case.pair.km)

    # --- trust -------------------------------------------------------------------------------------------------------

    def trust(self, party: Party, other: Party) -> float:
        """Return one party's trust in another: by experience, or by first impression. It need not be mutual."""
        return self.trust_rule.level(self._evidence(party, other))

    def takes_part(self, party: Party, other: Party) -> bool:
        """Tell whether one party trusts another enough to sign with it at all, where the rule demands that."""
        return self.trust_rule.takes_part(self._evidence(party, other), self.trust_numbers)

    def meet(self, party: Party, other: Party) -> None:
        """Fix a party's first impression of a partner when they begin to deal."""
        if other.identity not in party.evidence:
            self.dealing[party.identity] = party
            first = self._first_impression(party, other)
            party.first[other.identity] = party.evidence[other.identity] = first

    def _introduce(self, case: Case) -> None:
        for party, other in (case.sides, case.sides[::-1]):
            self.meet(party, other)

    def _evidence(self, party: Party, other: Party) -> Evidence:
        evidence = party.evidence.get(other.identity)
        return evidence if evidence is not None else self._first_impression(party, other)

    def _first_impression(self, party: Party, other: Party) -> Evidence:
        """Return the evidence of a party that has not dealt with another; a centre that has seen the other vouches for it."""
        mean = party.first_impression(other, self.parameters.trust, self._vouched(other))
        return self.trust_rule.first(mean, self.trust_numbers)

    def _vouched(self, party: Party) -> bool:
        return any(centre.knows(party) for centre in self.centres)

    # --- results -----------------------------------------------------------------------------------------------------

    def result(self) -> RunResult:
        """Return what the run leaves behind."""
        return run_result(self, as_dict(self.parameters))


def simulate(scenario: Scenario, seed: int, replicate: int, by_month: bool = False) -> RunResult:
    """Run one scenario in one replicate, from the first month to the last; `by_month` records each month too."""
    region = Region(scenario, seed, replicate, by_month=by_month)
    live(region, scenario.horizon.end)
    return region.result()


def live(region: Region, last: int) -> None:
    """Run a region to the end of a month, and let it go."""
    while region.month <= last:
        region.step()
    _release(region)


def _release(region: Region) -> None:
    """Let go of a finished model: Mesa 3.3 keeps every one alive through its counter of agent numbers."""
    counters = getattr(mesa.Agent, "_ids", None)
    if counters is not None:
        counters.pop(region, None)
