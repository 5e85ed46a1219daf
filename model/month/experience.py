"""What parties think of each other, and what a month of dealing teaches them, by the trust rule."""

from math import isfinite

from ..months import NEVER
from ..rule_numbers import TRUST
from ..rules.negotiation import Custom
from ..rules.price import Bargain
from ..rules.trust import Evidence, Experience
from . import choice, luck, odd
from .columns import NONE
from .kinds import OPERATING
from .modes import Mode


def trust(w, party, other):
    """Return one party's trust in another, by rows: by experience, or by first impression. It need not be mutual."""
    return choice.level(w.rules[0].trust, evidence(w, party, other))


def takes_part(w, party, other):
    """Tell whether one party trusts another enough to sign with it at all, where the rule demands that."""
    return choice.takes_part(w.rules[0].trust, evidence(w, party, other), w.numbers[0])


def custom(w, linkage):
    """Return what holds at every negotiation over a linkage."""
    numbers, mode = w.numbers[0], w.modes[linkage.mode]
    bargain = Bargain(numbers.bargaining.supplier_cost_share, numbers.bargaining.posted_fee_share)
    of_mode = Mode(mode.reliability, mode.viability, mode.specificity, mode.complexity)
    return Custom(w.rules[0].price, bargain, of_mode, numbers.stages.disruption_share)


def evidence(w, party, other):
    """Return what a party keeps of another, or its first impression."""
    number = relation(w, party, other)
    if number != NONE:
        return Evidence(w.relations[number].good, w.relations[number].bad)
    return first_impression(w, party, other)


def relation(w, party, other):
    """Return the row of what a party keeps of another, NONE where they have not met."""
    number = w.parties[party].relation
    while number != NONE and w.relations[number].other != other:
        number = w.relations[number].next
    return number


def first_impression(w, party, other):
    """Return the evidence of a party that has not dealt with another; a centre that has seen the other vouches for it."""
    numbers, one, two = w.numbers[0].trust, w.parties[party], w.parties[other]
    mean = one.disposition
    mean += numbers.same_municipality * (one.place == two.place)
    mean += numbers.common_acquaintance * _know_somebody_in_common(w, one, two)
    mean += numbers.vouched * two.registered
    return choice.first(w.rules[0].trust, mean, w.numbers[0])


def _know_somebody_in_common(w, one, two):
    """Tell whether one of the first's acquaintances, still open, knows the second too; both lists are in order."""
    i, j = one.first_acquaintance, two.first_acquaintance
    while i < one.last_acquaintance and j < two.last_acquaintance:
        a, b = w.acquaintances[i], w.acquaintances[j]
        if a == b and w.parties[a].open:
            return True
        i += a <= b
        j += b <= a
    return False


def introduce(w, case):
    """Fix both sides' first impressions when they begin to deal."""
    meet(w, case.supplier, case.receiver)
    meet(w, case.receiver, case.supplier)


def meet(w, party, other):
    """Fix a party's first impression of a partner when they begin to deal."""
    now = w.now[0]
    if relation(w, party, other) != NONE:
        return
    if now.relations == len(w.relations):
        now.full = True
        return
    first = first_impression(w, party, other)
    number = now.relations
    now.relations += 1
    new = w.relations[number]
    new.party, new.other, new.next = party, other, w.parties[party].relation
    new.good = new.first_good = first.good
    new.bad = new.first_bad = first.bad
    w.parties[party].relation = number


# --- step 8 ----------------------------------------------------------------------------------------------------------


def revise_trust(w):
    """Revise what every party keeps about those it has met; all look at last month's state before anybody changes it."""
    now, rules = w.now[0], w.rules[0]
    for number in range(now.relations):
        kept = w.relations[number]
        kept.went_well = kept.failed = kept.heard = 0.0
    _take_lessons(w)
    for number in range(now.relations):
        kept = w.relations[number]
        first = Evidence(kept.first_good, kept.first_bad)
        month = _month(w, kept)
        revised = choice.revise(rules.trust, Evidence(kept.good, kept.bad), first, month, w.numbers[0])
        kept.next_good, kept.next_bad = revised.good, revised.bad
        if not isfinite(revised.good + revised.bad):
            odd.note(w, TRUST, revised.good + revised.bad, w.parties[kept.party].identity, w.parties[kept.other].identity)
    for number in range(now.relations):
        kept = w.relations[number]
        kept.good, kept.bad = kept.next_good, kept.next_bad


def _take_lessons(w):
    """Note what the month's exchanges taught both sides, and what word of failures taught their acquaintances."""
    for i in range(w.now[0].live):
        case = w.cases[w.live[i]]
        if case.stage == OPERATING and case.ended == NEVER:
            _learn(w, case.supplier, case.receiver, case.failing)
            _learn(w, case.receiver, case.supplier, case.failing)


def _learn(w, party, other, failing):
    kept = w.relations[relation(w, party, other)]
    if not failing:
        kept.went_well += 1.0
        return
    kept.failed += 1.0
    one = w.parties[party]
    for i in range(one.first_acquaintance, one.last_acquaintance):
        number = relation(w, w.acquaintances[i], other)
        if number != NONE:
            w.relations[number].heard += 1.0


def _month(w, kept):
    """Return what the month taught; of others and of luck only what the rule asks for."""
    event, learning = 0.5, 0.5
    common, count, partner, met = of_others(w, kept)
    if w.rules[0].asks_luck:
        now, one, two = w.now[0], w.parties[kept.party].identity, w.parties[kept.other].identity
        event = luck.one(now, luck.SOCIAL_EVENT, now.month, one, two)
        learning = luck.one(now, luck.LEARNING, now.month, one, two)
    return Experience(kept.went_well, kept.failed, kept.heard, common, count, event, learning, partner, met)


def of_others(w, kept):
    """Return trust in common acquaintances, their number, what the partner keeps, and whether it does; nil if not asked for."""
    if not w.rules[0].asks_others:
        return 0.0, 0, Evidence(0.0, 0.0), False
    common, count = trust_in_common(w, kept.party, kept.other)
    number = relation(w, kept.other, kept.party)
    if number == NONE:
        return common, count, Evidence(0.0, 0.0), False
    return common, count, Evidence(w.relations[number].good, w.relations[number].bad), True


def trust_in_common(w, party, other):
    """Return a party's mean trust in its acquaintances, still open, that the other knows too, and how many these are."""
    one, two = w.parties[party], w.parties[other]
    total, count = 0.0, 0
    i, j = one.first_acquaintance, two.first_acquaintance
    while i < one.last_acquaintance and j < two.last_acquaintance:
        a, b = w.acquaintances[i], w.acquaintances[j]
        if a == b and w.parties[a].open:
            total += trust(w, party, a)
            count += 1
        i += a <= b
        j += b <= a
    return total / max(count, 1), count
