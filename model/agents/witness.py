"""A seam for telling what happened to a case: whoever decides something about one says so here."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..rules.cost import Terms
    from ..rules.negotiation import Custom, Outcome, Position
    from .cases import Case


class Witness:
    """Is told of every decision on every case, in the order of the month. This one takes no notice.

    What is told is what the decision was made on: inputs and answers of the rules. A witness leaves everything as it is.
    Side 0 is the supplier, 1 the receiver.
    """

    def opened(self, case: "Case") -> None:
        """See a case opened, its capacity already held."""

    def asked_for_time(self, case: "Case", chances: Sequence[float], luck: Sequence[float]) -> None:
        """See whether a side gives up for want of time this month: where its luck is below its chance."""

    def worked(self, case: "Case", side: int, pace: float, dkk: float, granted_dkk: float) -> None:
        """See what a month's work costs a side; `pace` is the part of a month's work that is done."""

    def assessed(self, case: "Case", luck: float, viability: float) -> None:
        """See an assessment: viable where luck is below viability."""

    def negotiated(
        self, case: "Case", terms: "Terms", custom: "Custom", table: "tuple[Position, Position]", outcome: "Outcome"
    ) -> None:
        """See a negotiation: of a new case, or of a running exchange (then without capital)."""

    def asked_for_permit(self, case: "Case", luck: float, granted: float) -> None:
        """See a permit decided on: given where luck is below the chance of its being granted."""

    def started(self, case: "Case") -> None:
        """See an exchange start, its capital just paid."""

    def operated(self, case: "Case", units: float) -> None:
        """See a month of operation: units of residual delivered, none where it fails."""

    def reviewed(self, case: "Case", terms: "Terms") -> None:
        """See an exchange looked at, by terms without capital, after trust was revised."""

    def talks(self, case: "Case", cause: str) -> None:
        """See talks begin for another price, for a cause that has held some months; a negotiation follows."""

    def renews(self, case: "Case", here_dkk: float, better_dkk: float, premium: float) -> None:
        """See a contract run out: what this exchange and the best other partner would leave the supplier a year.

        It goes to the other where that is better by more than the premium; else a negotiation follows.
        """

    def waits_in_vain(self, case: "Case", months: int) -> None:
        """See a signed member of a round lose patience after so many months."""

    def loses_round(self, case: "Case", poor_months: int) -> None:
        """See a member's round come to its end, after so many months in a row with a negative balance."""

    def ended(self, case: "Case", cause: str) -> None:
        """See a case end, dropped or, where it operates, over."""
