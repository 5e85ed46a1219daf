"""What firms do by themselves: hear of the idea, discover residuals, keep books, live or close."""

import numpy as np

from ..draws import fill_normal, uniform_of
from ..months import NEVER
from ..rules import awareness, closure
from ..rules.reversion import step
from . import accounts, cases, centre, losses, luck, recorder
from .columns import MARGIN_MONTHS, NONE, SAVING_MONTHS


def enter(w):
    """Open the firms whose keyed month has come."""
    now = w.now[0]
    while now.entered < len(w.entrants) and w.profiles[w.entrants[now.entered]].enters == now.month:
        row = w.entrants[now.entered]
        firm = w.parties[row]
        firm.open = True
        w.acting[now.acting], w.acting_identities[now.acting] = row, firm.identity
        now.acting += 1
        now.entered += 1
        recorder.add(w, recorder.JOBS_ENTERED, firm.recorded_at, firm.jobs)


def call_up(w):
    """Keep those that are open on the list of those that act, in the order in which they opened."""
    now, kept = w.now[0], 0
    for i in range(now.acting):
        if w.parties[w.acting[i]].open:
            w.acting[kept] = w.acting[i]
            w.acting_identities[kept] = w.acting_identities[i]
            kept += 1
    now.acting = kept


# --- awareness and discovery -----------------------------------------------------------------------------------------


def look_around(w):
    """Work out, per municipality, what reaches an unaware firm from outside its acquaintances this month."""
    spread, now = w.numbers[0].awareness, w.now[0]
    for p in range(len(w.places)):
        w.places[p].firms = w.places[p].examples = 0
    for i in range(now.acting):
        firm = w.parties[w.acting[i]]
        if has_streams(firm):
            w.places[firm.place].firms += 1
            w.places[firm.place].examples += firm.partners > 0
    for p in range(len(w.places)):
        place = w.places[p]
        example = spread.example_per_month * place.examples / max(place.firms, 1)
        reached = centre.visibility_chance(w, p)
        place.outside_influence = spread.spontaneous_per_month + example + reached
        place.most = awareness.take_up_chance(place.outside_influence, spread.imitation_per_month, 1.0)


def has_streams(firm):
    """Tell whether a firm has any residual or input."""
    return firm.first_supply < firm.last_supply or firm.first_need < firm.last_need


def spread_awareness(w):
    """Let firms hear of the idea or forget it; all look at how things stood before anybody changes."""
    now, fade = w.now[0], w.numbers[0].awareness.fade_per_month
    look_around(w)
    luck.of_acting(w, luck.AWARENESS)
    for i in range(now.acting):
        firm = w.parties[w.acting[i]]
        firm.will_be_aware = False
        if firm.aware:
            # Low luck takes the idea up, high luck forgets it: else a firm would forget when its twin hears.
            firm.will_be_aware = firm.partners > 0 or w.luck[i] < 1.0 - fade
        elif w.luck[i] < w.places[firm.place].most:
            firm.will_be_aware = w.luck[i] < _take_up_chance(w, firm)
    for i in range(now.acting):
        firm = w.parties[w.acting[i]]
        firm.aware = firm.will_be_aware
        if not firm.aware:
            firm.aware_since = NEVER
        elif firm.aware_since == NEVER:
            firm.aware_since = now.month


def _take_up_chance(w, firm):
    aware, still_open = 0, 0
    for i in range(firm.first_acquaintance, firm.last_acquaintance):
        other = w.parties[w.acquaintances[i]]
        still_open += other.open
        aware += other.open and other.aware
    share = aware / still_open if still_open else 0.0
    outside = w.places[firm.place].outside_influence
    return awareness.take_up_chance(outside, w.numbers[0].awareness.imitation_per_month, share)


def stumble(w):
    """Let aware firms discover one of their residuals as a resource now and then."""
    now, search = w.now[0], w.numbers[0].search
    k0, k1 = luck.key(now, luck.STUMBLE, now.month)
    for i in range(now.acting):
        firm = w.parties[w.acting[i]]
        if firm.aware:
            for s in range(firm.first_supply, firm.last_supply):
                supply = w.supplies[s]
                if not supply.known:
                    chance = w.residuals[supply.residual].attention * search.stumble_per_month
                    supply.known = uniform_of(supply.identity, np.uint64(0), k0, k1) < chance


# --- margin and closure ----------------------------------------------------------------------------------------------


def pay_added_tax(w):
    """Let firms owe the landfill tax a policy adds on all they would dispose of; what exchanges avoid they have saved."""
    now = w.now[0]
    if now.added_tax == 0.0:
        return
    for i in range(now.acting):
        firm, landfilled = w.parties[w.acting[i]], 0.0
        for s in range(firm.first_supply, firm.last_supply):
            supply = w.supplies[s]
            residual = w.residuals[supply.residual]
            month_part = supply.quantity_per_year / 12.0 * residual.season[now.month % 12]
            landfilled += month_part * residual.landfill_share
        if landfilled:
            accounts.tax(w, firm, landfilled * now.demand * now.added_tax)


def close_books(w):
    """Take the month's savings into those of the last twelve, and their share of turnover into the past."""
    now = w.now[0]
    for i in range(now.acting):
        firm = w.parties[w.acting[i]]
        if firm.saved_dkk != 0.0 or firm.history != NONE or firm.partners > 0:
            _take_in(w, firm, w.acting[i])


def _take_in(w, firm, row):
    now = w.now[0]
    if firm.history == NONE:
        if now.histories == len(w.histories):
            now.full = True
            return
        firm.history = now.histories
        w.histories[firm.history].firm = row
        now.histories += 1
    history = w.histories[firm.history]
    history.savings_dkk[history.savings % SAVING_MONTHS] = firm.saved_dkk
    history.savings += 1
    firm.saved_dkk = 0.0
    a_year = 0.0
    for back in range(min(history.savings, SAVING_MONTHS), 0, -1):
        a_year += history.savings_dkk[(history.savings - back) % SAVING_MONTHS]
    history.shares[history.margins % MARGIN_MONTHS] = closure.saving_as_margin(a_year, w.profiles[row].turnover_dkk)
    history.margins += 1


def _saved_share(w, firm):
    """Return what a firm's exchanges save it by now, as a share of turnover."""
    if firm.history == NONE:
        return 0.0
    history = w.histories[firm.history]
    return history.shares[(history.margins - 1) % MARGIN_MONTHS] if history.margins else 0.0


def face_closure(w):
    """Book the jobs firms may lose this month in expectation, and close those whose luck says so."""
    now, jobs = w.now[0], w.numbers[0].jobs
    luck.of_acting(w, luck.CLOSURE)
    k0, k1 = luck.key(now, luck.MARGIN, now.month)
    fill_normal(w.acting_identities[: now.acting], k0, k1, w.shocks)
    for i in range(now.acting):
        firm, shock = w.parties[w.acting[i]], w.shocks[i]
        firm.margin_deviation = step(firm.margin_deviation, jobs.margin_persistence, jobs.margin_volatility, shock)
        hazard = 0.0
        if firm.closes:
            margin = firm.margin_deviation + _saved_share(w, firm)
            hazard = closure.hazard(firm.base_hazard, margin, jobs.closure_sensitivity, now.margin_spread, now.cycle)
        closes = w.luck[i] < hazard
        losses.book(w, w.acting[i], hazard, closes)
        if closes:
            shut(w, firm, w.acting[i])


def shut(w, firm, row):
    """Close a firm, and book the jobs it had; all its cases and exchanges end at once."""
    w.profiles[row].closed = w.now[0].month
    recorder.add(w, recorder.JOBS_LOST_REALISED, firm.recorded_at, firm.jobs)
    recorder.add(w, recorder.CLOSED_FIRMS, firm.recorded_at, 1.0)
    firm.open = firm.aware = False
    cases.end_all_of(w, row)


def jobs_from_output(w, firm):
    """Return the jobs that savings of two years ago have added through output."""
    if firm.history == NONE or w.histories[firm.history].margins <= closure.COMPETITIVENESS_LAG_MONTHS:
        return 0.0
    history = w.histories[firm.history]
    return firm.jobs * w.numbers[0].jobs.output_elasticity * history.shares[history.margins % MARGIN_MONTHS]
