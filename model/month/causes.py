"""Why cases end, by number; 0 stands for "not at all"."""

CAUSES = (
    "",
    "no_agreement",
    "outcompeted",
    "no_time",
    "not_viable",
    "permit",
    "support_ended",
    "partner_closed",
    "regulation",
    "supply_failure",
    "price",
    "trust",
    "better_offer",
    "expired",
)
(
    NO_CAUSE,
    NO_AGREEMENT,
    OUTCOMPETED,
    NO_TIME,
    NOT_VIABLE,
    PERMIT,
    SUPPORT_ENDED,
    PARTNER_CLOSED,
    REGULATION,
    SUPPLY_FAILURE,
    PRICE,
    TRUST,
    BETTER_OFFER,
    EXPIRED,
) = range(len(CAUSES))
# The first three are how a negotiation ends (`negotiation.AGREED` and so on).
