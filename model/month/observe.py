"""Takes the stocks at the end of a year, and of the horizon; where months are recorded, of every month."""

from ..months import NEVER
from . import firms, recorder
from .columns import HISTORIC, POOLED
from .kinds import OPERATING


def observe(w):
    """Take the stocks where the month is one at whose end they are taken."""
    now = w.now[0]
    of_year = now.month % 12 == 11 or now.month == now.end
    if now.year < 0 or not (of_year or len(w.by_month)):
        return
    for i in range(now.live):
        case = w.cases[w.live[i]]
        if case.stage == OPERATING and case.ended == NEVER:
            pooled = w.linkages[case.linkage].mode == POOLED
            place = w.parties[case.supplier].recorded_at
            recorder.stand(w, recorder.POOL_MEMBERS if pooled else recorder.OPERATING_STOCK, place, 1.0, of_year)
            recorder.stand(w, recorder.HISTORIC_STOCK, place, case.opened_by == HISTORIC, of_year)
    for row in range(now.firms):
        if w.parties[row].open:
            _count_firm(w, w.parties[row], of_year)
        if w.levers[0].platform and w.profiles[row].platform_user:
            recorder.stand(w, recorder.PLATFORM_USERS, w.parties[row].recorded_at, 1.0, of_year)


def _count_firm(w, firm, of_year):
    recorder.stand(w, recorder.JOBS, firm.recorded_at, firm.jobs, of_year)
    recorder.stand(w, recorder.JOBS_COMPETITIVENESS, firm.recorded_at, firms.jobs_from_output(w, firm), of_year)
    recorder.stand(w, recorder.OPEN_FIRMS, firm.recorded_at, 1.0, of_year)
    recorder.stand(w, recorder.AWARE_FIRMS, firm.recorded_at, firm.aware, of_year)
    known = 0
    for s in range(firm.first_supply, firm.last_supply):
        known += w.supplies[s].known
    recorder.stand(w, recorder.KNOWN_RESIDUALS, firm.recorded_at, known, of_year)
    recorder.stand(w, recorder.RESIDUALS, firm.recorded_at, firm.last_supply - firm.first_supply, of_year)
