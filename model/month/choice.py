"""The interchangeable rules by number: compiled code calls them so, where agents hold the rule itself.

`own` holds the functions of a user's own rules; what stands here serves only where nothing else was put in its place.
"""

from typing import Any

from ..rules import price, targeting, trust
from ..rules.trust import Evidence
from ..scenario.scenario import Scenario

OwnRules = tuple[tuple[str, str, Any], ...]
"""A user's own rules: each with the name here that it is called by, and the name that scenarios have for it alone."""

OWN = -1
NASH, EQUAL_SPLIT, COST_SHARING, POSTED_GATE_FEE = range(4)
REINFORCEMENT, UNMOVED, GHALI2017 = range(3)
LARGEST_FIRST, BY_CLUSTER, BY_EXPECTED_SAVING, FIRST_COME = range(4)
# By name, and not out of the rules' own tables: users' rules may stand in these by now.
PRICE = {"nash": NASH, "equal_split": EQUAL_SPLIT, "cost_sharing": COST_SHARING, "posted_gate_fee": POSTED_GATE_FEE}
TRUST = {"reinforcement": REINFORCEMENT, "none": UNMOVED, "ghali2017": GHALI2017}
TARGETING = {
    "largest_first": LARGEST_FIRST,
    "by_cluster": BY_CLUSTER,
    "by_expected_saving": BY_EXPECTED_SAVING,
    "first_come": FIRST_COME,
}

own_price = price.nash
own_revise = trust.reinforce
own_score = targeting.largest_first


def priced(rule, terms, supplier, receiver, bargain):
    """Return the price in DKK per unit by a rule."""
    if rule == NASH:
        return price.nash(terms, supplier, receiver, bargain)
    if rule == EQUAL_SPLIT:
        return price.equal_split(terms, supplier, receiver, bargain)
    if rule == COST_SHARING:
        return price.cost_sharing(terms, supplier, receiver, bargain)
    if rule == POSTED_GATE_FEE:
        return price.posted_gate_fee(terms, supplier, receiver, bargain)
    return own_price(terms, supplier, receiver, bargain)


def first(rule, mean, numbers):
    """Return the evidence of a first impression."""
    if rule == UNMOVED:
        return trust.first_in_full(mean, numbers.trust)
    if rule == GHALI2017:
        return trust.first_of_ghali(mean, numbers.ghali)
    return trust.first_by_disposition(mean, numbers.trust)


def revise(rule, evidence, first, month, numbers):
    """Return evidence after a month."""
    if rule == REINFORCEMENT:
        return trust.reinforce(evidence, first, month, numbers.trust)
    if rule == UNMOVED:
        return trust.unmoved(evidence, first, month, numbers.trust)
    if rule == GHALI2017:
        return trust.influence(evidence, first, month, numbers.ghali)
    revised = own_revise(evidence, first, month, numbers.trust)
    return Evidence(float(revised[0]), float(revised[1]))


def level(rule, evidence):
    """Return trust from 0 to 1."""
    return trust.level_of_ghali(evidence) if rule == GHALI2017 else trust.trust(evidence)


def takes_part(rule, evidence, numbers):
    """Tell whether a firm with such evidence signs at all."""
    return trust.trusts_and_knows(evidence, numbers.ghali) if rule == GHALI2017 else True


def scored(rule, prospect):
    """Return the targeting score of a prospect."""
    if rule == LARGEST_FIRST:
        return float(targeting.largest_first(prospect))
    if rule == BY_CLUSTER:
        return float(targeting.by_cluster(prospect))
    if rule == BY_EXPECTED_SAVING:
        return float(targeting.by_expected_saving(prospect))
    if rule == FIRST_COME:
        return float(targeting.first_come(prospect))
    return float(own_score(prospect))


def own_rules(scenario: Scenario) -> OwnRules:
    """Return a user's own rules among those of a scenario."""
    names, centre = scenario.rules, scenario.levers.centre
    found: list[tuple[str, str, Any]] = []
    if names.price not in PRICE:
        found.append(("own_price", names.price, price.RULES[names.price]))
    if names.trust not in TRUST:
        found.append(("own_revise", names.trust, trust.RULES[names.trust].revise))
    if centre is not None and centre.targeting not in TARGETING:
        found.append(("own_score", centre.targeting, targeting.RULES[centre.targeting]))
    return tuple(found)


def source_of(own: OwnRules) -> str:
    """Return what identifies the sources of a user's own rules, and what each is used for."""
    return " ".join(f"{here}={name}" for here, name, _ in own)
