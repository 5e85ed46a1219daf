"""What there is of each kind: the stages of a case, and the activities of a centre and the areas it serves, in their order."""

from ..identity import identity

CASE = identity("case")
IDEA, ASSESSED, NEGOTIATED, BUILT, OPERATING = range(5)
"""Stages in their order; a case is in a stage until that stage's work is done."""

ACTIVITIES = ("visibility", "screening", "brokerage", "gathering")
HOME, AWAY = 0, 1
AREAS = (HOME, AWAY)
