"""What there is of each kind: the stages of a case, and the activities of a centre and the areas it serves, in their order."""

from ..identity import identity
from ..outcomes import STAGES

CASE = identity("case")
IDEA, ASSESSED, NEGOTIATED, BUILT, OPERATING = range(len(STAGES))
"""The places of `outcomes.STAGES`."""

ACTIVITIES = ("visibility", "screening", "brokerage", "gathering")
HOME, AWAY = 0, 1
AREAS = (HOME, AWAY)
