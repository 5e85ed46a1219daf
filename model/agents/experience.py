"""What a month of dealing teaches parties about each other, and what they make of it by the trust rule."""

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from ..draws import Purpose
from ..rule_numbers import no_trust
from ..rules.trust import Experience, settled
from .cases import Case
from .party import Party

if TYPE_CHECKING:
    from .region import Region

Lessons = dict[tuple[int, int], Experience]
"""What a month taught the one party about the other, by their identities; nothing at all where it is not there."""
NOTHING = Experience()


def revise_trust(region: "Region") -> None:
    """Revise what every party keeps about those it has met; all look at last month's state before anybody changes it."""
    rule, numbers = region.trust_rule, region.trust_numbers
    met = [(party, other) for party in region.dealing.values() for other in party.evidence]
    lessons = _lessons(region)
    months = [lessons.get((party.identity, other), NOTHING) for party, other in met]
    if rule.asks_others:
        months = [_with_others(month, party, other, region) for month, (party, other) in zip(months, met, strict=True)]
    if rule.asks_luck and met:
        months = list(_with_luck(months, met, region))
    for (party, other), month in zip(met, months, strict=True):
        revised = rule.revise(party.evidence[other], party.first[other], month, numbers)
        if not isfinite(revised.good + revised.bad):
            sides = party.code, region.dealing[other].code
            raise no_trust(region.inputs.rules.trust, revised.good + revised.bad, sides, region.month)
        party.evidence[other] = revised


def _lessons(region: "Region") -> Lessons:
    """Return what the month's exchanges taught both sides, and what word of failures taught their acquaintances."""
    lessons: Lessons = {}
    for case in region.operating:
        for party, other in (case.sides, case.sides[::-1]):
            _learn(lessons, party, other, "bad" if case.failing else "good")
            if case.failing:
                for acquaintance in _acquaintances(party):
                    if other.identity in acquaintance.evidence:
                        _learn(lessons, acquaintance, other, "heard")
    return lessons


def _learn(lessons: Lessons, party: Party, other: Party, what: str) -> None:
    key = party.identity, other.identity
    month = lessons.get(key, NOTHING)
    lessons[key] = month._replace(**{what: getattr(month, what) + 1.0})


def _acquaintances(party: Party) -> list[Party]:
    """Return whom a party knows; an outside place knows nobody."""
    return getattr(party, "acquaintances", [])


def _with_others(month: Experience, party: Party, other: int, region: "Region") -> Experience:
    partner = region.party_of[other]
    common, count = trust_in_common(party, partner, region)
    kept = partner.evidence.get(party.identity)
    month = month._replace(common=common, in_common=count)
    return month if kept is None else month._replace(partner=kept, met=True)


def trust_in_common(party: Party, other: Party, region: "Region") -> tuple[float, int]:
    """Return a party's mean trust in its acquaintances, still open, that the other knows too, and how many these are."""
    known = [one for one in _acquaintances(party) if one.open and one.identity in other.acquainted]
    return sum(region.trust(party, one) for one in known) / max(len(known), 1), len(known)


def _with_luck(months: list[Experience], met: list[tuple[Party, int]], region: "Region") -> Iterator[Experience]:
    keys = [party.identity for party, _ in met], [other for _, other in met]
    events = region.draws.uniform(Purpose.SOCIAL_EVENT, region.month, *keys).tolist()
    learning = region.draws.uniform(Purpose.LEARNING, region.month, *keys).tolist()
    for month, luck, second in zip(months, events, learning, strict=True):
        yield month._replace(luck=luck, second_luck=second)


def settle_trust(cases: list[Case], region: "Region") -> None:
    """Let both sides of these exchanges trust each other as if they had run for ever; all are asked before any has settled."""
    dealings = [(case, *sides) for case in cases for sides in (case.sides, case.sides[::-1])]
    for _, party, other in dealings:
        region.meet(party, other)
    months = [_mean_month(case, party, other, region) for case, party, other in dealings]
    for (_, party, other), month in zip(dealings, months, strict=True):
        first = party.first[other.identity]
        party.evidence[other.identity] = settled(region.trust_rule, first, month, region.trust_numbers)


def _mean_month(case: Case, party: Party, other: Party, region: "Region") -> Experience:
    failing = region.modes[case.linkage.mode].failing_share(region.parameters.modes.failure_persistence)
    month = Experience(good=1.0 - failing, bad=failing)
    return _with_others(month, party, other.identity, region) if region.trust_rule.asks_others else month
