"""Books the jobs that plants lose to closure, weighted by survival, in an account for every 31 December recorded."""

from math import log

from ..months import NEVER
from . import survival as losses


def book(w, row, hazard, closes):
    """Book this month's chance of closure of an open plant, and its closing if it closes.

    Its chance to last is reckoned when it is first looked at in a year; from then on each month uses some of it up.
    """
    now, ahead = w.now[0], w.ahead[row]
    if now.year < 0:
        return
    if hazard >= 1.0:
        lose_for_certain(w, row)
        return
    if ahead.since == NEVER:
        ahead.since, ahead.lasting, ahead.lasted, ahead.weighed = now.month, log(1.0 - hazard), 1.0, 0.0
        ahead.margin = losses.row_of(w.parties[row].margin_deviation, now.margin_spread)
    ahead.lasted *= 1.0 - hazard
    ahead.weighed += hazard / ahead.lasted
    if closes or now.month % 12 == 11 or now.month == now.end:
        _settle(w, row, 1.0 if closes else 0.0)


def _settle(w, row, closing):
    """Take what was booked since the chance to last was reckoned into the accounts; `closing` is 1 where the plant closes."""
    now, ahead, jobs = w.now[0], w.ahead[row], w.parties[row].jobs
    weighed = ahead.weighed - closing / ahead.lasted
    for year in range(now.year, len(w.outcomes)):
        months, demand = w.account_months[year] - ahead.since + 1, w.demand_to_come[ahead.since - now.start, year]
        lasts = losses.chance_to_last(w.months_like_this, ahead.margin, months, ahead.lasting, demand)
        w.jobs_lost[row, year] += jobs * (closing + lasts * weighed)
    ahead.since = NEVER


def lose_for_certain(w, row):
    """Book the jobs of a plant that closes whatever its luck."""
    now = w.now[0]
    if now.year >= 0:
        if w.ahead[row].since != NEVER:
            _settle(w, row, 0.0)
        for year in range(now.year, len(w.outcomes)):
            w.jobs_lost[row, year] += w.parties[row].jobs
