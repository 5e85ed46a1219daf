"""Takes the stocks at the end of a year, and of the horizon."""

from ..cases import OPERATING
from ..months import NEVER
from . import firms, recorder
from .columns import HISTORIC, POOLED


def observe(w):
    """Take the stocks where the month is one at whose end they are taken."""
    now = w.now[0]
    if now.year < 0 or not (now.month % 12 == 11 or now.month == now.end):
        return
    for i in range(now.live):
        case = w.cases[w.live[i]]
        if case.stage == OPERATING and case.ended == NEVER:
            pooled = w.linkages[case.linkage].mode == POOLED
            place = w.parties[case.supplier].place
            recorder.add(w, recorder.POOL_MEMBERS if pooled else recorder.OPERATING_STOCK, place, 1.0)
            recorder.add(w, recorder.HISTORIC_STOCK, place, case.opened_by == HISTORIC)
    for row in range(now.firms):
        if w.parties[row].open:
            _count_firm(w, w.parties[row])
        if w.levers[0].platform and w.profiles[row].platform_user:
            recorder.add(w, recorder.PLATFORM_USERS, w.parties[row].place, 1.0)


def _count_firm(w, firm):
    recorder.add(w, recorder.JOBS, firm.place, firm.jobs)
    recorder.add(w, recorder.JOBS_COMPETITIVENESS, firm.place, firms.jobs_from_output(w, firm))
    recorder.add(w, recorder.OPEN_FIRMS, firm.place, 1.0)
    recorder.add(w, recorder.AWARE_FIRMS, firm.place, firm.aware)
    known = 0
    for s in range(firm.first_supply, firm.last_supply):
        known += w.supplies[s].known
    recorder.add(w, recorder.KNOWN_RESIDUALS, firm.place, known)
    recorder.add(w, recorder.RESIDUALS, firm.place, firm.last_supply - firm.first_supply)
