"""Why cases end, by number: the place of each in `outcomes.CAUSES`, counted from 1; 0 stands for "not at all"."""

from .. import outcomes

CAUSES = ("", *(cause.name for cause in outcomes.CAUSES))
INSURED = (False, *(cause.insured for cause in outcomes.CAUSES))
BLAMED = (False, *(cause.blamed for cause in outcomes.CAUSES))
"""By number, whether a guarantee pays for it, and whether it speaks against a centre that helped in vain."""

NO_CAUSE = CAUSES.index("")
NO_AGREEMENT, OUTCOMPETED, NO_TIME = (CAUSES.index(name) for name in ("no_agreement", "outcompeted", "no_time"))
NOT_VIABLE, PERMIT, SUPPORT_ENDED = (CAUSES.index(name) for name in ("not_viable", "permit", "support_ended"))
PARTNER_CLOSED, REGULATION = (CAUSES.index(name) for name in ("partner_closed", "regulation"))
SUPPLY_FAILURE, PRICE, TRUST = (CAUSES.index(name) for name in ("supply_failure", "price", "trust"))
BETTER_OFFER, EXPIRED = (CAUSES.index(name) for name in ("better_offer", "expired"))
