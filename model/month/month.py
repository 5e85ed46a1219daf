"""The month's table of contents over columns: the same steps in the same order as `Region.step`."""

from ..rules import closure
from . import (
    activities,
    cases,
    centre,
    exchanges,
    experience,
    firms,
    market,
    observe,
    opportunities,
    pools,
    recorder,
    society,
    stages,
)


def run(w, last):
    """Run months until `last` is over; stop early where a table has turned out too short."""
    now = w.now[0]
    while now.month <= last and not now.full:
        step(w)
        now.month += 1


def step(w):  # noqa: PLR0915 - one line a step
    """Run one month, in this order.

    All propose before anybody answers; cases given up and exchanges ended take effect together, after all were looked at.
    """
    now, has_centre = w.now[0], w.levers[0].centre
    _begin_month(w)
    # 1. Prices and demand
    market.advance(w)
    now.cycle = closure.cycle_factor(now.demand, w.numbers[0].jobs.closure_demand_sensitivity)
    # 2. The centre plans and spends its hours
    if has_centre:
        centre.plan(w)
        centre.end(w)
        activities.screen(w)
        activities.receive_walk_ins(w)
        activities.help_cases(w)
    # 3. Awareness spreads and fades
    firms.spread_awareness(w)
    if w.levers[0].platform:
        society.run_platform(w)
    # 4. Streams are discovered
    firms.stumble(w)
    society.check(w)
    # 5. Opportunities are identified: all propose, then all answer
    opportunities.propose(w)
    if has_centre:
        activities.see(w)
        activities.propose(w)
        activities.gather(w)
    pools.begin(w)
    opportunities.answer(w)
    # 6. Cases advance
    stages.reckon_burdens(w)
    stages.advance_all(w)
    stages.apply(w)
    pools.advance(w)
    # 7. Exchanges operate
    exchanges.operate_all(w)
    # 8. Trust is revised
    experience.revise_trust(w)
    # 9. Exchanges are reviewed
    exchanges.review_all(w)
    # 10. Accounts close
    firms.pay_added_tax(w)
    firms.close_books(w)
    # 11. Jobs
    firms.face_closure(w)
    # 12. Record
    observe.observe(w)
    if has_centre:
        centre.write_diary(w)


def _begin_month(w):
    """Let firms enter and events take effect, and call up those that are open."""
    now = w.now[0]
    recorder.turn_to(now)
    firms.enter(w)
    society.take_effect(w)
    firms.call_up(w)
    cases.forget_ended(w)
    for i in range(now.live):
        w.cases[w.live[i]].helped = False
