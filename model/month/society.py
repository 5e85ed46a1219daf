"""Dated events, background programmes and the platform: what goes on around firms and centre."""

from collections.abc import Sequence

import numpy as np

from ..draws import uniform_of
from ..months import NEVER
from ..world.streams import RegionTables
from . import activities, cases, centre, firms, losses, luck, pools, recorder
from .causes import PERMIT, REGULATION
from .columns import BANS, CLOSES, NONE
from .kinds import OPERATING


def take_effect(w):
    """Apply the events of the month at hand, and in the first month those of earlier ones."""
    now = w.now[0]
    while now.events < len(w.events) and w.events[now.events].month <= now.month:
        event = w.events[now.events]
        now.events += 1
        if event.kind == CLOSES:
            _close(w, event.closes)
        elif event.kind == BANS and event.bans != NONE:
            _ban(w, event.bans)
        else:
            _stop(w, event.stops, event.at)


def _close(w, row):
    if row != NONE and w.parties[row].open:
        losses.lose_for_certain(w, row)
        firms.shut(w, w.parties[row], row)


def _ban(w, linkage):
    w.linkages[linkage].banned = True
    for i in range(w.now[0].live):
        case = w.cases[w.live[i]]
        if case.linkage == linkage and case.ended == NEVER:
            _end(w, case)
    pools.ban(w, linkage)


def _stop(w, residual, at):
    """Let a residual no longer arise, at one party or at all; `at` is a row, or NONE for everywhere."""
    for s in range(len(w.supplies)):
        if w.supplies[s].residual == residual and (at == NONE or w.supplies[s].owner == at):
            w.supplies[s].quantity_per_year = 0.0
    for s in range(len(w.supplies)):
        if w.supplies[s].residual == residual and (at == NONE or w.supplies[s].owner == at):
            number = w.supplies[s].case
            while number != NONE:
                case = w.cases[number]
                number = case.next_of_supply
                _end(w, case)


def _end(w, case):
    """End an exchange (`regulation`); a case in talks is refused its permit."""
    cases.end(w, case, REGULATION if case.stage == OPERATING else PERMIT)


def check(w):
    """Do this month's checks of all background programmes; a firm that does not let one in is passed over for good."""
    now = w.now[0]
    for p in range(len(w.programmes)):
        programme = w.programmes[p]
        month = now.month - programme.first
        if 0 <= month < programme.months:
            left = int(programme.per_month * (month + 1)) - int(programme.per_month * month)
            for i in range(programme.first_check, programme.last_check):
                if left == 0:
                    break
                left -= _check(w, w.checks[i], programme.key)


def _check(w, one, key):
    """Go to one firm on a programme's list, if it is there and not been gone to yet; tell whether it let the programme in."""
    firm = w.parties[one.firm]
    if one.gone or not firm.open:
        return False
    one.gone = True
    if one.luck >= firm.disposition:
        return False
    activities.go_through(w, firm, luck.PROGRAMME_REVEALS, key)
    recorder.add(w, recorder.CHECKED, firm.recorded_at, 1.0)
    return True


def run_platform(w):
    """Pay for the platform's month, let aware firms join, and see whether there are enough of them."""
    now, paid = w.now[0], centre.income(w, True)
    recorder.add(w, recorder.PUBLIC_MONEY, len(w.places) - 1, paid)
    now.platform_users, standing = 0, 0
    k0, k1 = luck.key(now, luck.PLATFORM_JOIN, now.month)
    for row in range(now.firms):
        firm, profile = w.parties[row], w.profiles[row]
        if firms.has_streams(firm):
            standing += firm.open
            if not paid or not firm.open:
                profile.platform_user = False
            elif firm.aware and not profile.platform_user:
                chance = w.numbers[0].platform.join_per_month
                profile.platform_user = uniform_of(firm.identity, np.uint64(0), k0, k1) < chance
            now.platform_users += profile.platform_user
    least = w.numbers[0].platform.least_user_share * max(standing, 1)
    now.platform_useful = paid > 0 and now.platform_users >= least


def part_simulated(places: Sequence[str], simulated: Sequence[str], tables: RegionTables) -> float:
    """Return which part of the people in these municipalities live in those that are simulated."""
    people = {code: place.population for code, place in tables.municipalities.items() if code in places}
    return sum(people.get(code, 0) for code in simulated) / max(sum(people.values()), 1)
