"""How a case advances: idea, assessed, negotiated, built. A stage counts down; its luck is drawn when it is done."""

from collections.abc import Iterable
from math import isfinite
from typing import TYPE_CHECKING

from ..draws import Purpose
from ..money import to_ore
from ..month.kinds import ASSESSED, BUILT, IDEA, NEGOTIATED, OPERATING
from ..rule_numbers import no_price
from ..rules.cost import CAPITAL_SHARES, Terms, setup_cost
from ..rules.effort import no_time_chance, setup_hours
from ..rules.negotiation import FAILURES, Outcome, Position, Table, negotiate
from .accounts import OWN_STAFF, PLANT_BUILDERS
from .cases import Case
from .opportunities import alternatives, stage_months

if TYPE_CHECKING:
    from .region import Region


def open_case(case: Case, region: "Region") -> None:
    """Begin with the first stage."""
    _enter(case, IDEA, region)


def advance(case: Case, region: "Region") -> str:
    """Move a case on by one month; return why it is given up, "" where it is not."""
    if case.stage == OPERATING:
        return ""
    if case.stage < BUILT:
        if _no_time(case, region):
            return "no_time"
        pace = 1.0 if case.helped else region.parameters.stages.unaided_speed
        _spend_setup(case, pace, region)
        case.remaining -= pace
    else:
        case.remaining -= 1.0
    return _FINISH[case.stage](case, region) if case.remaining <= 0.0 else ""


def _enter(case: Case, stage: int, region: "Region") -> None:
    case.stage = stage
    if stage == BUILT:
        case.remaining = case.linkage.permit_months + case.linkage.build_months
    else:
        case.remaining = stage_months(case.linkage, region)[stage]


def _no_time(case: Case, region: "Region") -> bool:
    """Tell whether one side gives up this month for want of staff hours: the likelier, the more all its cases ask of it."""
    stages = region.parameters.stages
    base = stages.no_time_per_month * (stages.helped_no_time_factor if case.helped else 1.0)
    luck = region.draws.uniform(Purpose.NO_TIME, region.month, [case.key, case.key], [0, 1])
    chances = [no_time_chance(base, side.jobs, region.burden.get(side.identity, 0.0)) for side in case.sides]
    region.witness.asked_for_time(case, chances, luck.tolist())
    return any(u < chance for u, chance in zip(luck.tolist(), chances, strict=True))


def burdens(cases: Iterable[Case], region: "Region") -> dict[int, float]:
    """Return, by party, the work its cases in talks ask of it this month; what a grant pays for, somebody else does.

    Those that take residuals for a living have staff for it.
    """
    found: dict[int, float] = {}
    for case in cases:
        for party in case.sides if case.stage < BUILT else ():
            if not party.takes_for_a_living:
                asked = region.modes[case.linkage.mode].complexity * (1.0 - region.grant_share(case, party))
                found[party.identity] = found.get(party.identity, 0.0) + asked
    return found


def _spend_setup(case: Case, pace: float, region: "Region") -> None:
    """Book the month's hours on both sides; they are lost if the case drops."""
    stages, wage = region.parameters.stages, region.parameters.prices.wage_dkk_per_h
    hours = setup_hours(pace, region.modes[case.linkage.mode], stages, case.helped)
    for side, (party, other) in enumerate((case.sides, case.sides[::-1])):
        experience = 1.0 - stages.setup_experience_saving * (len(party.partners) > 0)
        trust = region.trust(party, other)
        dkk = setup_cost(hours * experience, wage, trust, stages.setup_trust_saving)
        granted = region.pay_feasibility_grant(case, side, dkk)
        case.setup_dkk[side] += dkk - granted
        region.books.spend(case, side, OWN_STAFF, dkk, "transaction_cost")
        region.witness.worked(case, side, pace, dkk, granted)


def _finish_idea(case: Case, region: "Region") -> str:
    _enter(case, ASSESSED, region)
    return ""


def _finish_assessed(case: Case, region: "Region") -> str:
    luck = region.draws.one(Purpose.VIABLE, 0, case.pair.id, case.attempt)
    viability = region.modes[case.linkage.mode].viability
    region.witness.assessed(case, luck, viability)
    if luck >= viability:
        return "not_viable"
    case.assessed = region.month
    region.count("assessed", case)
    _enter(case, NEGOTIATED, region)
    return ""


def _finish_negotiated(case: Case, region: "Region") -> str:
    terms = region.terms(case, capital=True)
    outcome = bargain(case, terms, (position(case, 0, region), position(case, 1, region)), region)
    if outcome.failure:
        return FAILURES[outcome.failure]
    case.price, case.capital_dkk, case.matched = outcome.price, terms.capital_dkk, region.month
    case.granted_dkk, case.guaranteed_share = terms.granted_dkk, terms.guaranteed_share
    region.count("matched", case)
    _enter(case, BUILT, region)
    return ""


def bargain(case: Case, terms: Terms, table: Table, region: "Region") -> Outcome:
    """Let both sides of a case negotiate; raises NoNumber where the price rule gives none."""
    custom = region.custom(case.linkage)
    outcome = negotiate(terms, custom, table)
    if not isfinite(outcome.price):
        raise no_price(region.inputs.rules.price, outcome.price, case.key, region.month)
    region.witness.negotiated(case, terms, custom, table, outcome)
    return outcome


def position(case: Case, side: int, region: "Region") -> Position:
    """Return where one side of a case stands at the table."""
    party, other = case.sides if side == 0 else case.sides[::-1]
    offers = alternatives(case, side, region)
    trust, takes_part = region.trust(party, other), region.takes_part(party, other)
    return Position(len(offers), max(offers, default=0.0), trust, party.hurdle_years, case.setup_dkk[side], takes_part)


def _finish_built(case: Case, region: "Region") -> str:
    """Be ready to operate once permitted and, in a round, once the round runs; all that are ready start together."""
    pool = region.pools.of(case.pair)
    if case.linkage.mode == "pooled" and not (pool and pool.running):
        return ""
    luck = region.draws.one(Purpose.PERMIT, 0, case.pair.id, case.attempt)
    granted = region.parameters.modes.permit_granted
    region.witness.asked_for_permit(case, luck, granted)
    if luck >= granted:
        return "permit"
    region.ready.append(case)
    return ""


def start(case: Case, region: "Region") -> None:
    """Pay what was built, and begin to operate."""
    for side in (0, 1):
        region.books.spend(case, side, PLANT_BUILDERS, CAPITAL_SHARES[side] * case.capital_dkk, "capital")
    region.books.grant_investment(case, to_ore(case.granted_dkk))
    region.start_exchange(case)


_FINISH = {IDEA: _finish_idea, ASSESSED: _finish_assessed, NEGOTIATED: _finish_negotiated, BUILT: _finish_built}
