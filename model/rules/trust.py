"""How one firm comes to trust another. A rule is a few plain functions over two numbers; chosen by name in a scenario."""

from collections.abc import Callable
from typing import Any, NamedTuple

Numbers = Any
"""The uncertain numbers of the rule's group in the schema, by name."""


class Evidence(NamedTuple):
    """What is kept about a partner: counts of good and bad experience, trust being their mean.

    Another rule may keep two other numbers; its `level` says what trust they amount to.
    """

    good: float
    bad: float


class Experience(NamedTuple):
    """What a month taught about a partner.

    Months of exchanges that went well, that failed, and failures at others one has heard of; the mean trust in
    acquaintances both have, from 0 to 1, and how many these are; two uniform numbers; what the partner keeps in turn, and
    whether it keeps anything. All but the first three are there only for a rule that asks.
    """

    good: float = 0.0
    bad: float = 0.0
    heard: float = 0.0
    common: float = 0.0
    in_common: int = 0
    luck: float = 0.5
    second_luck: float = 0.5
    partner: Evidence = Evidence(0.0, 0.0)
    met: bool = False


First = Callable[[float, Numbers], Evidence]
Revise = Callable[[Evidence, Evidence, Experience, Numbers], Evidence]


def trust(evidence: Evidence) -> float:
    """Return the trust that evidence gives, between 0 and 1."""
    return evidence.good / (evidence.good + evidence.bad)


def always(evidence: Evidence, numbers: Numbers) -> bool:
    """Return true: trust bears on risk only."""
    return True


class TrustRule(NamedTuple):
    """A rule: `first` makes a first impression of its mean, `revise` adds a month, `level` reads trust from 0 to 1.

    `takes_part` tells whether a firm with such evidence signs at all, and `group` names the numbers the rule reads.
    The rest is what it asks for: trust in common acquaintances and what the partner keeps, luck, and to begin when a
    case opens instead of when an exchange starts.
    """

    first: First
    revise: Revise
    level: Callable[[Evidence], float] = trust
    takes_part: Callable[[Evidence, Numbers], bool] = always
    group: str = "trust"
    asks_others: bool = False
    asks_luck: bool = False
    from_first_contact: bool = False


# --- reinforcement: the mean of a Beta distribution over good and bad months ------------------------------------------


def prior(mean: float, strength: float) -> Evidence:
    """Return the evidence that stands for a first impression of `mean`, kept a little off certainty."""
    mean = min(max(mean, 0.02), 0.98)
    return Evidence(strength * mean, strength * (1.0 - mean))


def forget(evidence: Evidence, first: Evidence, share: float) -> Evidence:
    """Return evidence drawn back towards the first impression by `share`."""
    return Evidence(
        evidence.good + share * (first.good - evidence.good),
        evidence.bad + share * (first.bad - evidence.bad),
    )


def first_by_disposition(mean: float, numbers: Numbers) -> Evidence:
    """Return the evidence of a first impression, of the weight of the prior."""
    return prior(mean, numbers.prior_strength)


def reinforce(evidence: Evidence, first: Evidence, experience: Experience, numbers: Numbers) -> Evidence:
    """Return evidence after a month: all of it fades a little, then what was experienced and heard of is added."""
    kept = forget(evidence, first, numbers.forgetting_per_month)
    bad_months = experience.bad + numbers.word_of_failure * experience.heard
    return Evidence(kept.good + numbers.good_month * experience.good, kept.bad + numbers.bad_month * bad_months)


# --- none: everybody is trusted fully ---------------------------------------------------------------------------------


def first_in_full(mean: float, numbers: Numbers) -> Evidence:
    """Return full trust, whatever the first impression."""
    return Evidence(1.0, 0.0)


def unmoved(evidence: Evidence, first: Evidence, experience: Experience, numbers: Numbers) -> Evidence:
    """Return evidence as it was."""
    return evidence


# --- ghali2017: trust from -1 to 1 and knowledge from 0 to 1 ----------------------------------------------------------
# Ghali, Frayret & Ahabchane 2017, as NREL/ABSiCE writes it (docs/sources.md).


def first_of_ghali(mean: float, numbers: Numbers) -> Evidence:
    """Return trust from -1 to 1 by a first impression from 0 to 1, and the knowledge everybody begins with."""
    return Evidence(_within(-1.0, 2.0 * mean - 1.0, 1.0), numbers.first_knowledge)


def influence(evidence: Evidence, first: Evidence, experience: Experience, numbers: Numbers) -> Evidence:
    """Return trust and knowledge after a month: trust = history + s (trust in common acquaintances - history) + event.

    Knowledge grows by learning and, at enough trust, moves by s times the contact towards the partner's. How an exchange
    went does not enter.
    """
    history, knowledge = evidence
    pull = numbers.social_influence * (2.0 * experience.common - 1.0 - history) if experience.in_common else 0.0
    event = numbers.event_size * (2.0 * experience.luck - 1.0)
    now = _within(-1.0, history + pull + event, 1.0)
    lead = experience.partner[1] - knowledge if experience.met and now >= numbers.trust_threshold else 0.0
    learnt = numbers.learning_per_month * experience.second_luck
    return Evidence(now, _within(0.0, knowledge + numbers.social_influence * numbers.contact * lead + learnt, 1.0))


def level_of_ghali(evidence: Evidence) -> float:
    """Return trust from 0 to 1."""
    return 0.5 * (1.0 + evidence[0])


def trusts_and_knows(evidence: Evidence, numbers: Numbers) -> bool:
    """Tell whether both trust and knowledge are enough to sign."""
    return evidence[0] >= numbers.trust_threshold and evidence[1] > numbers.knowledge_threshold


def _within(low: float, number: float, high: float) -> float:
    return min(max(number, low), high)


# --- all of them ------------------------------------------------------------------------------------------------------

REINFORCEMENT = TrustRule(first_by_disposition, reinforce)
NONE = TrustRule(first_in_full, unmoved)
GHALI2017 = TrustRule(
    first_of_ghali,
    influence,
    level=level_of_ghali,
    takes_part=trusts_and_knows,
    group="ghali",
    asks_others=True,
    asks_luck=True,
    from_first_contact=True,
)
RULES: dict[str, TrustRule] = {"reinforcement": REINFORCEMENT, "none": NONE, "ghali2017": GHALI2017}

STILL = 1e-12
MOST_MONTHS = 2_000
"""When partners count as settled: a month changes nothing any more, or so many months have been looked at."""


def revised_by(revise: Revise) -> TrustRule:
    """Return the rule of a user's own `revise`: first impressions as in `reinforcement`, and all it could ask for."""
    return REINFORCEMENT._replace(revise=revise, asks_others=True, asks_luck=True)


def revised(rule: Any, evidence: Evidence, first: Evidence, month: Experience, numbers: Numbers) -> Evidence:
    """Return evidence after a month by a rule; `engine.choice` has its counterpart for rules by number."""
    return rule.revise(evidence, first, month, numbers)


def settled(rule: Any, first: Evidence, month: Experience, numbers: Numbers) -> Evidence:
    """Return the evidence of partners that have dealt with each other for ever, every month being the mean one."""
    evidence = first
    for _ in range(MOST_MONTHS // 2):
        once = revised(rule, evidence, first, month, numbers)
        twice = revised(rule, once, first, month, numbers)
        moved = max(abs(twice[0] - evidence[0]), abs(twice[1] - evidence[1]))
        if moved <= STILL * max(1.0, abs(twice[0]), abs(twice[1])):
            break
        # What closes in at a steady rate, as forgetting does, is there in one leap instead of thousands of months.
        evidence = Evidence(_leap(evidence[0], once[0], twice[0]), _leap(evidence[1], once[1], twice[1]))
    return evidence


def _leap(start: float, once: float, twice: float) -> float:
    """Return where three numbers lead that close in at a steady rate; the last of them where they do not close in."""
    step, next_step = once - start, twice - once
    closing_in = 0.0 < next_step / step < 1.0 if step else False
    return twice + next_step * next_step / (step - next_step) if closing_in else twice
